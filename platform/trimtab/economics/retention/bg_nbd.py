"""BG/NBD: customers buy at a rate of their own, and after each purchase may leave for good.

While with us a customer buys at rate lambda, a Poisson process, lambda ~ gamma(r, rate alpha); after each purchase the
customer leaves with chance p ~ beta(a, b). For x repeats, the last at t_x, seen for T:

    L = B(a, b + x) / B(a, b) * Gamma(r + x) alpha^r / Gamma(r)
        * [ (alpha + T)^-(r+x) + (x > 0) a / (b + x - 1) (alpha + t_x)^-(r+x) ]

Who never came back is alive for sure under this model, as leaving follows only a repeat purchase.
alpha is a time in the unit of the data, and so LL changes with the unit: by sum of x times the log of the factor.

Notation: parameters (r, alpha, a, b), shape (4,), or (D, 4) as draws; N customers; D worlds.
Source: Fader, Hardie & Lee 2005, Marketing Science 24(2):275-284, eqs. 6, 10 and the note on P(alive).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, betaln, digamma, expit, gammaln, hyp2f1

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import positive_parameters as positive
from trimtab.economics.retention.purchase_models import (
    FutureBuyers,
    Model,
    PurchaseFit,
    refuse_without_repeats,
    spread_starts,
)
from trimtab.economics.retention.purchases import Customers, distinct_rows

NAMES = ("r", "alpha", "a", "b")
MODEL: Model = "bg_nbd"
PROPOSALS, CELLS = 5, 30_000_000
ROUGH_ROWS = 5_000
AT_ONE = 1e-4
# Beyond these a and b the hypergeometric function loses its digits, and a sum over the quantiles of p is exact.
MANY, MOST = 30.0, 1000.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
QUANTILES, QUANTILE_WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2


def fit(data: Customers) -> PurchaseFit:
    """Maximum likelihood from six starts.

    Raises CannotEstimate: nobody_bought_again, everybody_alike, no_time_observed.

    >>> from trimtab.economics.retention.purchases import customers
    >>> found = fit(customers([2, 1, 0, 5, 0, 1], [30.4, 1.7, 0, 24.0, 0, 9.0], [38.9] * 6, unit="week"))
    >>> found.names, found.unit
    (('r', 'alpha', 'a', 'b'), 'week')
    """
    refuse_without_repeats(data)
    rows = data.compressed()
    scale = float(np.average(rows.age, weights=rows.weight))
    likelihood = _Likelihood(rows, scale)
    rough = _Likelihood(_part(rows), scale) if rows.age.size > ROUGH_ROWS else None
    peak = positive.climb(likelihood, spread_starts(np.array([0.0, 0.0, 0.0, 0.5])), rough)
    return PurchaseFit.of(MODEL, NAMES, peak, data, likelihood.shift, _scales(scale))


def log_likelihood(parameters: ArrayLike, data: Customers) -> float:
    """LL of the customers at ``parameters`` (4,)."""
    likelihood = _Likelihood(data.compressed(), 1.0)
    return likelihood(np.log(np.asarray(parameters, dtype=float)))[0]


def parameter_draws(fitted: PurchaseFit, data: Customers, worlds: int, rng: np.random.Generator) -> Array:
    """Posterior draws of (r, alpha, a, b), shape (worlds, 4); see ``positive_parameters.draws_around``."""
    rows = data.compressed()
    scale = float(np.average(rows.age, weights=rows.weight))
    likelihood = _Likelihood(rows, scale)
    points = PROPOSALS if rows.age.size * worlds * PROPOSALS <= CELLS else 0
    logs = positive.draws_around(lambda point: likelihood(point)[0], fitted.peak, worlds, rng, points)
    return np.exp(logs) * _scales(scale)


def p_alive(parameters: Array, data: Customers) -> Array:
    """P(still a customer at T | x, t_x, T), (N,) or (D, N), 0..1: 1 / (1 + a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x))."""
    r, alpha, a, b = _columns(parameters)
    x = data.frequency
    gone = np.log(a / np.maximum(b + x - 1, 1e-12)) + (r + x) * np.log((alpha + data.age) / (alpha + data.recency))
    return np.asarray(np.where(x > 0, expit(-gone), 1.0))


def expected_purchases(parameters: Array, data: Customers, horizon: ArrayLike) -> Array:
    """E[purchases in the ``horizon`` after T | x, t_x, T], (N,) or (D, N); the horizon in the unit of the data."""
    r, alpha, a, b = _columns(parameters)
    return p_alive(parameters, data) * _while_alive(
        r + data.frequency, alpha + data.age, a, b + data.frequency, horizon
    )


def expected_since_first(parameters: Array, age: ArrayLike) -> Array:
    """E[repeat purchases by ``age`` after the first purchase], for a customer picked at random: (K,) or (D, K)."""
    r, alpha, a, b = _columns(parameters)
    return _while_alive(r, alpha, a, b, age)


def residual_purchases(parameters: Array, data: Customers, discount: float) -> Array:
    """E[purchases after T, each worth exp(-discount * time) | x, t_x, T], (N,), without an end.

    ``discount`` is continuous and per unit of the data, > 0. Integrates exp(-discount u) times the rate of purchases
    (r+x)/(alpha+T) 2F1(r+x+1, a; a+b+x; -u/(alpha+T)) over u > 0.
    """
    r, alpha, a, b = (float(value) for value in np.asarray(parameters))
    first, group = distinct_rows(data.frequency, data.age)
    shape, age, top = r + data.frequency[first], alpha + data.age[first], a + b + data.frequency[first]
    # Steps of equal size in log(u): the integrand ends doubly exponentially on the right, so these are all it takes.
    grid = np.linspace(np.log(age.min()) - 14, np.log(60 / discount), 160)
    step, total = float(grid[1] - grid[0]), np.zeros(first.size)
    still_buying = _still_buying(shape, a, top - a)
    for u in np.exp(grid):
        rate = shape / age * still_buying(u / age)
        total += rate * np.exp(-discount * u) * u * step
    return p_alive(np.asarray(parameters), data) * total[group]


def future_buyers(parameters: Array, data: Customers, rng: np.random.Generator) -> FutureBuyers:
    """One possible world, (N,): who is alive at T, at what rate they buy, and their chance to leave at a purchase."""
    r, alpha, a, b = (float(value) for value in np.asarray(parameters))
    alive = rng.random(data.frequency.size) < p_alive(np.asarray(parameters), data)
    rate = rng.gamma(r + data.frequency) / (alpha + data.age)
    return FutureBuyers(alive, rate, rng.beta(a, b + data.frequency), at_purchases=True)


class _Likelihood:
    """LL and its gradient at the logs of (r, alpha / scale, a, b). Time is counted in ``scale`` of the unit.

    Terms of x alone are summed by the different x, so that only the bracket is computed row by row.
    """

    def __init__(self, rows: Customers, scale: float) -> None:
        again = rows.frequency > 0
        self.x, weight = rows.frequency[again], rows.weight[again]
        self.weight, self.recency, self.age = weight, rows.recency[again] / scale, rows.age[again] / scale
        self.once_age, kind = np.unique(rows.age[~again] / scale, return_inverse=True)
        self.once = np.bincount(kind.reshape(-1), rows.weight[~again], self.once_age.size).astype(float)
        counts = np.bincount(rows.frequency.astype(int), weights=rows.weight)
        self.kinds = np.flatnonzero(counts).astype(float)
        self.counts, self.total = counts[counts > 0], float(rows.weight.sum())
        self.shift = -float(np.sum(self.kinds * self.counts)) * np.log(scale)

    def __call__(self, point: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(point)
        value, by_r, by_alpha, by_a, by_b = self._by_count(r, alpha, a, b)
        log_once = np.log(alpha + self.once_age)
        value -= r * positive.dot(self.once, log_once)
        by_r -= positive.dot(self.once, log_once)
        by_alpha -= r * positive.dot(self.once, 1 / (alpha + self.once_age))
        shape, whole, last = r + self.x, alpha + self.age, alpha + self.recency
        log_whole, below = np.log(whole), b + self.x - 1
        apart = log_whole - np.log(last)
        gone = np.log(a / below) + shape * apart
        left = self.weight * expit(gone)
        value += positive.dot(self.weight, np.logaddexp(0, gone) - shape * log_whole)
        by_r += positive.dot(left, apart) - positive.dot(self.weight, log_whole)
        by_alpha += positive.dot(left, shape * (1 / whole - 1 / last)) - positive.dot(self.weight, shape / whole)
        by_a += float(left.sum()) / a
        by_b -= positive.dot(left, 1 / below)
        return value, np.array([by_r * r, by_alpha * alpha, by_a * a, by_b * b])

    def _by_count(self, r: float, alpha: float, a: float, b: float) -> tuple[float, float, float, float, float]:
        x, n, total = self.kinds, self.counts, self.total
        value = float(n @ (gammaln(r + x) + betaln(a, b + x))) + total * (r * np.log(alpha) - gammaln(r) - betaln(a, b))
        sums = digamma(a + b + x)
        by_r = float(n @ digamma(r + x)) + total * (np.log(alpha) - digamma(r))
        by_a = -float(n @ sums) + total * digamma(a + b)
        by_b = float(n @ (digamma(b + x) - sums)) + total * (digamma(a + b) - digamma(b))
        return value, by_r, total * r / alpha, by_a, by_b


def _while_alive(shape: ArrayLike, age: ArrayLike, a: ArrayLike, b: ArrayLike, horizon: ArrayLike) -> Array:
    """E[purchases in the horizon | alive], with r + x, alpha + T and b + x given.

    (a+b-1)/(a-1) [1 - (1-z)^(a-1) 2F1(a-1, a+b-1-shape; a+b-1; z)], z = t / (age + t), b standing for b + x: Euler's
    form of the published one, which does not overflow for large x. At a = 1 the mean of both sides is taken; for
    large a, where people hardly differ in leaving, the mean over p of (1 - (1 + p t / age)^-shape) / p.
    """
    columns = (np.asarray(value, dtype=float) for value in (shape, age, a, b, horizon))
    size, old, leave, stay, ahead = np.broadcast_arrays(*columns)
    z = ahead / (old + ahead)
    at_one = np.abs(leave - 1) < AT_ONE
    steady = (leave > MANY) | (stay > MOST)
    usual = np.where(steady, 2.0, leave)
    value = _closed(size, np.where(at_one, 1 - AT_ONE, usual), stay, z)
    if np.any(at_one):
        value = np.where(at_one, (value + _closed(size, np.where(at_one, 1 + AT_ONE, usual), stay, z)) / 2, value)
    steady = steady | ~np.isfinite(value)
    if np.any(steady):
        p = _leaving_nodes(leave[steady], stay[steady])
        bought = -np.expm1(-size[steady] * np.log1p(p * (ahead / old)[steady])) / p
        value[steady] = QUANTILE_WEIGHTS @ bought
    return np.asarray(value)


def _closed(shape: Array, a: Array, b: Array, z: Array) -> Array:
    less = a - 1
    top = less + b
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(top / less * (1 - (1 - z) ** less * hyp2f1(less, top - shape, top, z)))


def _still_buying(shape: Array, a: float, b: Array) -> Callable[[Array], Array]:
    """As a function of u / (alpha + T): E over p of (1 + p ratio)^-(shape + 1), what is left of the rate, (U,)."""

    def closed(ratio: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray((1 + ratio) ** -a * hyp2f1(a + b - shape - 1, a, a + b, ratio / (1 + ratio)))

    def averaged(ratio: Array) -> Array:
        return np.asarray(QUANTILE_WEIGHTS @ np.exp(-(shape + 1) * np.log1p(p * ratio)))

    if a <= MANY and np.max(b) <= MOST and np.all(np.isfinite(closed(np.array([1e4])))):
        return closed
    p = _leaving_nodes(np.full(shape.size, a), b)
    return averaged


def _leaving_nodes(a: Array, b: Array) -> Array:
    """Quantiles of p ~ beta(a, b) at the nodes of a Gauss-Legendre sum over its distribution, (nodes, n)."""
    return np.maximum(betaincinv(a, b, QUANTILES[:, None]), 1e-300)


def _columns(parameters: Array) -> tuple[Array, Array, Array, Array]:
    values = np.asarray(parameters, dtype=float)
    if values.shape[-1:] != (4,) or np.any(values <= 0):
        raise CannotEstimate("parameters_not_usable", "BG/NBD has four parameters above 0.", "Fit the model first.")
    return tuple(values[..., place, None] for place in range(4))  # type: ignore[return-value]


def _scales(scale: float) -> Array:
    return np.array([1.0, scale, 1.0, 1.0])


def _part(rows: Customers) -> Customers:
    return rows.of(slice(None, None, rows.age.size // ROUGH_ROWS + 1))
