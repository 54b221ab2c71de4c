"""What the product recommends to a simulated company, beside what would truly be best for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from apps.planning.chain import Choice, Outcome, outcome
from apps.planning.upstream import TODAY
from apps.planning.world import World
from apps.planning.yearly import YEAR
from tests.calibration.company_estimates import estimated, known
from tests.calibration.simulated_companies import Company
from trimtab.economics.draws import Array

# Prices to choose from, in parts of today's; every model is offered at each.
PRICES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0)


@dataclass(frozen=True)
class Options:
    """K options in the product's D worlds and in truth: ``margin`` (D, K) as net present value, ``revenue`` (D, K) of
    twelve months, ``true_margin`` and ``true_revenue`` (K,); the place of today's choice."""

    choices: tuple[Choice, ...]
    margin: Array
    revenue: Array
    true_margin: Array
    true_revenue: Array
    today: int

    @property
    def advised(self) -> int:
        """The largest expected margin over two years, as the product compares options."""
        return int(np.argmax(self.margin.mean(axis=0)))

    def regret(self, place: int) -> float:
        """What an option earns less than the best one, as a part of what the best earns."""
        best = float(self.true_margin.max())
        return (best - float(self.true_margin[place])) / abs(best)

    def revenue_of(self, place: int) -> tuple[float, Array]:
        """Revenue of twelve months: the true expectation, and the product's draws."""
        return float(self.true_revenue[place]), self.revenue[:, place]

    def gain_of(self, place: int) -> tuple[float, Array]:
        """Margin over today's choice, in the same worlds."""
        true = self.true_margin[place] - self.true_margin[self.today]
        return float(true), self.margin[:, place] - self.margin[:, self.today]

    def candidates(self) -> Iterator[int]:
        """The places of the other models at today's price."""
        price = self.choices[self.today].price
        return (i for i, one in enumerate(self.choices) if one.price == price and one.candidate != TODAY)


def options_of(company: Company, rng: np.random.Generator) -> Options:
    """Raises CannotEstimate."""
    world = estimated(company, rng)
    choices = tuple(_choices(world))
    margin, revenue = _valued(world, choices)
    true_margin, true_revenue = _valued(known(company, world), choices)
    today = choices.index(Choice(world.current_price, TODAY))
    return Options(choices, margin, revenue, true_margin[0], true_revenue[0], today)


def _valued(world: World, choices: tuple[Choice, ...]) -> tuple[Array, Array]:
    found = [_margin_and_revenue(outcome(world, choice)) for choice in choices]
    margin, revenue = zip(*found, strict=True)
    return np.column_stack(margin), np.column_stack(revenue)


def _margin_and_revenue(found: Outcome) -> tuple[Array, Array]:
    return found.npv_margin, found.revenue[:, :YEAR].sum(axis=1)


def _choices(world: World) -> Iterator[Choice]:
    for candidate, part in product(world.measured, PRICES):
        yield Choice(round(part * world.current_price, 2), candidate)
