"""Gabor-Granger: demand from yes or no at several prices, as an interval-censored willingness to pay.

N respondents, U different intervals, D worlds, G prices. Sources: Gabor & Granger 1966, Price as an indicator of
quality, Economica 33(129):43-70; the likelihood: Cameron & James 1987, Efficient estimation methods for closed-ended
contingent valuation surveys, Review of Economics and Statistics 69(2):269-276.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, log_expit, log_ndtr, logit, ndtr, ndtri

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.demand import BestPrice, Demand, logistic_best_price
from trimtab.economics.price.ladder_answers import LadderAnswers
from trimtab.economics.price.turnbull import intervals_of, weight_by_interval
from trimtab.economics.resampling import customer_weights, world_chunks

MOST_STEPS = 200
NEGLIGIBLE = 1e-8
STEEPEST = 400.0
STEEP = 4.0
FLAT_WORLDS = 0.05
BISECTIONS = 80


class Family(StrEnum):
    """How willingness to pay W is spread: ln W normal, or W logistic (some may not want it for nothing)."""

    LOG_NORMAL = "log_normal"
    LOGISTIC = "logistic"


@dataclass(frozen=True)
class LadderFit:
    """A fitted price ladder: the share who would buy is q(p) = G(a - b x(p)), falling in price.

    LOG_NORMAL: G the normal distribution function, x = ln p. LOGISTIC: G(z) = 1 / (1 + exp(-z)), x = p.
    ``intercept`` a and ``slope`` b (D,) over the worlds, ``point`` (a, b) of the answers as they are,
    ``log_likelihood`` at the point with weights of mean 1. The grade is observed: said, not paid.
    """

    family: Family
    answers: LadderAnswers
    intercept: Array
    slope: Array
    point: tuple[float, float]
    log_likelihood: float
    grade: str = "observed"

    def share_at(self, price: ArrayLike) -> Array:
        """The share who would buy at each price (G,) in each world, shape (D, G)."""
        return share_of_lines(self.family, self.intercept[:, None], self.slope[:, None], np.asarray(price, dtype=float))

    def point_share_at(self, price: ArrayLike) -> Array:
        """The share who would buy at each price (G,) by the answers as they are."""
        return share_of_lines(self.family, *self.point, np.asarray(price, dtype=float))

    def price_at(self, share: float) -> Array:
        """The price that a share of people (0..1, ends excluded) would pay in each world, (D,), not below 0."""
        return self._price_at(share, self.intercept, self.slope)

    @property
    def median(self) -> Array:
        """The price that half of the people would pay, (D,)."""
        return self.price_at(0.5)

    @property
    def point_median(self) -> float:
        """The same by the answers as they are."""
        return float(self._price_at(0.5, *self.point))

    def _price_at(self, share: float, intercept: ArrayLike, slope: ArrayLike) -> Array:
        if self.family is Family.LOGISTIC:
            return np.maximum((intercept - logit(share)) / slope, 0.0)  # type: ignore[operator]
        return np.exp((intercept - ndtri(share)) / slope)  # type: ignore[operator]

    def demand(self, grid: ArrayLike) -> Demand:
        """The curve on rising prices (G,) in the form that the other price studies use."""
        prices = np.asarray(grid, dtype=float)
        return Demand(prices, self.share_at(prices), self.point_share_at(prices), None, self.answers.respondents)

    def best_price(self, unit_cost: float = 0.0) -> BestPrice:
        """The price that makes (p - unit_cost) q(p) largest in each world, ``unit_cost`` in currency per buyer.

        LOGISTIC: p* = c + (1 + W(exp(a - 1 - b c))) / b. LOG_NORMAL: the root of (1 - c / p) b lambda(z) = 1 with
        z = b ln p - a and lambda the normal hazard, whose left side rises in p. Raises CannotEstimate
        (``unit_cost_not_usable``).
        """
        price = best_of_lines(self.family, self.intercept, self.slope, unit_cost)
        point = best_of_lines(self.family, np.array([self.point[0]]), np.array([self.point[1]]), unit_cost)
        share = share_of_lines(self.family, self.intercept, self.slope, price)
        return BestPrice(price, (price - unit_cost) * share, unit_cost, float(point[0]))

    def beyond_asked(self, price: ArrayLike) -> float:
        """The share of worlds in which a price (D,) lies outside the prices that were asked: it is a guess there."""
        asked, found = self.answers.asked, np.asarray(price, dtype=float)
        return float(np.mean((found < asked[0]) | (found > asked[-1])))


def share_of_lines(family: Family, intercept: ArrayLike, slope: ArrayLike, price: Array) -> Array:
    """q(p) = G(a - b x(p)) for lines (a, b) and prices that broadcast against each other."""
    if family is Family.LOGISTIC:
        return expit(intercept - slope * price)  # type: ignore[operator]
    with np.errstate(divide="ignore"):
        return ndtr(intercept - slope * np.log(price))  # type: ignore[operator]


def best_of_lines(family: Family, intercept: Array, slope: Array, unit_cost: float) -> Array:
    """The price of the highest profit for each line (a, b), as ``LadderFit.best_price`` says; (D,) in currency."""
    if not np.isfinite(unit_cost) or unit_cost < 0:
        raise CannotEstimate(
            "unit_cost_not_usable", "The cost per unit must be zero or more.", "Give a cost of zero or more."
        )
    if family is Family.LOG_NORMAL:
        return _log_normal_best(intercept, slope, unit_cost)
    return np.array([logistic_best_price(a, b, unit_cost) for a, b in zip(intercept, slope, strict=True)])


def _log_normal_best(intercept: Array, slope: Array, unit_cost: float) -> Array:
    """Bisection in ln p: the left side of the condition rises from 0 at the unit cost without bound."""
    low = np.log(unit_cost) if unit_cost > 0 else (intercept - 40) / slope
    low = np.broadcast_to(low, intercept.shape).astype(float)
    high = np.maximum(low, intercept / slope) + 1 / slope
    for _doubling in range(60):
        short = _condition(high, intercept, slope, unit_cost) < 0
        if not short.any():
            break
        high = np.where(short, high + (high - low), high)
    for _half in range(BISECTIONS):
        middle = (low + high) / 2
        short = _condition(middle, intercept, slope, unit_cost) < 0
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.exp((low + high) / 2)


def _condition(log_price: Array, intercept: Array, slope: Array, unit_cost: float) -> Array:
    deviation = slope * log_price - intercept
    hazard = np.exp(-(deviation**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(-deviation))
    return -np.expm1(np.log(unit_cost) - log_price) * slope * hazard - 1 if unit_cost > 0 else slope * hazard - 1


def fit(answers: LadderAnswers, *, worlds: int, rng: np.random.Generator, family: Family | None = None) -> LadderFit:
    """Fit the share who would buy, with a bootstrap over people; the better family where none is named.

    Person i contributes ln(q(low_i) - q(high_i)), where a low of 0 stands for q = 1 and an infinite high for q = 0:
    the answers of one person are one interval, so that nobody counts once for each price. Both families have two
    parameters, and the higher likelihood decides. It is concave in (a, b); Newton steps are halved until they raise it.

    Raises CannotEstimate: ``answers_do_not_spread`` (all fit between the same two prices, or the answers are parted
    by one price without exception), ``demand_does_not_fall``.

    >>> from trimtab.economics.price.ladder_answers import ladder_answers
    >>> most = np.exp(np.random.default_rng(1).normal(np.log(30), 0.5, 400))
    >>> asked = np.array([10, 20, 30, 45, 60])
    >>> says = ladder_answers(np.tile(asked, 400), (most[:, None] >= asked).ravel(), np.repeat(np.arange(400), 5))
    >>> found = fit(says, worlds=200, rng=np.random.default_rng(2), family=Family.LOG_NORMAL)
    >>> round(found.point_median), round(1 / found.point[1], 1)
    (29, 0.5)
    """
    if family is None:
        return _better(answers, worlds, rng)
    low, high, index = intervals_of(answers)
    lines = _Lines(family, low, high, float(np.median(answers.asked)))
    given = weight_by_interval(answers.weight[None, :], index, low.size)
    point, log_likelihood = _maximise(lines, given)
    _require_identified(lines, point, given)
    draws = np.empty((worlds, 2))
    for chunk in world_chunks(worlds, 8 * (answers.respondents + low.size)):
        sampled = customer_weights(answers.respondents, chunk.stop - chunk.start, rng) * answers.weight
        draws[chunk] = _maximise(lines, weight_by_interval(sampled, index, low.size), start=point)[0]
    intercept, slope = lines.in_currency(_falling_worlds(draws))
    first = lines.in_currency(point)
    return LadderFit(family, answers, intercept, slope, (float(first[0][0]), float(first[1][0])), log_likelihood)


def _better(answers: LadderAnswers, worlds: int, rng: np.random.Generator) -> LadderFit:
    found: list[LadderFit] = []
    refused: list[CannotEstimate] = []
    state = rng.bit_generator.state
    for family in Family:
        rng.bit_generator.state = state
        try:
            found.append(fit(answers, worlds=worlds, rng=rng, family=family))
        except CannotEstimate as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return max(found, key=lambda fitted: fitted.log_likelihood)


class _Lines:
    """The intervals as ends of lines z = a - b x, with x scaled so that a and b are of the order of 1."""

    def __init__(self, family: Family, low: Array, high: Array, scale: float) -> None:
        self.family = family
        with np.errstate(divide="ignore"):
            ends = np.stack([low, high]) / scale
            self.ends = np.log(ends) if family is Family.LOG_NORMAL else ends
        self.scale = scale
        # Refusing every price says the most is below the lowest: for the logistic too, whose most may be below 0.
        self.sure = np.stack([low == 0, np.isinf(high)])
        self.x = np.where(np.isfinite(self.ends), self.ends, 0.0)

    def in_currency(self, parameters: Array) -> tuple[Array, Array]:
        intercept, slope = parameters[:, 0], parameters[:, 1]
        if self.family is Family.LOGISTIC:
            return intercept, slope / self.scale
        return intercept + slope * np.log(self.scale), slope

    def terms(self, parameters: Array) -> tuple[Array, Array, Array]:
        """ln(q(low) - q(high)), its gradient in (a, b) and the three parts of its Hessian; (D, U), (2, D, U), (3, ...).

        With p = q(low) - q(high) and g the density: d ln p / da = (g_low - g_high) / p, and likewise in b with -x g.
        """
        at = parameters[:, 0, None] - parameters[:, 1, None] * self.x[:, None, :]
        upper = np.where(self.sure[0], np.inf, at[0])
        lower = np.where(self.sure[1], -np.inf, at[1])
        log_share = self._log_difference(upper, lower)
        density = [
            np.where(sure, 0.0, np.exp(np.minimum(self._log_density(z) - log_share, 300.0)))
            for z, sure in ((at[0], self.sure[0]), (at[1], self.sure[1]))
        ]
        bend = [self._bend(z) * weight for z, weight in zip(at, density, strict=True)]
        x = self.x
        gradient = np.stack([density[0] - density[1], -x[0] * density[0] + x[1] * density[1]])
        hessian = np.stack([
            bend[0] - bend[1] - gradient[0] ** 2,
            -x[0] * bend[0] + x[1] * bend[1] - gradient[0] * gradient[1],
            x[0] ** 2 * bend[0] - x[1] ** 2 * bend[1] - gradient[1] ** 2,
        ])  # fmt: skip
        return log_share, gradient, hessian

    def _log_difference(self, upper: Array, lower: Array) -> Array:
        """ln(G(upper) - G(lower)), from the side where G is small: the families are symmetric."""
        log_of = log_expit if self.family is Family.LOGISTIC else log_ndtr
        with np.errstate(invalid="ignore"):
            mirrored = upper + lower > 0
        top, bottom = np.where(mirrored, -lower, upper), np.where(mirrored, -upper, lower)
        first, second = log_of(top), log_of(bottom)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = first + np.log(-np.expm1(np.minimum(second - first, 0.0)))
        return np.where(np.isinf(upper) & np.isinf(lower), 0.0, np.maximum(value, -1e6))

    def _log_density(self, z: Array) -> Array:
        if self.family is Family.LOGISTIC:
            return log_expit(z) + log_expit(-z)
        return -(z**2) / 2 - np.log(2 * np.pi) / 2

    def _bend(self, z: Array) -> Array:
        """g'(z) / g(z)."""
        return 1 - 2 * expit(z) if self.family is Family.LOGISTIC else -z


def _maximise(lines: _Lines, weights: Array, start: Array | None = None) -> tuple[Array, float]:
    """Newton's method in all worlds at once; ``weights`` (D, U), the result (D, 2) and the first world's ln L."""
    parameters = np.tile(np.array([[1.0, 1.0]]) if start is None else start, (weights.shape[0], 1))
    value, total = _value(lines, parameters, weights), weights.sum(axis=1)
    for _step in range(MOST_STEPS):
        move, gain = _newton(lines, parameters, weights)
        if np.all(gain < NEGLIGIBLE * total):
            return parameters, float(value[0])
        trial, raised = _climb(lines, parameters, weights, move, value)
        keep = raised >= value
        parameters, value = np.where(keep[:, None], trial, parameters), np.where(keep, raised, value)
        if not keep.any() or np.any(np.abs(parameters) > STEEPEST):
            break
    raise _do_not_spread()


def _climb(lines: _Lines, parameters: Array, weights: Array, move: Array, value: Array) -> tuple[Array, Array]:
    """Halve each world's step until it does not lower the likelihood."""
    step = np.ones(weights.shape[0])
    for _halving in range(40):
        trial = parameters + step[:, None] * move
        raised = _value(lines, trial, weights)
        worse = raised < value
        if not worse.any():
            break
        step = np.where(worse, step / 2, step)
    return trial, raised


def _do_not_spread() -> CannotEstimate:
    return CannotEstimate(
        "answers_do_not_spread",
        "The answers part cleanly between two prices, so that the steepness of demand cannot be told.",
        "Ask prices that lie closer together.",
    )


def _does_not_fall() -> CannotEstimate:
    return CannotEstimate(
        "demand_does_not_fall", "Demand does not fall as the price rises.", "Check the slope of the demand curve."
    )


def _value(lines: _Lines, parameters: Array, weights: Array) -> Array:
    return np.sum(weights * lines.terms(parameters)[0], axis=1)


def _newton(lines: _Lines, parameters: Array, weights: Array) -> tuple[Array, Array]:
    first, second = _slopes(lines, parameters, weights)
    ridge = 1e-9 * (second[0] + second[2]) + 1e-12
    a, b, c = second[0] + ridge, second[1], second[2] + ridge
    determinant = np.maximum(a * c - b * b, 1e-300)
    move = np.stack([(c * first[0] - b * first[1]) / determinant, (a * first[1] - b * first[0]) / determinant], axis=1)
    return move, np.abs(np.sum(move.T * first, axis=0))


def _slopes(lines: _Lines, parameters: Array, weights: Array) -> tuple[Array, Array]:
    """The gradient (2, D) of the log-likelihood, and the parts aa, ab and bb of its negative Hessian (3, D)."""
    _log_share, gradient, hessian = lines.terms(parameters)
    return np.sum(weights * gradient, axis=2), -np.sum(weights * hessian, axis=2)


def _require_identified(lines: _Lines, point: Array, weights: Array) -> None:
    """A slope is known when it exceeds its own standard error; where people part cleanly it grows without end."""
    _gradient, (aa, ab, bb) = _slopes(lines, point, weights)
    variance = float(aa[0] / max(aa[0] * bb[0] - ab[0] ** 2, 1e-300))
    slope = float(point[0, 1])
    if slope > 0 and slope**2 > variance:
        return
    raise _do_not_spread() if slope > STEEP else _does_not_fall()


def _falling_worlds(draws: Array) -> Array:
    """Worlds in which demand rises are so few that they may be left to their neighbours, or the fit is refused."""
    falls = draws[:, 1] > 0
    if np.mean(~falls) > FLAT_WORLDS:
        raise _does_not_fall()
    draws[~falls] = draws[np.flatnonzero(falls)[np.arange(int(np.sum(~falls)))]]
    return draws
