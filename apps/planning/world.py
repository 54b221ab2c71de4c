"""The world of a forecast: every link of the loop in the same D worlds, each with its grade and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.planning.upstream import TODAY
from trimtab.economics.decision.quality import Measured
from trimtab.economics.draws import Array, Figure

MOST_MONTHS = 60


@dataclass(frozen=True)
class Link:
    """One link of the chain: what it says, how sure that is, and what stands behind it.

    ``assumptions`` are the keys that would have to be typed, or were; ``observations`` None where it was assumed.
    ``set_aside`` says by a code why an estimate that there is was not used; ``inputs`` what it was made from besides.
    """

    code: str
    grade: str
    figure: Figure | None = None
    estimate: Estimate | None = None
    assumptions: tuple[str, ...] = ()
    observations: int | None = None
    set_aside: str = ""
    inputs: tuple[InputRef, ...] = ()


@dataclass(frozen=True)
class World:
    """Everything that a forecast needs, in D worlds (arrays start with that axis).

    ``worth`` (D, G) on ``grid`` (G,) is C(p); ``score`` (D, J) with ours first and ``rivals`` (D, J - 1) the
    competitors' C; ``chosen`` our share of preference (D, G') on ``chosen_prices`` (G',) where choices were studied: it
    then stands for score, rivals, gamma and the weight of none. ``measured``: tests by candidate, today's as "today".
    """

    currency: str
    current_price: float
    arrivals: Array
    existing: Array | None
    hazard: Array
    family: Any
    coef: Array
    functional: Array
    interaction: Array
    slope: Array
    grid: Array
    worth: Array
    score: Array
    rivals: Array
    gamma: Array
    none_weight: Array
    measured: dict[str, Measured]
    names: dict[str, str]
    quality_elasticity: Array
    latency_elasticity: Array
    requests: Array
    payment_fee: float
    fixed_cost: float
    annual_discount: float
    links: tuple[Link, ...] = field(repr=False)
    chosen_prices: Array | None = None
    chosen: Array | None = None
    cached: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def candidates(self) -> list[str]:
        return [key for key in self.measured if key != TODAY]

    @property
    def grade(self) -> str:
        """That of the weakest link."""
        return min((link.grade for link in self.links), key=Grade.values.index)

    @property
    def weakest(self) -> list[Link]:
        return [link for link in self.links if link.grade == self.grade]


def interpolated(grid: Array, worth: Array, price: float) -> Array:
    """C(price) in each world (D,), on a straight line between grid prices, held beyond its ends."""
    spot = float(np.clip(price, grid[0], grid[-1]))
    right = int(np.clip(np.searchsorted(grid, spot), 1, grid.size - 1))
    share = (spot - grid[right - 1]) / (grid[right] - grid[right - 1])
    return worth[:, right - 1] * (1 - share) + worth[:, right] * share
