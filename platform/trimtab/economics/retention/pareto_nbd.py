"""Pareto/NBD: customers buy at a rate of their own and leave for good at a rate of their own, at any time.

While with us a customer buys at rate lambda ~ gamma(r, rate alpha); the stay is exponential with rate
mu ~ gamma(s, rate beta). For x repeats, the last at t_x, seen for T:

    L = Gamma(r + x) / Gamma(r) alpha^r beta^s * { (alpha + T)^-(r+x) (beta + T)^-s + s A }
    A = integral over t from t_x to T of (alpha + t)^-(r+x) (beta + t)^-(s+1)

The first term is "still here", the second "left at t". The published form of A is a difference of two 2F1, which
loses all digits for large x and knows no simple gradient; here A is a Gauss-Legendre sum in log(min(alpha, beta) + t),
in which the integrand is smooth, cut where it has fallen by e^-30; the same nodes give the gradient exactly.

Notation: parameters (r, alpha, s, beta), shape (4,), or (D, 4) as draws; alpha and beta are times in the unit of the
data, with which LL changes. N customers, D worlds, K nodes.
Sources: Schmittlein, Morrison & Colombo 1987, Management Science 33(1):1-24; Fader & Hardie 2005, "A note on deriving
the Pareto/NBD model", eqs. 13-20 and 41.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, exprel, gammaln

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

NAMES = ("r", "alpha", "s", "beta")
MODEL: Model = "pareto_nbd"
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
FALLEN = 30.0
PROPOSALS, CELLS = 2, 6_000_000
ROUGH_ROWS = 3_000
BLOCK_ROWS = 20_000


def fit(data: Customers) -> PurchaseFit:
    """Maximum likelihood from six starts.

    Raises CannotEstimate: nobody_bought_again, everybody_alike, no_time_observed.

    >>> from trimtab.economics.retention.purchases import customers
    >>> found = fit(customers([2, 1, 0, 5, 0, 1], [30.4, 1.7, 0, 24.0, 0, 9.0], [38.9] * 6, unit="week"))
    >>> found.names, found.unit
    (('r', 'alpha', 's', 'beta'), 'week')
    """
    refuse_without_repeats(data)
    rows = data.compressed()
    scale = float(np.average(rows.age, weights=rows.weight))
    likelihood = _Likelihood(rows, scale)
    part = rows.of(slice(None, None, rows.age.size // ROUGH_ROWS + 1))
    rough = _Likelihood(part, scale) if rows.age.size > ROUGH_ROWS else None
    peak = positive.climb(likelihood, spread_starts(np.zeros(4)), rough)
    return PurchaseFit.of(MODEL, NAMES, peak, data, likelihood.shift, _scales(scale))


def log_likelihood(parameters: ArrayLike, data: Customers) -> float:
    """LL of the customers at ``parameters`` (4,)."""
    return _Likelihood(data.compressed(), 1.0)(np.log(np.asarray(parameters, dtype=float)))[0]


def parameter_draws(fitted: PurchaseFit, data: Customers, worlds: int, rng: np.random.Generator) -> Array:
    """Posterior draws of (r, alpha, s, beta), shape (worlds, 4); see ``positive_parameters.draws_around``."""
    rows = data.compressed()
    scale = float(np.average(rows.age, weights=rows.weight))
    likelihood = _Likelihood(rows, scale)
    points = PROPOSALS if rows.age.size * worlds * PROPOSALS <= CELLS else 0
    logs = positive.draws_around(likelihood.value, fitted.peak, worlds, rng, points)
    return np.exp(logs) * _scales(scale)


def p_alive(parameters: Array, data: Customers) -> Array:
    """P(still a customer at T | x, t_x, T), (N,) or (D, N), 0..1: the share of the first term of L in both."""
    if np.ndim(parameters) == 2:
        return np.stack([p_alive(row, data) for row in np.asarray(parameters)])
    r, alpha, s, beta = _columns(parameters)
    here, gone = _terms(float(r[0]), float(alpha[0]), float(s[0]), float(beta[0]), data)
    return np.asarray(np.exp(here - np.logaddexp(here, gone)))


def expected_purchases(parameters: Array, data: Customers, horizon: ArrayLike) -> Array:
    """E[purchases in the ``horizon`` after T | x, t_x, T], (N,) or (D, N); the horizon in the unit of the data.

    P(alive) (r+x)/(alpha+T) * integral over u in 0..t of ((beta+T) / (beta+T+u))^s.
    """
    r, alpha, s, beta = _columns(parameters)
    rate = (r + data.frequency) / (alpha + data.age)
    return p_alive(parameters, data) * rate * _expected_stay(s, beta + data.age, horizon)


def expected_since_first(parameters: Array, age: ArrayLike) -> Array:
    """E[repeat purchases by ``age`` after the first purchase], for a customer picked at random: (K,) or (D, K)."""
    r, alpha, s, beta = _columns(parameters)
    return np.asarray(r / alpha * _expected_stay(s, beta, age))


def residual_purchases(parameters: Array, data: Customers, discount: float) -> Array:
    """E[purchases after T, each worth exp(-discount * time) | x, t_x, T], (N,), without an end.

    P(alive) (r+x)/(alpha+T) * integral over u > 0 of exp(-discount u) ((beta+T) / (beta+T+u))^s; ``discount`` is
    continuous and per unit of the data, > 0. Source: Fader, Hardie & Lee 2005, J. Marketing Research 42:415-430, eq. 2.
    """
    r, alpha, s, beta = _columns(parameters)
    first, group = distinct_rows(data.age)
    age = float(beta[0]) + data.age[first]
    # Steps of equal size in log(u), as the integrand ends doubly exponentially on the right.
    grid = np.linspace(np.log(age.min()) - 14, np.log(60 / discount), 160)
    u = np.exp(grid)
    stay = (np.exp(-discount * u) * u * (grid[1] - grid[0])) @ (1 + u[:, None] / age) ** -float(s[0])
    return np.asarray(p_alive(parameters, data) * (r + data.frequency) / (alpha + data.age) * stay[group])


def future_buyers(parameters: Array, data: Customers, rng: np.random.Generator) -> FutureBuyers:
    """One possible world: who is alive at T, at what rates they buy and leave; (N,)."""
    r, alpha, s, beta = (float(value) for value in np.asarray(parameters))
    size = data.frequency.size
    alive = rng.random(size) < p_alive(np.asarray(parameters), data)
    rate = rng.gamma(r + data.frequency) / (alpha + data.age)
    return FutureBuyers(alive, rate, rng.gamma(s, size=size) / (beta + data.age), at_purchases=False)


class _Likelihood:
    """LL and its gradient at the logs of (r, alpha / scale, s, beta / scale): time counts in ``scale`` of the unit."""

    def __init__(self, rows: Customers, scale: float) -> None:
        self.blocks = [rows.of(slice(start, start + BLOCK_ROWS)) for start in range(0, rows.age.size, BLOCK_ROWS)]
        self.scale = scale
        counts = np.bincount(rows.frequency.astype(int), weights=rows.weight)
        self.kinds = np.flatnonzero(counts).astype(float)
        self.counts, self.total = counts[counts > 0], float(rows.weight.sum())
        self.shift = -float(np.sum(self.kinds * self.counts)) * np.log(scale)

    def value(self, point: Array) -> float:
        """LL alone."""
        r, alpha, s, beta = np.exp(point)
        total = self._by_count(r, alpha, s, beta)
        for rows in self.blocks:
            total += float(rows.weight @ np.logaddexp(*_terms(r, alpha, s, beta, rows, self.scale)))
        return total

    def __call__(self, point: Array) -> tuple[float, Array]:
        r, alpha, s, beta = np.exp(point)
        value = self._by_count(r, alpha, s, beta)
        slope = np.array(
            [
                float(self.counts @ digamma(r + self.kinds)) + self.total * (np.log(alpha) - digamma(r)),
                self.total * r / alpha,
                self.total * np.log(beta),
                self.total * s / beta,
            ]
        )
        for rows in self.blocks:
            more, steeper = _rows_gradient(r, alpha, s, beta, rows, self.scale)
            value, slope = value + more, slope + steeper
        return value, slope * np.array([r, alpha, s, beta])

    def _by_count(self, r: float, alpha: float, s: float, beta: float) -> float:
        constant = r * np.log(alpha) + s * np.log(beta) - gammaln(r)
        return float(self.counts @ gammaln(r + self.kinds)) + self.total * float(constant)


def _terms(r: float, alpha: float, s: float, beta: float, rows: Customers, scale: float = 1.0) -> tuple[Array, Array]:
    """Logs of the two terms of the bracket of L, each (N,)."""
    shape, age = r + rows.frequency, rows.age / scale
    here = -shape * np.log(alpha + age) - s * np.log(beta + age)
    _buying, _leaving, log_part = _nodes(shape, alpha, s, beta, rows.recency / scale, age)
    top = log_part.max(axis=1)
    return here, np.log(s) + top + np.log(np.exp(log_part - top[:, None]).sum(axis=1))


def _rows_gradient(r: float, alpha: float, s: float, beta: float, rows: Customers, scale: float) -> tuple[float, Array]:
    """Sum of the log brackets, and its derivatives by r, alpha, s and beta."""
    shape, age = r + rows.frequency, rows.age / scale
    log_buy, log_leave = np.log(alpha + age), np.log(beta + age)
    here = -shape * log_buy - s * log_leave
    buying, leaving, log_part = _nodes(shape, alpha, s, beta, rows.recency / scale, age)
    log_part += np.log(s)
    top = np.maximum(log_part.max(axis=1), here)
    part, alive = np.exp(log_part - top[:, None]), np.exp(here - top)
    whole = alive + part.sum(axis=1)
    # The weight of each way in which the data can have come about, times how many rows it stands for.
    alive, part = rows.weight * alive / whole, part * (rows.weight / whole)[:, None]
    gone = part.sum(axis=1)
    by_r = -(alive @ log_buy) - np.sum(part * buying)
    by_alpha = -(alive @ (shape / (alpha + age))) - np.sum(shape * np.sum(part * np.exp(-buying), axis=1))
    by_s = -(alive @ log_leave) - np.sum(part * leaving) + gone.sum() / s
    by_beta = -(alive @ (s / (beta + age))) - (s + 1) * np.sum(part * np.exp(-leaving))
    return float(rows.weight @ (top + np.log(whole))), np.array([by_r, by_alpha, by_s, by_beta])


def _nodes(shape: Array, alpha: float, s: float, beta: float, recency: Array, age: Array) -> tuple[Array, Array, Array]:
    """log(alpha + t), log(beta + t) and the log of the part of A at each node, each (N, K)."""
    least = min(alpha, beta)
    fallen = (alpha + recency) * np.exp(np.minimum(FALLEN / shape, 50)) - alpha
    end = np.minimum(age, fallen)
    low, width = np.log(least + recency), np.log((least + end) / (least + recency))
    inner = low[:, None] + width[:, None] * (NODES + 1) / 2
    t = np.exp(inner) - least
    buying, leaving = np.log(alpha + t), np.log(beta + t)
    with np.errstate(divide="ignore"):
        cell = np.log(width / 2)[:, None] + np.log(WEIGHTS)
    return buying, leaving, -shape[:, None] * buying - (s + 1) * leaving + inner + np.maximum(cell, -700)


def _expected_stay(s: ArrayLike, age: ArrayLike, horizon: ArrayLike) -> Array:
    """Integral over u in 0..horizon of (age / (age + u))^s: age (1 - e^(-(s-1) l)) / (s-1), l = log(1 + horizon/age).

    No division by s - 1: exprel(y) = (e^y - 1) / y is 1 at 0.
    """
    stretch = np.log1p(np.asarray(horizon) / np.asarray(age))
    return np.asarray(age * stretch * exprel(-(np.asarray(s) - 1) * stretch))


def _columns(parameters: Array) -> tuple[Array, Array, Array, Array]:
    values = np.asarray(parameters, dtype=float)
    if values.shape[-1:] != (4,) or np.any(values <= 0):
        raise CannotEstimate("parameters_not_usable", "Pareto/NBD has four parameters above 0.", "Fit the model first.")
    return tuple(values[..., place, None] for place in range(4))  # type: ignore[return-value]


def _scales(scale: float) -> Array:
    return np.array([1.0, scale, 1.0, scale])
