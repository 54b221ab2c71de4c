"""Gamma-gamma: what a customer spends on a day with a purchase, from few such days.

Each amount of a customer is gamma(p, rate nu), nu ~ gamma(q, rate gamma) differs between customers. For x amounts with
mean z:

    L = Gamma(px+q) / (Gamma(px) Gamma(q)) gamma^q z^(px-1) x^(px) / (gamma + x z)^(px+q)
    E[mean spend | x, z] = p (gamma + x z) / (p x + q - 1), a mean of z and of the population's p gamma / (q - 1)

Assumes that how much somebody spends says nothing about how often they buy; ``independence`` checks that.
Notation: N repeat customers, parameters (p, q, gamma), gamma in money. D worlds.
Source: Fader & Hardie 2013, "The gamma-gamma model of monetary value", eqs. 1a, 5; Colombo & Jiang 1999.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln
from scipy.stats import spearmanr

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import positive_parameters as positive
from trimtab.economics.retention.positive_parameters import Peak

NAMES = ("p", "q", "gamma")
PROPOSALS, CELLS = 5, 30_000_000
STARTS = ((1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (2.0, 2.0, 2.0), (0.0, 2.0, 2.0), (2.0, 0.5, -1.0))
ROUGH_ROWS = 2_000
FEWEST, STRONG, SURE = 3, 0.2, 0.01


@dataclass(frozen=True)
class Spend:
    """``count`` x and ``mean`` z (money) of each repeat customer, (N,)."""

    count: Array
    mean: Array


@dataclass(frozen=True)
class SpendFit:
    """``parameters`` (3,) in the order of NAMES and LL of ``customers`` repeat customers; see PurchaseFit."""

    parameters: Array
    log_likelihood: float
    customers: int
    at_edge: tuple[str, ...]
    starts: int
    agreeing: int
    peak: Peak

    @property
    def population_mean(self) -> float | None:
        """p gamma / (q - 1), money; None where q <= 1, for then the mean is infinite."""
        p, q, gamma = self.parameters
        return float(p * gamma / (q - 1)) if q > 1 else None


@dataclass(frozen=True)
class Independence:
    """Spearman's rank ``correlation`` of frequency and mean spend, -1..1, and its ``p_value``."""

    correlation: float
    p_value: float

    @property
    def doubtful(self) -> bool:
        """Spend and frequency go together too clearly for the model."""
        return abs(self.correlation) >= STRONG and self.p_value < SURE


def spend(count: ArrayLike, mean: ArrayLike) -> Spend:
    """The repeat customers among the rows: x > 0 with a known mean.

    Raises CannotEstimate: lengths_differ, spend_negative, spend_zero (a mean of 0 has no gamma distribution),
    too_few_repeaters (fewer than three), spend_all_alike.
    """
    x, z = np.atleast_1d(np.asarray(count, dtype=float)), np.atleast_1d(np.asarray(mean, dtype=float))
    if x.shape != z.shape or x.ndim != 1:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    known = (x > 0) & np.isfinite(z)
    x, z = x[known], z[known]
    _refuse(z < 0, "spend_negative", "spent less than nothing", "Leave out what was sent back.")
    _refuse(z == 0, "spend_zero", "spent nothing at all", "Leave out customers who got everything for free.")
    if x.size < FEWEST:
        raise CannotEstimate(
            "too_few_repeaters",
            "%(customers)d customers bought again for a known amount; %(needed)d are needed.",
            "Import amounts.",
            customers=int(x.size),
            needed=FEWEST,
        )
    if np.ptp(z) <= 1e-9 * z.mean():
        raise CannotEstimate(
            "spend_all_alike", "Everybody spends the same.", "Take that amount; there is no model to fit."
        )
    return Spend(x, z)


def fit(data: Spend) -> SpendFit:
    """Maximum likelihood from five starts.

    >>> found = fit(spend([1, 2, 3, 1, 4, 2], [10.0, 25.0, 31.0, 80.0, 42.0, 18.0]))
    >>> found.customers, bool(found.parameters.min() > 0)
    (6, True)
    """
    likelihood = _Likelihood(data)
    step = data.count.size // ROUGH_ROWS + 1
    rough = _Likelihood(Spend(data.count[::step], data.mean[::step]), likelihood.money) if step > 1 else None
    peak = positive.climb(likelihood, np.array(STARTS), rough)
    return SpendFit(
        parameters=np.exp(peak.point) * likelihood.scales,
        log_likelihood=peak.value + likelihood.shift,
        customers=int(data.count.size),
        at_edge=tuple(name for name, edge in zip(NAMES, peak.at_edge, strict=True) if edge),
        starts=peak.starts,
        agreeing=peak.agreeing,
        peak=peak,
    )


def log_likelihood(parameters: ArrayLike, data: Spend) -> float:
    """LL of the repeat customers at ``parameters`` (3,)."""
    likelihood = _Likelihood(data)
    return likelihood(np.log(np.asarray(parameters, dtype=float) / likelihood.scales))[0] + likelihood.shift


def parameter_draws(fitted: SpendFit, data: Spend, worlds: int, rng: np.random.Generator) -> Array:
    """Posterior draws of (p, q, gamma), shape (worlds, 3); see ``positive_parameters.draws_around``."""
    likelihood = _Likelihood(data)
    points = PROPOSALS if data.count.size * worlds * PROPOSALS <= CELLS else 0
    logs = positive.draws_around(lambda point: likelihood(point)[0], fitted.peak, worlds, rng, points)
    return np.exp(logs) * likelihood.scales


def expected_spend(parameters: Array, count: ArrayLike, mean: ArrayLike) -> Array:
    """E[mean spend of a day with a purchase | x, z], (N,) or (D, N), money; the population's mean where x = 0.

    Where p x + q <= 1 the expectation is infinite: the draw is then read at p x + q = 1.05.
    """
    values = np.asarray(parameters, dtype=float)
    p, q, gamma = (values[..., place, None] for place in range(3))
    x = np.asarray(count, dtype=float)
    z = np.where(x > 0, np.nan_to_num(np.asarray(mean, dtype=float)), 0.0)
    return np.asarray(p * (gamma + x * z) / np.maximum(p * x + q - 1, 0.05))


def future_spend(parameters: Array, count: ArrayLike, mean: ArrayLike, rng: np.random.Generator) -> Array:
    """One possible world: the mean spend p / nu of each customer, (N,), nu ~ gamma(px + q, rate gamma + x z)."""
    p, q, gamma = (float(value) for value in np.asarray(parameters))
    x = np.asarray(count, dtype=float)
    z = np.where(x > 0, np.nan_to_num(np.asarray(mean, dtype=float)), 0.0)
    return np.asarray(p * (gamma + x * z) / np.maximum(rng.gamma(p * x + q), 1e-12))


def independence(data: Spend) -> Independence:
    """Do those who buy often spend more, or less, each time? Exact ties are ranked by their mean."""
    if np.ptp(data.count) == 0:
        return Independence(0.0, 1.0)
    found = spearmanr(data.count, data.mean)
    return Independence(float(found.statistic), float(found.pvalue))


class _Likelihood:
    """LL and its gradient at the logs of (p, q, gamma / the mean spend)."""

    def __init__(self, data: Spend, money: float | None = None) -> None:
        self.money = money = money or float(np.average(data.mean, weights=data.count))
        self.x, self.z = data.count, data.mean / money
        self.scales = np.array([1.0, 1.0, money])
        self.kinds, group = np.unique(data.count, return_inverse=True)
        self.counts = np.bincount(group.reshape(-1)).astype(float)
        self.log_z, self.log_x = float(np.log(self.z).sum()), float(self.x @ np.log(self.x))
        self.total_log = float(self.x @ np.log(self.z))
        self.shift = -data.count.size * float(np.log(money))

    def __call__(self, point: Array) -> tuple[float, Array]:
        p, q, gamma = np.exp(point)
        whole = gamma + self.x * self.z
        log_whole, size = np.log(whole), self.x.size
        px, n = p * self.kinds, self.counts
        value = float(n @ (gammaln(px + q) - gammaln(px))) + size * (q * np.log(gamma) - gammaln(q))
        value += p * (self.total_log + self.log_x) - self.log_z - positive.dot(p * self.x + q, log_whole)
        both = digamma(px + q)
        by_p = (
            float((n * self.kinds) @ (both - digamma(px)))
            + self.total_log
            + self.log_x
            - positive.dot(self.x, log_whole)
        )
        by_q = float(n @ both) + size * (np.log(gamma) - digamma(q)) - float(log_whole.sum())
        by_gamma = size * q / gamma - float(np.sum((p * self.x + q) / whole))
        return value, np.array([by_p * p, by_q * q, by_gamma * gamma])


def _refuse(bad: np.ndarray, code: str, fault: str, remedy: str) -> None:
    if np.any(bad):
        message = f"%(count)d of the repeat customers {fault}."
        raise CannotEstimate(code, message, remedy, count=int(bad.sum()))
