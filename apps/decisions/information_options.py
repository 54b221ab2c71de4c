"""What there is to choose from: the options of a scenario, else the tested candidates at the scenario's price."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from apps.decisions.option_choices import today
from apps.decisions.option_values import value_of, values
from apps.decisions.selectors import options_of
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import Choice
from apps.planning.models import Scenario
from apps.planning.world import World
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class Compared:
    """Today first. ``gains`` (D, K) over today; ``are_options`` False where nobody built an option yet."""

    world: World
    months: int
    names: tuple[str, ...]
    choices: tuple[Choice, ...]
    gains: Array
    are_options: bool

    @property
    def best(self) -> int:
        """The place of the choice with the largest expected outcome, 0 = today."""
        means = self.gains.mean(axis=0)
        return int(means.argmax()) + 1 if means.max() > 0 else 0

    @property
    def held_against_today(self) -> int:
        """The best choice that is not today."""
        return int(self.gains.mean(axis=0).argmax()) + 1

    @property
    def gain(self) -> Array:
        """What that choice gains over today, (D,)."""
        return np.asarray(self.gains[:, self.held_against_today - 1])


def compared(scenario: Scenario) -> Compared:
    """Raises CannotEstimate("nothing_to_compare") where there is nothing but today, and as the scenario's world."""
    found = values(scenario)
    names, choices = found.names, found.choices
    are_options = len(choices) > 1
    if not are_options:
        offered = _without_options(scenario, found.world)
        names, choices = (_("Today"), *offered), (today(found.world, found.months), *offered.values())
    if len(choices) < 2:
        raise _nothing_to_compare()
    npv = np.column_stack([value_of(found.world, choice).npv for choice in choices])
    gains = npv[:, 1:] - npv[:, :1]
    return Compared(found.world, found.months, tuple(names), tuple(choices), gains, are_options)


def require_something_to_compare(scenario: Scenario) -> None:
    """As ``compared``, but nothing is valued: quick enough for a page however many options there are."""
    world = world_of(scenario)
    if not options_of(scenario) and not _without_options(scenario, world):
        raise _nothing_to_compare()


def _nothing_to_compare() -> CannotEstimate:
    return CannotEstimate(
        "nothing_to_compare", "There is only today to choose.", "Build an option, or test a candidate."
    )


def _without_options(scenario: Scenario, world: World) -> dict[str, Choice]:
    """The saved choice and every candidate at its price, those that are not today."""
    saved = saved_choice(scenario, world)
    offered = {name: replace(saved, candidate=key) for key, name in world.names.items() if key in world.measured}
    if saved not in offered.values():
        offered = {str(scenario.name): saved, **offered}
    now = today(world, saved.months)
    return {name: choice for name, choice in offered.items() if choice != now}
