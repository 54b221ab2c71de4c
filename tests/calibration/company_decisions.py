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
class Advice:
    """The outcomes of all options in the product's worlds and in truth; places of today's, the advised and the best."""

    choices: tuple[Choice, ...]
    expected: tuple[Outcome, ...]
    true: tuple[Outcome, ...]
    today: int
    advised: int
    best: int

    @property
    def regret(self) -> float:
        """What the advice earns less than the best option, as a part of what the best earns."""
        best = float(self.true[self.best].npv_margin[0])
        return (best - float(self.true[self.advised].npv_margin[0])) / abs(best)

    def revenue(self, place: int) -> tuple[float, Array]:
        """Revenue of twelve months: the true expectation, and the product's draws."""
        true, draws = (one.revenue[:, :YEAR].sum(axis=1) for one in (self.true[place], self.expected[place]))
        return float(true[0]), draws

    def gain(self, place: int) -> tuple[float, Array]:
        """Net present margin over today's choice, in the same worlds."""
        true, draws = (one[place].npv_margin - one[self.today].npv_margin for one in (self.true, self.expected))
        return float(true[0]), draws

    def candidates(self) -> Iterator[int]:
        """The places of the other models at today's price."""
        price = self.choices[self.today].price
        return (i for i, one in enumerate(self.choices) if one.price == price and one.candidate != TODAY)


def advised(company: Company, rng: np.random.Generator) -> Advice:
    """The largest expected margin over two years, as the product compares options. Raises CannotEstimate."""
    world = estimated(company, rng)
    truth = known(company, world)
    choices = tuple(_choices(world))
    expected, true = (tuple(outcome(one, choice) for choice in choices) for one in (world, truth))
    return Advice(
        choices=choices,
        expected=expected,
        true=true,
        today=choices.index(Choice(world.current_price, TODAY)),
        advised=int(np.argmax([one.npv_margin.mean() for one in expected])),
        best=int(np.argmax([one.npv_margin[0] for one in true])),
    )


def _choices(world: World) -> Iterator[Choice]:
    for candidate, part in product(world.measured, PRICES):
        yield Choice(round(part * world.current_price, 2), candidate)
