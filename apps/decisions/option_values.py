"""The options of a scenario in money: each in the same worlds as today, kept in memory between two edits."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from django.utils.translation import gettext

from apps.decisions.models import Option
from apps.decisions.option_choices import choice_of, today
from apps.decisions.selectors import options_of
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import Choice, Outcome, outcome
from apps.planning.models import Scenario
from apps.planning.world import World
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

KEPT = 600
FIRST_YEAR = 12
_lock = Lock()


@dataclass(frozen=True)
class Value:
    """What is kept of an outcome: ``npv`` (D,), ``revenue_12`` of its twelfth month (D,),
    ``cumulated`` margin from the first month on (D, T)."""

    npv: Array
    revenue_12: Array
    cumulated: Array


@dataclass(frozen=True)
class OptionValues:
    """The options beside today, who comes first. ``options`` (K - 1) are their rows, ``left_out`` says by the row's
    key why one could not be valued; ``npv`` (D, K) is the discounted margin."""

    world: World
    months: int
    names: tuple[str, ...]
    options: tuple[Option, ...]
    choices: tuple[Choice, ...]
    values: tuple[Value, ...]
    left_out: dict[int, CannotEstimate]

    @property
    def npv(self) -> Array:
        return np.column_stack([value.npv for value in self.values])


def values(scenario: Scenario, options: tuple[Option, ...] | None = None) -> OptionValues:
    """All options of the scenario that are not archived, or those given. Raises CannotEstimate where there is no
    world to value them in."""
    world = world_of(scenario)
    months = saved_choice(scenario, world).months
    kept, choices, left_out = [], [today(world, months)], {}
    for option in options_of(scenario) if options is None else options:
        try:
            choices.append(choice_of(option, world, months))
        except CannotEstimate as error:
            left_out[option.pk] = error
        else:
            kept.append(option)
    names = (gettext("Today"), *(option.name for option in kept))
    valued = tuple(value_of(world, choice) for choice in choices)
    return OptionValues(world, months, names, tuple(kept), tuple(choices), valued, left_out)


def value_of(world: World, choice: Choice) -> Value:
    """From memory where this choice was valued in this world before."""
    with _lock:
        known: OrderedDict[Choice, Value] = world.cached.setdefault("values", OrderedDict())
        if choice in known:
            known.move_to_end(choice)
            return known[choice]
    made = _brief(outcome(world, choice))
    with _lock:
        known[choice] = made
        while len(known) > KEPT:
            known.popitem(last=False)
    return made


def waiting(world: World, choices: tuple[Choice, ...]) -> int:
    """How many of the choices are not in memory yet."""
    known = world.cached.get("values", {})
    return sum(choice not in known for choice in choices)


def _brief(found: Outcome) -> Value:
    one_off = getattr(found, "one_off", np.zeros(found.npv_margin.size))
    cumulated = np.cumsum(found.margin, axis=1) - one_off[:, None]
    return Value(found.npv_margin, found.revenue[:, FIRST_YEAR - 1], cumulated.astype(np.float32))
