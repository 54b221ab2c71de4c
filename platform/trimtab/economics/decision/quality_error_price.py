"""What one unresolved request costs, by class, from who leaves afterwards.

Symbols: L classes, N customers, D draws. A customer belongs to class l from the first unresolved request in it.

    h_0 = leavers / customer-months before any failure,    h_l = the same after a failure in class l
    k_l = max(h_l - h_0, 0) * lifetime value / failures in class l per customer-month after the first

Time before the first failure counts as time without one, so that staying long enough to meet a failure is not taken for
an effect of it. Who met failures in several classes counts for each. Observed, never a cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import nbinom

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

FEWEST_LEAVERS = 10
ALIKE = np.geomspace(1.0, 1000.0, 25)


@dataclass(frozen=True)
class FailureTime:
    """Leavers and customer-months: before any failure (scalars) and after the first in each class, (L,) each.

    ``failures`` (L,) are those that fell into these months, the first of a customer among them.
    """

    left_before: float
    months_before: float
    left_after: Array
    months_after: Array
    failures: Array


@dataclass(frozen=True)
class ErrorPrice:
    """``price`` k (D, L) in the currency of the lifetime value, or 1 each where ``grade`` is "assumed".

    ``excess`` (D, L) is h_l - h_0 a month, before it is cut at 0; ``mean`` (D,) the price of an error of any class from
    all leavers together, not cut: below 0 where who met failures stayed longer. ``reason`` says why prices were only
    assumed.
    """

    price: Array
    mean: Array
    excess: Array
    grade: str
    reason: CannotEstimate | None = None


def failure_time(
    entered: ArrayLike,
    left_at: ArrayLike,
    left: ArrayLike,
    customer: ArrayLike,
    failed_class: ArrayLike,
    failed_at: ArrayLike,
    classes: int,
) -> FailureTime:
    """Customer-months before and after failures.

    ``entered``, ``left_at`` (N,) in months on one clock, ``left_at`` the end of what was seen; ``left`` (N,) 1 where
    the customer left then. One unresolved request a row: ``customer`` (F,) 0..N-1, ``failed_class`` (F,) 0..L-1,
    ``failed_at`` (F,) months. Failures outside a customer's time are left out.
    """
    begin = shaped("entries", entered, (None,))
    end = shaped("ends", left_at, begin.shape)
    gone = shaped("marks of leaving", left, begin.shape, low=0, high=1)
    shaped("times of customers", end - begin, begin.shape, low=0)
    who, kind = np.asarray(customer, dtype=np.int64), np.asarray(failed_class, dtype=np.int64)
    at = shaped("times of failures", failed_at, who.shape)
    inside = (at >= begin[who]) & (at <= end[who])
    who, kind, at = who[inside], kind[inside], at[inside]
    first = _first(who, kind, at, begin.size, classes)
    any_first = np.minimum(first.min(axis=1, initial=np.inf), end)
    met = np.isfinite(first)
    after = np.where(met, end[:, None] - np.where(met, first, 0), 0.0)
    clean = ~met.any(axis=1)
    return FailureTime(
        left_before=float(gone[clean].sum()),
        months_before=float((any_first - begin).sum()),
        left_after=(gone[:, None] * met).sum(axis=0),
        months_after=after.sum(axis=0),
        failures=np.bincount(kind, minlength=classes).astype(float),
    )


def _first(who: NDArray[np.int64], kind: NDArray[np.int64], at: Array, customers: int, classes: int) -> Array:
    first = np.full((customers, classes), np.inf)
    np.minimum.at(first, (who, kind), at)
    return first


def error_price(seen: FailureTime, lifetime_value: ArrayLike, *, worlds: int, rng: np.random.Generator) -> ErrorPrice:
    """Price of an error in each class, in D = ``worlds`` draws; equal and assumed where too few customers left.

    ``lifetime_value``: what is lost when a customer leaves, a number above 0 or draws (D,), in currency. Rates are
    Gamma posteriors; h_l ~ Gamma(kappa, kappa / h) around the rate h after any failure, with kappa from 1 (classes
    differ) to 1000 (they do not) as the leavers tell (negative binomial). In worlds without an excess in any class all
    cost the same. Never raises for thin data: ``reason`` tells it.

    Source: Gelman et al. (2013), Bayesian Data Analysis, sections 2.6 and 2.7 (rates with exposure).
    """
    value = np.broadcast_to(shaped("lifetime values", lifetime_value, (), (worlds,), low=0), (worlds,))
    classes = seen.left_after.size
    thin = _thin(seen)
    if thin is not None:
        return ErrorPrice(np.ones((worlds, classes)), np.ones(worlds), np.zeros((worlds, classes)), "assumed", thin)
    calm = rng.gamma(seen.left_before + 0.5, 1.0, worlds) / seen.months_before
    pooled = seen.left_after.sum() / seen.months_after.sum()
    any_class = rng.gamma(seen.left_after.sum() + 0.5, 1.0, worlds) / seen.months_after.sum()
    kappa = _how_alike(seen, pooled, worlds, rng)[:, None]
    rate = rng.gamma(seen.left_after + kappa, 1.0) / (seen.months_after + kappa / any_class[:, None])
    excess = rate - calm[:, None]
    # A class without failures has no rate of its own: as rare a failure as the pooled one stands for it.
    per_month = (seen.failures + 1) / (seen.months_after + seen.months_after.sum() / max(seen.failures.sum(), 1.0))
    price = np.maximum(excess, 0) * value[:, None] / per_month
    level = price.mean() if price.any() else 1.0
    none = ~price.any(axis=1)
    mean = (any_class - calm) * value * seen.months_after.sum() / seen.failures.sum()
    return ErrorPrice(np.where(none[:, None], level, price), mean, excess, "observed")


def _how_alike(seen: FailureTime, pooled: float, worlds: int, rng: np.random.Generator) -> Array:
    """kappa in each world, (D,): left_l ~ NegativeBinomial(kappa, mean h months_l), flat in log kappa on a grid."""
    expected = np.maximum(pooled * seen.months_after, 1e-12)
    likelihood = nbinom.logpmf(np.rint(seen.left_after), ALIKE[:, None], ALIKE[:, None] / (ALIKE[:, None] + expected))
    weight = likelihood.sum(axis=1)
    weight = np.exp(weight - weight.max())
    return np.asarray(rng.choice(ALIKE, size=worlds, p=weight / weight.sum()))


def _thin(seen: FailureTime) -> CannotEstimate | None:
    after = float(seen.left_after.sum())
    if seen.left_before >= FEWEST_LEAVERS and after >= FEWEST_LEAVERS and seen.months_before > 0:
        return None
    return CannotEstimate(
        "too_few_leavers",
        "Of those who left, %(before)d had met no unresolved request and %(after)d had; %(least)d of each are needed.",
        "Bring outcomes with customer and date, and a subscription log with the same names.",
        before=int(seen.left_before),
        after=int(after),
        least=FEWEST_LEAVERS,
    )
