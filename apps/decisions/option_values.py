"""The options of a scenario in money: each in the same worlds as today, kept in memory between two edits."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from django.utils.translation import gettext

from apps.decisions.models import Option
from apps.decisions.option_choices import choice_of, today
from apps.decisions.selectors import options_of
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import Outcome, baseline, outcome
from apps.planning.choice import Choice
from apps.planning.models import Scenario
from apps.planning.world import World
from trimtab.economics.decision.unit_economics import months_to_break_even
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Tell = Callable[[int, int], None]
KEPT = 600
YEAR = 12
_lock = Lock()


@dataclass(frozen=True)
class Value:
    """What is kept of an outcome, each (D,): ``npv`` of the margin, ``revenue_12`` of the first year, the month
    ``paid_after`` which what it gained over today stays above zero, ``gross_share`` of that year's revenue that is left
    after serving and fees, and ``at_a_loss``, the share of customers who cost more than they pay."""

    npv: Array
    revenue_12: Array
    paid_after: Array
    gross_share: Array
    at_a_loss: Array


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


def values(scenario: Scenario, options: tuple[Option, ...] | None = None, tell: Tell | None = None) -> OptionValues:
    """All options of the scenario that are not archived, or those given; ``tell`` hears how many are done of how many.

    Raises CannotEstimate where there is no world to value them in.
    """
    world = world_of(scenario)
    months = saved_choice(scenario, world).months
    kept, choices, left_out = [], [today(world, months)], {}
    asked = options_of(scenario) if options is None else options
    for place, option in enumerate(asked):
        if tell is not None:
            tell(place, len(asked))
        try:
            choice = choice_of(option, world, months)
            value_of(world, choice)
        except CannotEstimate as error:
            left_out[option.pk] = error
        else:
            kept.append(option)
            choices.append(choice)
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
    made = brief(outcome(world, choice), baseline(world, choice.months))
    with _lock:
        known[choice] = made
        while len(known) > KEPT:
            known.popitem(last=False)
    return made


def to_value(scenario: Scenario) -> int:
    """How many options of the scenario are not in memory yet. Raises CannotEstimate as ``values``."""
    world = world_of(scenario)
    months = saved_choice(scenario, world).months
    known, missing = world.cached.get("values", {}), 0
    for option in options_of(scenario):
        try:
            missing += choice_of(option, world, months) not in known
        except CannotEstimate:
            continue
    return missing


def brief(found: Outcome, today: Outcome) -> Value:
    """What is kept of an outcome beside today's."""
    revenue = found.revenue[:, :YEAR].sum(axis=1)
    gross = found.gross_margin[:, :YEAR].sum(axis=1)
    gained = np.cumsum(found.margin - today.margin, axis=1) - (found.one_off - today.one_off)[:, None]
    return Value(
        npv=found.npv_margin,
        revenue_12=revenue,
        paid_after=months_to_break_even(gained),
        gross_share=np.divide(gross, revenue, out=np.zeros_like(gross), where=revenue > 0),
        at_a_loss=found.at_a_loss,
    )
