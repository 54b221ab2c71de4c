"""Van Westendorp's price sensitivity meter with bootstrap intervals.

Source: van Westendorp 1976, NSS Price Sensitivity Meter (PSM): A new approach to study consumer perception of
prices, ESOMAR Congress, Venice. Conventions of the crossing as in the R package pricesensitivitymeter 1.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array, interval
from trimtab.economics.price.answers import ColumnSuggestion, PriceAnswers, better_columns, price_answers
from trimtab.economics.resampling import customer_weights, world_chunks

TOLERANCE = 1e-9
POINTS = ("pmc", "pme", "idp", "opp")
CURVES = ("too_cheap", "cheap", "expensive", "too_expensive")


class RangeDefinition(StrEnum):
    """Which curves bound the acceptable range: the original takes 'not cheap' and 'not expensive'."""

    ORIGINAL = "original"
    NARROW = "narrow"


class PlateauRule(StrEnum):
    """Which price stands for a crossing at which two curves stay equal over a stretch of prices."""

    LOWEST = "lowest"
    MIDDLE = "middle"
    HIGHEST = "highest"


@dataclass(frozen=True)
class PricePoint:
    """A crossing of two curves, in currency: the point, and the stretch on which the curves are equal.

    The draws follow the same plateau rule, so that their interval says nothing of the width of the stretch.
    """

    price: float
    flat_from: float
    flat_to: float

    @property
    def is_flat(self) -> bool:
        """Whether a whole stretch of prices fits as well as the point."""
        return self.flat_to - self.flat_from > TOLERANCE * max(1.0, self.flat_to)


@dataclass(frozen=True)
class PriceCurves:
    """The four curves on a price grid for a chart, with the central interval of the worlds.

    ``price`` has shape (G,), in currency; ``share``, ``low`` and ``high`` map a name of CURVES to shares (G,).
    """

    price: Array
    share: dict[str, Array]
    low: dict[str, Array]
    high: dict[str, Array]


@dataclass(frozen=True)
class PriceSensitivity:
    """A fitted price sensitivity meter.

    ``points`` and ``draws`` (each (D,), in currency) have the keys POINTS: point of marginal cheapness, point of
    marginal expensiveness, indifference price point, optimal price point. ``suggestion`` is set where the
    columns look swapped.
    """

    answers: PriceAnswers
    range_definition: RangeDefinition
    plateau: PlateauRule
    points: dict[str, PricePoint]
    draws: dict[str, Array]
    curves: PriceCurves
    suggestion: ColumnSuggestion | None


class _Steps:
    """The answers to each question in rising order, sorted once for all worlds."""

    def __init__(self, answers: PriceAnswers, price: Array) -> None:
        self.order = [np.argsort(column, kind="stable") for column in answers.prices.T]
        self.upto = [
            np.searchsorted(column[order], price, side="right")
            for column, order in zip(answers.prices.T, self.order, strict=True)
        ]

    def shares(self, weights: Array) -> Array:
        """F_q(p): the weighted share whose answer to question q is at most p; shape (W, 4, G) for weights (W, n)."""
        total = weights.sum(axis=1)
        shares = np.empty((weights.shape[0], len(CURVES), self.upto[0].size))
        summed = np.zeros((weights.shape[0], weights.shape[1] + 1))
        for question, (order, upto) in enumerate(zip(self.order, self.upto, strict=True)):
            np.cumsum(weights[:, order], axis=1, out=summed[:, 1:])
            summed /= total[:, None]
            summed[:, -1] = 1.0
            shares[:, question] = summed[:, upto]
            summed[:, 0] = 0.0
        return shares


def _gaps(shares: Array, definition: RangeDefinition) -> dict[str, Array]:
    """For each of POINTS a gap that rises in price and is 0 where its two curves cross; each (W, G)."""
    too_cheap, cheap = 1 - shares[:, 0], 1 - shares[:, 1]
    expensive, too_expensive = shares[:, 2], shares[:, 3]
    narrow = definition is RangeDefinition.NARROW
    return {
        "pmc": (expensive if narrow else 1 - cheap) - too_cheap,
        "pme": too_expensive - (cheap if narrow else 1 - expensive),
        "idp": expensive - cheap,
        "opp": too_expensive - too_cheap,
    }


def _between(gap: Array, price: Array, left: Array) -> Array:
    """The price where the straight line through the gap at ``left`` and ``left + 1`` is 0; shape (W,)."""
    world = np.arange(gap.shape[0])
    below, above = gap[world, left], gap[world, left + 1]
    share = np.clip(-below / np.maximum(above - below, TOLERANCE), 0.0, 1.0)
    return price[left] + share * (price[left + 1] - price[left])


def _stretch(gap: Array, price: Array) -> tuple[Array, Array]:
    """First and last price at which a rising gap (W, G) is 0, interpolated in price; each (W,)."""
    last = price.size - 1
    first = np.argmax(gap >= -TOLERANCE, axis=1)
    final = np.maximum(np.sum(gap <= TOLERANCE, axis=1) - 1, 0)
    world = np.arange(gap.shape[0])
    start = np.where(
        (np.abs(gap[world, first]) <= TOLERANCE) | (first == 0),
        price[first],
        _between(gap, price, np.maximum(first - 1, 0)),
    )
    end = np.where(
        (np.abs(gap[world, final]) <= TOLERANCE) | (final == last) | (gap[:, 0] > TOLERANCE),
        price[final],
        _between(gap, price, np.minimum(final, last - 1)),
    )
    return start, end


def _choose(start: Array, end: Array, rule: PlateauRule) -> Array:
    if rule is PlateauRule.LOWEST:
        return start
    return end if rule is PlateauRule.HIGHEST else (start + end) / 2


def price_sensitivity(
    answers: ArrayLike,
    *,
    worlds: int,
    rng: np.random.Generator,
    weights: ArrayLike | None = None,
    customer: ArrayLike | None = None,
    range_definition: RangeDefinition = RangeDefinition.ORIGINAL,
    plateau: PlateauRule = PlateauRule.LOWEST,
    chart_prices: int = 121,
    chart_until: float | None = None,
) -> PriceSensitivity:
    """Fit the four price points with a bootstrap over independent customers.

    With F_q(p) the weighted share whose answer to question q is at most p, the curves are too cheap 1 - F_1,
    cheap 1 - F_2, expensive F_3 and too expensive F_4, taken at every price that was named. The points are

    - idp: expensive crosses cheap; opp: too expensive crosses too cheap;
    - original range: too cheap x not cheap (pmc), too expensive x not expensive (pme);
    - narrow range: too cheap x expensive (pmc), too expensive x cheap (pme).

    A crossing between two named prices is interpolated on a straight line; where the curves are equal over a
    stretch, ``plateau`` says which of its prices is taken. The curves for a chart run to ``chart_until``, or to the
    highest price. Only answers with four strictly rising prices enter;
    the others are counted and listed in ``answers``.

    ``answers`` (n, 4), ``weights`` (n,) and ``customer`` (n,) are those of ``price_answers``, with its errors.
    Prices and results are in the currency of the answers. Cost O(D n log n) time, in chunks of bounded memory.
    """
    usable = price_answers(answers, weights=weights, customer=customer)
    price = np.unique(usable.prices)
    steps = _Steps(usable, price)
    observed = steps.shares(usable.weights[None, :])
    points = {name: _point(gap, price, plateau) for name, gap in _gaps(observed, range_definition).items()}
    grid = np.linspace(0.0, float(price[-1]) if chart_until is None else chart_until, chart_prices)
    draws, charted = _worlds(usable, steps, price, grid, worlds, rng, range_definition, plateau)
    curves = _chart(grid, _at(observed, price, grid)[0], charted)
    return PriceSensitivity(
        usable, range_definition, plateau, points, draws, curves, better_columns(np.asarray(answers, dtype=float))
    )


def _point(gap: Array, price: Array, rule: PlateauRule) -> PricePoint:
    start, end = _stretch(gap, price)
    return PricePoint(float(_choose(start, end, rule)[0]), float(start[0]), float(end[0]))


def _at(shares: Array, price: Array, grid: Array) -> Array:
    """Shares (W, 4, len(price)) read at other prices: each holds up to the next price named; shape (W, 4, G)."""
    step = np.searchsorted(price, grid, side="right")
    return np.where(step > 0, shares[:, :, np.maximum(step - 1, 0)], 0.0)


def _worlds(
    usable: PriceAnswers,
    steps: _Steps,
    price: Array,
    grid: Array,
    worlds: int,
    rng: np.random.Generator,
    definition: RangeDefinition,
    rule: PlateauRule,
) -> tuple[dict[str, Array], Array]:
    draws = {name: np.empty(worlds) for name in POINTS}
    charted = np.empty((worlds, len(CURVES), grid.size))
    for chunk in world_chunks(worlds, 8 * (price.size + usable.kept)):
        sampled = customer_weights(usable.customers, chunk.stop - chunk.start, rng)[:, usable.customer]
        shares = steps.shares(sampled * usable.weights)
        for name, gap in _gaps(shares, definition).items():
            draws[name][chunk] = _choose(*_stretch(gap, price), rule)
        charted[chunk] = _at(shares, price, grid)
    return draws, charted


def _chart(grid: Array, observed: Array, charted: Array) -> PriceCurves:
    for shares in (observed[None], charted):
        shares[:, :2] = 1 - shares[:, :2]
    _, low, high = interval(charted)
    return PriceCurves(
        price=grid,
        share=dict(zip(CURVES, observed, strict=True)),
        low=dict(zip(CURVES, low, strict=True)),
        high=dict(zip(CURVES, high, strict=True)),
    )
