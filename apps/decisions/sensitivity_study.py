"""Which uncertain links spread the gain of the best choice over today, and where one of them turns the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from apps.decisions.information_groups import FEATURES, drivers
from apps.decisions.information_options import Compared
from apps.planning.assumptions import stream
from apps.planning.chain import Choice, outcome
from apps.planning.world import rearranged
from trimtab.economics.decision.flips import Flip, option_flips, verdict_flips
from trimtab.economics.decision.response_curve import Swing, tornado
from trimtab.economics.decision.sensitivity import Effect, Orders, Sensitivity, sobol_effects
from trimtab.economics.decision.verdict import Thresholds
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

REPLICATES = 4
# Stands for today among the names of options, whatever the language of the reader.
TODAY = ""


@dataclass(frozen=True)
class Found:
    """``effects`` of the groups on the gain, ``swings`` of it with single inputs, and where the best option
    (``option_flips``) or the verdict on it (``verdict_flips``) turns. ``units`` of the inputs."""

    effects: tuple[Effect, ...]
    together: float
    swings: tuple[Swing, ...]
    option_flips: tuple[Flip, ...]
    verdict_flips: tuple[Flip, ...]
    units: dict[str, str]
    features_fixed: bool


def sensitivity(
    options: Compared, groups: list[str], thresholds: Thresholds, tell: Callable[[int, int], None]
) -> Found:
    choice = options.choices[options.held_against_today]
    inputs = drivers(options.world, choice)
    draws = {driver.code: driver.draws for driver in inputs}
    parted = [group for group in groups if group != FEATURES]
    effects = _effects(options, choice, parted, tell)
    return Found(
        effects=effects.effects,
        together=effects.together,
        swings=tornado(options.gain, draws),
        option_flips=option_flips(options.gains, (TODAY, *options.names[1:]), draws),
        verdict_flips=verdict_flips(options.gain, draws, thresholds),
        units={driver.code: driver.unit for driver in inputs},
        features_fixed=FEATURES in groups,
    )


def _effects(options: Compared, choice: Choice, groups: list[str], tell: Callable[[int, int], None]) -> Sensitivity:
    today = options.choices[0]

    def gain(orders: Orders) -> Array:
        world = rearranged(options.world, orders)
        return outcome(world, choice).npv_margin - outcome(world, today).npv_margin

    try:
        return sobol_effects(gain, groups, stream("sensitivity"), replicates=REPLICATES, on_progress=tell)
    except CannotEstimate as error:
        if error.code != "nothing_varies":
            raise
        return Sensitivity((), 0.0, float(np.mean(options.gain)), 0.0)
