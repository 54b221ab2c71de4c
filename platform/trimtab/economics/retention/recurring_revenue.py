"""Recurring revenue: what moved it from month to month.

A customer's monthly recurring revenue (MRR) in month t is the sum of the monthly prices of the subscriptions that run
at the end of t: begun by its last day and not ended by it. What moves within a month is not seen; a pause counts when
it spans a month's end. A subscription that goes on the day after another of the same customer leaves no gap.

    MRR_t = MRR_{t-1} + new + expansion + reactivation - contraction - churned

    new            from nothing, never paid before      expansion     paid before and now, more now
    reactivation   from nothing, paid once              contraction   paid before and now, less now
    churned        to nothing

    quick ratio    (new + expansion + reactivation) / (contraction + churned)

Notation: n subscriptions, N customers, T months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.spells import Dates

Counts = NDArray[np.int64]
CENT = 1e-6
YEAR = 12


@dataclass(frozen=True)
class RevenueLog:
    """Every change of a customer's MRR, by customer and month: (m,) each; ``after`` is what is paid from then on.

    ``month`` counts 12 * year + month - 1. Months run from ``first_month`` to ``last_month``, the last full one.
    """

    customer: Counts
    month: Counts
    before: Array
    after: Array
    returning: NDArray[np.bool_]
    customers: int
    first_month: int
    last_month: int

    @property
    def months(self) -> Counts:
        return np.arange(self.first_month, self.last_month + 1)

    @property
    def start(self) -> Counts:
        """The month in which each customer first paid, (N,)."""
        first = np.append(True, self.customer[1:] != self.customer[:-1])
        found = np.empty(self.customers, dtype=np.int64)
        found[self.customer[first]] = self.month[first]
        return found

    def at(self, month: ArrayLike) -> Array:
        """MRR of each customer at the end of ``month``, a number or one for each customer: (N,)."""
        span = self.last_month - self.first_month + 2
        wanted = np.broadcast_to(np.asarray(month, dtype=np.int64), (self.customers,)) - self.first_month
        key = self.customer * span + (self.month - self.first_month)
        place = np.searchsorted(key, np.arange(self.customers) * span + np.clip(wanted, -1, span - 2), side="right") - 1
        found = (place >= 0) & (wanted >= 0)
        found &= self.customer[np.maximum(place, 0)] == np.arange(self.customers)
        return np.where(found, self.after[np.maximum(place, 0)], 0.0)


@dataclass(frozen=True)
class Movements:
    """By ``month`` (T,): ``opening`` and ``closing`` MRR and the five movements, all at least 0; customers likewise."""

    month: Counts
    opening: Array
    new: Array
    expansion: Array
    reactivation: Array
    contraction: Array
    churned: Array
    closing: Array
    customers: Counts
    customers_new: Counts
    customers_churned: Counts

    @property
    def quick_ratio(self) -> Array:
        """(T,); NaN in a month that lost nothing."""
        lost = self.contraction + self.churned
        gained = self.new + self.expansion + self.reactivation
        return np.divide(gained, lost, out=np.full(lost.size, np.nan), where=lost > CENT)


def revenue_log(
    customer: ArrayLike, start: Dates, end: Dates, monthly_price: ArrayLike, *, last_month: int
) -> RevenueLog:
    """From subscriptions, all (n,): labels, dates (end NaT while it runs) and price a month, 0 or more.

    ``last_month`` is the last full month of the log, 12 * year + month - 1. Raises CannotEstimate: no_customers,
    lengths_differ, dates_missing, dates_reversed, price_missing, price_negative, nobody_paid (no month's end with a
    running subscription that costs something).

    >>> dates = np.array(["2026-01-10", "2026-01-10", "2026-03-05"], dtype="datetime64[D]")
    >>> ends = np.array(["2026-03-05", "NaT", "NaT"], dtype="datetime64[D]")
    >>> log = revenue_log(["ann", "bob", "ann"], dates, ends, [20, 10, 50], last_month=2026 * 12 + 3)
    >>> moved = movements(log)
    >>> moved.closing.tolist(), moved.expansion.tolist()
    ([30.0, 30.0, 60.0, 60.0], [0.0, 0.0, 30.0, 0.0])
    """
    who, begins, ends, price = _checked(customer, start, end, monthly_price)
    ends = _bridged(who, begins, ends)
    opens, closes = month_index(begins), np.where(np.isnat(ends), last_month + 1, month_index(ends))
    # Begun and ended in one month never shows at a month's end.
    runs = (opens < closes) & (opens <= last_month) & (price > 0)
    labels, places = np.unique(who[runs], return_inverse=True)
    if labels.size == 0:
        raise CannotEstimate(
            "nobody_paid", "No subscription with a price runs at the end of a full month.", "Bring prices, or wait."
        )
    opens, closes, price = opens[runs], closes[runs], price[runs]
    return _changes(places.reshape(-1), opens, closes, price, labels.size, last_month)


def month_index(days: Dates) -> Counts:
    """12 * year + month - 1 of each day, (n,)."""
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * YEAR


def _checked(
    customer: ArrayLike, start: Dates, end: Dates, price: ArrayLike
) -> tuple[NDArray[Any], Dates, Dates, Array]:
    who, amount = np.atleast_1d(np.asarray(customer)), np.atleast_1d(np.asarray(price, dtype=float))
    begins, ends = np.asarray(start, dtype="datetime64[D]"), np.asarray(end, dtype="datetime64[D]")
    if who.size == 0:
        raise CannotEstimate("no_customers", "There are no subscriptions.", "Import a subscription log.")
    if not who.shape == amount.shape == begins.shape == ends.shape:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    _refuse(np.isnat(begins), "dates_missing", "have no start", "Fill in the dates.")
    _refuse(ends < begins, "dates_reversed", "end before they start", "Swap or correct the two dates.")
    _refuse(~np.isfinite(amount), "price_missing", "have no price", "Fill in the monthly price, or leave the rows out.")
    _refuse(amount < 0, "price_negative", "have a price below zero", "Correct the monthly price.")
    return who, begins, ends, amount


def _bridged(who: NDArray[Any], begins: Dates, ends: Dates) -> Dates:
    """Ends moved on by a day where the same customer begins again on the next: a change of plan is no gap."""
    code = np.unique(who, return_inverse=True)[1].reshape(-1) * 10_000_000
    begun = code + begins.astype(np.int64) + 1_000_000
    known = ~np.isnat(ends)
    after = code + np.where(known, ends.astype(np.int64), 0) + 1_000_001
    goes_on = known & np.isin(after, begun)
    return np.where(goes_on, ends + np.timedelta64(1, "D"), ends)


def _refuse(bad: NDArray[np.bool_], code: str, fault: str, remedy: str) -> None:
    if bad.any():
        message = f"%(count)d of the subscriptions {fault}, the first in row %(row)d."
        row = int(np.flatnonzero(bad)[0]) + 1
        raise CannotEstimate(code, message, remedy, count=int(bad.sum()), row=row)


def _changes(
    who: NDArray[np.intp], opens: Counts, closes: Counts, price: Array, customers: int, last_month: int
) -> RevenueLog:
    first = int(opens.min())
    span = last_month - first + 2
    until = closes <= last_month
    key = np.concatenate([who * span + opens - first, (who * span + closes - first)[until]])
    step = np.concatenate([price, -price[until]])
    # In the order of their size, sums do not depend on the order of the rows.
    order = np.lexsort((step, key))
    moments, begin = np.unique(key[order], return_index=True)
    moved = np.add.reduceat(step[order], begin)
    customer = moments // span
    after = _running(moved, customer)
    before = np.where(np.append(True, customer[1:] != customer[:-1]), 0.0, np.append(0.0, after[:-1]))
    changed = np.abs(after - before) > CENT
    customer, moments, before, after = customer[changed], moments[changed], before[changed], after[changed]
    earlier = np.append(False, customer[1:] == customer[:-1]) & (before == 0)
    return RevenueLog(
        customer.astype(np.int64), moments % span + first, before, after, earlier, customers, first, last_month
    )


def _running(moved: Array, customer: NDArray[Any]) -> Array:
    """Sums so far within each customer; crumbs of rounding below a cent's ten-thousandth are nothing."""
    total = np.cumsum(moved)
    first = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    base = np.repeat(total[first] - moved[first], np.diff(np.append(first, customer.size)))
    within = total - base
    return np.where(np.abs(within) < CENT, 0.0, within)


def movements(log: RevenueLog) -> Movements:
    """By month from the first to the last full one; the identity at the head of this module holds in each."""
    place, size = log.month - log.first_month, log.months.size
    gain, appears, leaves = log.after - log.before, log.before == 0, log.after == 0

    def total(kind: NDArray[np.bool_], sign: float = 1.0) -> Array:
        return np.bincount(place[kind], weights=sign * gain[kind], minlength=size).astype(float)

    def count(kind: NDArray[np.bool_]) -> Counts:
        return np.bincount(place[kind], minlength=size)

    stays = ~appears & ~leaves
    closing = np.cumsum(total(np.ones(gain.size, dtype=bool)))
    came, gone = count(appears), count(leaves)
    return Movements(
        month=log.months,
        opening=np.append(0.0, closing[:-1]),
        new=total(appears & ~log.returning),
        expansion=total(stays & (gain > 0)),
        reactivation=total(appears & log.returning),
        contraction=total(stays & (gain < 0), -1.0),
        churned=total(leaves, -1.0),
        closing=closing,
        customers=np.cumsum(came - gone),
        customers_new=count(appears & ~log.returning),
        customers_churned=gone,
    )
