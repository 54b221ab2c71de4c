"""Break-even quality: how good a candidate must be to pay for what it costs more than today's model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apps.planning.chain import outcome
from apps.planning.choice import Choice
from apps.planning.judgement import with_model
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.decision.break_even import break_even_by_world
from trimtab.economics.decision.options import Reached, reached
from trimtab.economics.draws import Array

TOLERANCE = 0.002


def needed_quality(world: World, choice: Choice) -> Reached | None:
    """The test quality (0..1) at which the choice, with its own latency, price and costs, would just earn what the same
    choice with today's model does: its spread over the worlds, and the share of those in which no quality would.

    None for today's model itself.
    """
    if choice.candidate == TODAY:
        return None
    return reached(by_world(world, choice))


def by_world(world: World, choice: Choice) -> Array:
    """The needed quality of each world, (D,), inf where even a faultless model would not pay."""
    model, plain = world.measured[choice.candidate], replace(choice, quality=0.0)
    today = outcome(world, with_model(plain, TODAY)).npv_margin

    def gain_at(success: Array) -> Array:
        return np.asarray(outcome(world, plain, replace(model, success=success)).npv_margin - today)

    return break_even_by_world(gain_at, np.zeros(today.size), np.ones(today.size), TOLERANCE)
