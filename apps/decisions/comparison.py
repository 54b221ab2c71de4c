"""The options of a scenario compared: where each stands, which one leads, and whether that can be told yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from apps.decisions.models import Option
from apps.decisions.option_values import OptionValues, Value
from apps.planning.assumptions import Assumed
from apps.planning.choice import Choice
from apps.planning.forecasting import links_behind, weakest
from apps.planning.judgement import uncertain_inputs
from apps.planning.models import Scenario
from apps.planning.world import Link
from trimtab.economics.decision.options import Comparison, Reached, Standing, compare, reached
from trimtab.economics.decision.verdict import Settle, Thresholds, judge, what_would_settle
from trimtab.economics.draws import Figure, summarise

SETTLED_BY = 3


@dataclass(frozen=True)
class Row:
    """One option of the table; ``option`` None is today. ``paid`` are the months to break-even, None for today."""

    option: Option | None
    name: str
    choice: Choice
    standing: Standing
    paid: Reached | None
    revenue_12: Figure
    at_a_loss: float
    grade: str
    beaten_by: tuple[str, ...]

    @property
    def key(self) -> str:
        return str(self.option.pk) if self.option is not None else "today"

    @property
    def gain(self) -> dict[str, Any]:
        return self.standing.gain.as_dict()

    @property
    def revenue(self) -> dict[str, Any]:
        return self.revenue_12.as_dict()


@dataclass(frozen=True)
class Judged:
    """``verdict`` (ship, hold, cannot_tell) and its ``reason`` on the best option that is not today."""

    row: Row
    verdict: str
    reason: str
    p_better: float
    settle: tuple[Settle, ...]
    observed: frozenset[str]


class OptionComparison:
    """All numbers of the page, computed from the values as they are asked for."""

    def __init__(self, scenario: Scenario, values: OptionValues) -> None:
        self.scenario, self.values = scenario, values

    @cached_property
    def comparison(self) -> Comparison:
        return compare(self.values.npv, unit=self.values.world.currency)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """In the order of the options, today first."""
        options: tuple[Option | None, ...] = (None, *self.values.options)
        return tuple(self._row(place, option) for place, option in enumerate(options))

    @property
    def ranked(self) -> list[Row]:
        return [self.rows[standing.option] for standing in self.comparison.ranked]

    @property
    def leader(self) -> Row:
        """The highest expected value, today included."""
        return self.rows[self.comparison.best]

    @cached_property
    def judged(self) -> Judged | None:
        """The verdict on the best option against today; None where there is none but today."""
        others = [row for row in self.ranked if row.option is not None]
        if not others:
            return None
        row, world = others[0], self.values.world
        gain = self.comparison.gains[:, row.standing.option]
        assumed = Assumed(self.scenario.assumptions)
        thresholds = Thresholds(assumed.number("ship_at"), assumed.number("hold_at"))
        negligible = thresholds.negligible_share * abs(float(np.median(self.values.npv[:, 0])))
        verdict, reason = judge(gain, thresholds, negligible)
        inputs = uncertain_inputs(world, row.choice.price) if verdict == "cannot_tell" else ()
        settle = [one for one in what_would_settle(gain, inputs, thresholds) if one.value > 0]
        observed = frozenset(one.name for one in inputs if one.observations)
        return Judged(row, verdict, reason, float(np.mean(gain > 0)), tuple(settle[:SETTLED_BY]), observed)

    @cached_property
    def links(self) -> dict[str, Link]:
        """What the comparison stands on, by code."""
        found = (links_behind(self.values.world, row.choice.candidate, row.choice.price) for row in self.rows)
        return {link.code: link for links in found for link in links}

    def _row(self, place: int, option: Option | None) -> Row:
        value: Value = self.values.values[place]
        choice, standing = self.values.choices[place], self.comparison.standings[place]
        return Row(
            option=option,
            name=self.values.names[place],
            choice=choice,
            standing=standing,
            paid=reached(value.paid_after) if option is not None else None,
            revenue_12=summarise(value.revenue_12, name="revenue_12", unit=self.values.world.currency),
            at_a_loss=float(np.median(value.at_a_loss)),
            grade=self._grade(choice),
            beaten_by=tuple(self.values.names[one] for one in standing.dominated_by),
        )

    def _grade(self, choice: Choice) -> str:
        """Of the weakest link that it stands on; what a person expects of a feature or lever is assumed."""
        typed = choice.features or choice.quality or choice.latency != 1 or choice.arrivals != 1
        return "assumed" if typed else weakest(links_behind(self.values.world, choice.candidate, choice.price))
