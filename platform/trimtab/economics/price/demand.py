"""Demand from a price survey: the share C(p) for whom a price is worth it, and the prices that earn most."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import wrightomega

from trimtab.economics.draws import Array, align
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import PriceAnswers
from trimtab.economics.resampling import customer_weights, world_chunks

DEFAULT_PRICES = 201


class Ceiling(StrEnum):
    """What the four answers are taken to say about the most that a respondent would pay.

    EXPENSIVE: it is worth it up to the price called expensive (cautious). TOO_EXPENSIVE: up to, not at, the price
    called too expensive (bold). BETWEEN: the ceiling lies anywhere between the two with equal chance, so that a
    respondent's acceptance falls on a straight line from 1 at expensive to 0 at too expensive.
    """

    EXPENSIVE = "expensive"
    TOO_EXPENSIVE = "too_expensive"
    BETWEEN = "between"


@dataclass(frozen=True)
class Demand:
    """Share for whom a price is worth it: ``grid`` (G,) in currency, ``worth`` draws (D, G), each in 0..1.

    Every row of ``worth`` starts at or below 1 and never rises with price. ``point`` (G,) is the curve of the
    answers as they are. ``ceiling`` is None where the answers are not those of four questions. The grade is
    observed: fitted to what people said, not to what they paid.
    """

    grid: Array
    worth: Array
    point: Array
    ceiling: Ceiling | None
    customers: int
    grade: str = "observed"

    def worth_at(self, price: float) -> Array:
        """C(price) in each world, shape (D,), on a straight line between grid prices.

        Below the grid its first value holds, above it the last one.
        """
        spot = float(np.clip(price, self.grid[0], self.grid[-1]))
        right = int(np.clip(np.searchsorted(self.grid, spot), 1, self.grid.size - 1))
        share = (spot - self.grid[right - 1]) / (self.grid[right] - self.grid[right - 1])
        return self.worth[:, right - 1] * (1 - share) + self.worth[:, right] * share


@dataclass(frozen=True)
class BestPrice:
    """The price that earns most in each world: ``price`` (D,) in currency, ``earns`` (D,) per person asked."""

    price: Array
    earns: Array
    unit_cost: float
    point: float


def default_grid(answers: PriceAnswers, prices: int = DEFAULT_PRICES) -> Array:
    """Evenly spaced prices from 0 to the highest price that anyone named, shape (prices,)."""
    return np.linspace(0.0, float(answers.prices.max()), prices)


def _rejects(answers: PriceAnswers, grid: Array, ceiling: Ceiling) -> Array:
    """1 - acceptance of each respondent at each price, shape (n, G), in 0..1 and rising in price."""
    expensive, too_expensive = answers.prices[:, 2:3], answers.prices[:, 3:4]
    if ceiling is Ceiling.EXPENSIVE:
        return (grid > expensive).astype(float)
    if ceiling is Ceiling.TOO_EXPENSIVE:
        return (grid >= too_expensive).astype(float)
    return np.clip((grid - expensive) / (too_expensive - expensive), 0.0, 1.0)


def demand(
    answers: PriceAnswers,
    *,
    worlds: int,
    rng: np.random.Generator,
    grid: ArrayLike | None = None,
    ceiling: Ceiling = Ceiling.BETWEEN,
) -> Demand:
    """The share for whom a price is worth it, with a bootstrap over independent customers.

    C(p) = sum_i w_i a_i(p) / sum_i w_i, where a_i(p) is the chance that the ceiling of respondent i, named by
    ``ceiling``, is not below p. C(0) = 1, since every usable answer calls a price above 0 expensive. Price as a
    sign of poor quality (too cheap) does not lower C: at a low price it is worth it, though it may be distrusted.

    ``grid`` (G,) holds rising prices of zero or more, in the currency of the answers. Raises CannotEstimate
    (``grid_not_usable``).
    """
    prices = default_grid(answers) if grid is None else _usable_grid(grid)
    rejects = _rejects(answers, prices, ceiling)
    worth = np.empty((worlds, prices.size))
    for chunk in world_chunks(worlds, 2 * (answers.kept + prices.size)):
        sampled = customer_weights(answers.customers, chunk.stop - chunk.start, rng)[:, answers.customer]
        worth[chunk] = _accepting(sampled * answers.weights, rejects)
    point = _accepting(answers.weights[None, :], rejects)[0]
    return Demand(prices, worth, point, ceiling, answers.customers)


def _accepting(weights: Array, rejects: Array) -> Array:
    """1 - weighted mean of the rejections; the running minimum removes rounding, which could make it rise."""
    share = 1 - (weights @ rejects) / weights.sum(axis=1, keepdims=True)
    return np.minimum.accumulate(np.clip(share, 0.0, 1.0), axis=1)


def _usable_grid(grid: ArrayLike) -> Array:
    prices = np.asarray(grid, dtype=float)
    usable = prices.ndim == 1 and prices.size >= 2 and np.all(np.isfinite(prices))
    if not usable or prices[0] < 0 or np.any(np.diff(prices) <= 0):
        raise CannotEstimate(
            "grid_not_usable",
            "The prices to compare must rise and be zero or more.",
            "Give at least two different prices.",
        )
    return prices


def best_price(curve: Demand, unit_cost: float = 0.0) -> BestPrice:
    """The price p that makes (p - unit_cost) * C(p) largest in each world; the lowest one where several do.

    With ``unit_cost`` 0 it is the price of the highest revenue, else of the highest margin. C is a straight line
    between grid prices, so that the best price of each interval is exact: with C(p) = u - v p it is
    unit_cost / 2 + u / (2 v), kept within the interval.

    Raises CannotEstimate: ``unit_cost_not_usable``, ``cost_above_all_prices`` where no price of the grid is worth
    it to anyone above the unit cost.
    """
    if not np.isfinite(unit_cost) or unit_cost < 0:
        raise CannotEstimate(
            "unit_cost_not_usable", "The cost per unit must be zero or more.", "Give a cost of zero or more."
        )
    price, earns = _best_on_lines(curve.grid, curve.worth, unit_cost)
    point, point_earns = _best_on_lines(curve.grid, curve.point[None, :], unit_cost)
    if point_earns[0] <= 0:
        raise CannotEstimate(
            "cost_above_all_prices",
            "Nobody finds a price above the cost of %(cost)s worth it.",
            "Lower the cost per unit or survey higher prices.",
            cost=f"{unit_cost:g}",
        )
    return BestPrice(price, earns, unit_cost, float(point[0]))


def _best_on_lines(grid: Array, worth: Array, unit_cost: float) -> tuple[Array, Array]:
    left, right = grid[:-1], grid[1:]
    slope = (worth[:, :-1] - worth[:, 1:]) / (right - left)
    level = worth[:, :-1] + slope * left
    turning = np.where(slope > 0, unit_cost / 2 + level / (2 * np.where(slope > 0, slope, 1.0)), right)
    candidate = np.clip(turning, left, right)
    earns = (candidate - unit_cost) * (level - slope * candidate)
    world, best = np.arange(worth.shape[0]), np.argmax(earns, axis=1)
    return candidate[world, best], earns[world, best]


def earnings(curve: Demand, price: float, unit_cost: ArrayLike, rng: np.random.Generator) -> Array:
    """(price - unit_cost) * C(price) per person asked in each world, shape (D,); ``unit_cost`` a number or draws."""
    cost = align(np.atleast_1d(np.asarray(unit_cost, dtype=float)), curve.worth.shape[0], rng)
    return (price - cost) * curve.worth_at(price)


def logistic_best_price(intercept: float, slope: float, unit_cost: float = 0.0) -> float:
    """The best price under logistic demand q(p) = 1 / (1 + exp(-(a - b p))) with unit cost c.

    p* = c + (1 + W(exp(a - 1 - b c))) / b with Lambert's W, computed as Wright's omega so that it cannot overflow.
    ``intercept`` a is dimensionless, ``slope`` b per currency unit and above 0; the result is in currency.
    """
    if not slope > 0:
        raise CannotEstimate(
            "demand_does_not_fall", "Demand does not fall as the price rises.", "Check the slope of the demand curve."
        )
    return float(unit_cost + (1 + wrightomega(intercept - 1 - slope * unit_cost).real) / slope)
