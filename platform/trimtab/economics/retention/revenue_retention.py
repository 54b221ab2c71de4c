"""Retained revenue: how much of what customers paid at first they pay later, over a year, by cohort and by age.

    net revenue retention     sum of MRR at the end of the customers who paid at the beginning / their MRR then
    gross revenue retention   the same with each customer's MRR capped at what it was then: it never exceeds 1
    customers retained        share of them who still pay

Compared are two moments: who left and came back between them counts as retained, at what he pays now. New customers
never count. A cohort's cell is filled only where all of the cohort had the time.

Notation: N customers, K cohorts, A months since the first payment, D worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights, world_chunks
from trimtab.economics.retention.recurring_revenue import YEAR, Counts, RevenueLog

MOST_GROUPS = 10_000


@dataclass(frozen=True)
class RevenueRetention:
    """Over ``months`` up to ``end``: shares of what the ``customers`` of the beginning paid then, ``base`` a month.

    ``net``, ``gross``, ``retained`` (customers) and ``quick`` (quick ratio of these months) are (point, draws (D,)).
    """

    end: int
    months: int
    customers: int
    base: float
    net: tuple[float, Array]
    gross: tuple[float, Array]
    retained: tuple[float, Array]
    quick: tuple[float, Array] | None


@dataclass(frozen=True)
class CohortRevenue:
    """K cohorts by month of first payment: ``month``, ``customers``, ``base`` MRR (K,); shares after 0..A months.

    ``net``, ``gross``, ``retained`` (K, A + 1); NaN where a cohort is not yet old enough.
    """

    month: Counts
    customers: Counts
    base: Array
    net: Array
    gross: Array
    retained: Array


def revenue_retention(
    log: RevenueLog, rng: np.random.Generator, *, months: int = YEAR, worlds: int = 2000
) -> RevenueRetention:
    """Of those who paid ``months`` before the last full month: what they pay now; draws resample customers.

    Bayesian bootstrap over customers; of more than 10,000 each world weighs 10,000 groups of them, which leaves the
    spread as it is. Raises CannotEstimate: months_too_few where the log is shorter, nobody_paid_then.
    """
    begin = log.last_month - months
    if begin < log.first_month:
        raise CannotEstimate(
            "months_too_few",
            "The log holds %(held)d full months with paying customers; %(needed)d are needed.",
            "Come back in %(missing)d months, or bring older subscriptions.",
            held=int(log.months.size),
            needed=months + 1,
            missing=months + 1 - int(log.months.size),
        )
    then, now = log.at(begin), log.at(log.last_month)
    if not (then > 0).any():
        raise CannotEstimate("nobody_paid_then", "Nobody paid at the beginning.", "Choose a later beginning.")
    gained, lost = _moved_by_customer(log, begin)
    parts = np.column_stack(
        [then, np.where(then > 0, now, 0.0), np.minimum(then, now), then > 0, (then > 0) & (now > 0), gained, lost]
    )
    point, draws = parts.sum(axis=0), _weighed(parts, worlds, rng)

    def share(over: int, under: int) -> tuple[float, Array]:
        return float(point[over] / point[under]), draws[:, over] / draws[:, under]

    return RevenueRetention(
        end=log.last_month,
        months=months,
        customers=int((then > 0).sum()),
        base=float(point[0]),
        net=share(1, 0),
        gross=share(2, 0),
        retained=share(4, 3),
        quick=share(5, 6) if np.sum(lost > 0) > 1 else None,
    )


def _moved_by_customer(log: RevenueLog, begin: int) -> tuple[Array, Array]:
    """What each customer added and took away after month ``begin``, each (N,)."""
    gain = np.where(log.month > begin, log.after - log.before, 0.0)
    up = np.bincount(log.customer, weights=np.maximum(gain, 0), minlength=log.customers)
    down = np.bincount(log.customer, weights=np.maximum(-gain, 0), minlength=log.customers)
    return up.astype(float), down.astype(float)


def _weighed(parts: Array, worlds: int, rng: np.random.Generator) -> Array:
    """Sums of the columns of ``parts`` (N, k) in reweighted worlds, (worlds, k)."""
    if len(parts) > MOST_GROUPS:
        group = rng.permutation(len(parts)) % MOST_GROUPS
        parts = np.stack([np.bincount(group, weights=column, minlength=MOST_GROUPS) for column in parts.T], axis=1)
    found = np.empty((worlds, parts.shape[1]))
    for chunk in world_chunks(worlds, len(parts)):
        found[chunk] = customer_weights(len(parts), chunk.stop - chunk.start, rng) @ parts
    return found


def cohort_revenue(log: RevenueLog, *, cohorts: int = 18, months: int = YEAR) -> CohortRevenue:
    """The last ``cohorts`` months of first payment, after 0..``months``; only months that a cohort had the time for."""
    start = log.start
    labels = np.unique(start[start < log.last_month])[-cohorts:]
    place = np.searchsorted(labels, start)
    inside = (place < labels.size) & (labels[np.minimum(place, labels.size - 1)] == start) if labels.size else start < 0
    first = log.at(start)
    base = _by_cohort(place, inside, first, labels.size)
    size = _by_cohort(place, inside, np.ones(start.size), labels.size)
    tables = np.full((3, labels.size, months + 1), np.nan)
    for age in range(months + 1):
        now = log.at(start + age)
        old_enough = labels + age <= log.last_month
        sums = (now, np.minimum(now, first), now > 0)
        for table, values, whole in zip(tables, sums, (base, base, size), strict=True):
            share = _by_cohort(place, inside, np.asarray(values, dtype=float), labels.size) / whole
            table[old_enough, age] = share[old_enough]
    return CohortRevenue(labels, size.astype(np.int64), base, tables[0], tables[1], tables[2])


def _by_cohort(place: NDArray[np.intp], inside: NDArray[np.bool_], values: Array, cohorts: int) -> Array:
    return np.bincount(place[inside], weights=values[inside], minlength=cohorts).astype(float)


@dataclass(frozen=True)
class RevenueByAge:
    """Shares of the first MRR after 0..A months, of the cohorts old enough: ``net``, ``gross``, ``retained`` (A + 1,).

    ``draws`` (D, 3, A + 1) in that order; ``customers`` (A + 1,) had the time.
    """

    net: Array
    gross: Array
    retained: Array
    draws: Array
    customers: Counts


def revenue_by_age(
    log: RevenueLog, rng: np.random.Generator, *, months: int = 24, worlds: int = 2000, fewest: int = 10
) -> RevenueByAge:
    """All cohorts together, by months since the first payment; ends where fewer than ``fewest`` customers had the time.

    Each age compares the customers old enough for it with what the same customers paid in their first month, so the
    curve may rise and its ages hold different customers. Draws as in ``revenue_retention``.
    Raises CannotEstimate('too_few_customers') where not even a month was seen of so many.
    """
    start = log.start
    first = log.at(start)
    ages = [age for age in range(months + 1) if np.sum(start + age <= log.last_month) >= fewest]
    if len(ages) < 2:
        raise CannotEstimate(
            "too_few_customers",
            "Fewer than %(fewest)d customers paid for a month or longer.",
            "Wait until more customers have paid.",
            fewest=fewest,
        )
    columns = [_at_age(log, start, first, age) for age in ages]
    parts = np.concatenate(columns, axis=1)
    point = parts.sum(axis=0).reshape(len(ages), 5)
    draws = _weighed(parts, worlds, rng).reshape(worlds, len(ages), 5)
    shares = [(1, 0), (2, 0), (4, 3)]
    curves = [point[:, over] / point[:, under] for over, under in shares]
    spread = np.stack([draws[..., over] / draws[..., under] for over, under in shares], axis=1)
    net, gross, retained = curves
    return RevenueByAge(net, gross, retained, spread, point[:, 3].astype(np.int64))


def _at_age(log: RevenueLog, start: Counts, first: Array, age: int) -> Array:
    """First MRR, MRR now, the lesser of both, one, still paying: of customers old enough, 0 for others; (N, 5)."""
    had_time = start + age <= log.last_month
    now = log.at(start + age)
    return np.column_stack([first, now, np.minimum(first, now), np.ones(start.size), now > 0]) * had_time[:, None]
