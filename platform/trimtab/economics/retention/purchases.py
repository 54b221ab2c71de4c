"""Purchases without a contract as three numbers for each customer: how often, how recently, how long known.

    x    days with a repeat purchase after the first one; purchases of one day are one
    t_x  time from the first purchase to the last one, 0 where x = 0
    T    time from the first purchase to the day until which the log is known

The likelihoods of the models that read them change with the unit of time, so the unit is part of the data.
Notation: n purchases, N customers, U different (x, t_x, T).
Source: Fader, Hardie & Lee 2005, Marketing Science 24(2):275-284.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

TimeUnit = Literal["day", "week", "month", "year"]
Dates = NDArray[np.datetime64]
DAYS: dict[str, float] = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@dataclass(frozen=True)
class Customers:
    """``frequency`` x, ``recency`` t_x and ``age`` T, each (N,) with 0 <= t_x <= T, in ``unit``; ``weight`` (N,).

    A weight counts how many customers a row stands for.
    """

    frequency: Array
    recency: Array
    age: Array
    weight: Array
    unit: TimeUnit

    @property
    def count(self) -> float:
        """How many customers, rows times their weights."""
        return float(self.weight.sum())

    @property
    def repeaters(self) -> float:
        """How many bought again."""
        return float(self.weight[self.frequency > 0].sum())

    def of(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Customers:
        """Those rows only."""
        return replace(
            self,
            frequency=self.frequency[rows],
            recency=self.recency[rows],
            age=self.age[rows],
            weight=self.weight[rows],
        )

    def compressed(self) -> Customers:
        """Each different (x, t_x, T) once, its weight the sum: what a likelihood needs of a million customers."""
        first, group = distinct_rows(self.frequency, self.recency, self.age)
        return replace(self.of(first), weight=np.bincount(group, self.weight, first.size).astype(float))


@dataclass(frozen=True)
class PurchaseLog:
    """The days on which somebody bought, by customer and day: n rows, ``amount`` (n,) or None.

    ``customer`` (n,) indexes ``labels`` (N,); ``first`` (N,) is the row of each one's first purchase. ``merged`` counts
    purchases that share a day with another of the same customer.
    """

    labels: NDArray[np.str_]
    customer: NDArray[np.intp]
    day: Dates
    amount: Array | None
    first: NDArray[np.intp]
    merged: int

    @property
    def born(self) -> Dates:
        """The day of each customer's first purchase, (N,)."""
        return self.day[self.first]


@dataclass(frozen=True)
class Calibration:
    """Customers as they were on ``until``, and what they bought in the ``horizon`` after it, in the same unit.

    ``labels``, ``born``, ``spend`` (mean amount of a day with a repeat purchase, NaN without one) and ``later``
    (days with a purchase in the holdout, None where there is no holdout) have shape (N,).
    """

    customers: Customers
    labels: NDArray[np.str_]
    born: Dates
    spend: Array
    later: Array | None
    until: np.datetime64
    horizon: float


def customers(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, unit: TimeUnit, weight: ArrayLike | None = None
) -> Customers:
    """The columns, checked. Each (N,); ``recency`` and ``age`` in ``unit``.

    Raises CannotEstimate: unit_unknown, no_customers, lengths_differ, purchases_not_finite, frequency_not_count,
    dates_reversed (t_x above T, or below 0), recency_without_repeat (x = 0 with t_x > 0), weights_not_usable.

    >>> found = customers([2, 0], [30.43, 0], [38.86, 38.86], unit="week")
    >>> found.count, found.repeaters
    (2.0, 1.0)
    """
    if unit not in DAYS:
        raise CannotEstimate(
            "unit_unknown", "“%(unit)s” is no unit of time.", "Use day, week, month or year.", unit=unit
        )
    x, last, whole = (np.atleast_1d(np.asarray(column, dtype=float)) for column in (frequency, recency, age))
    if x.size == 0:
        raise CannotEstimate("no_customers", "There are no purchases.", "Import a list of purchases.")
    if not x.shape == last.shape == whole.shape or x.ndim != 1:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    known = np.isfinite(x) & np.isfinite(last) & np.isfinite(whole)
    _refuse(~known, "purchases_not_finite", "have a value missing", "Fill in the numbers.")
    _refuse((x < 0) | (x != np.floor(x)), "frequency_not_count", "have no whole number of purchases", "Count them.")
    _refuse((last < 0) | (last > whole), "dates_reversed", "bought last after the end of the log", "Correct the dates.")
    _refuse((x == 0) & (last > 0), "recency_without_repeat", "have a last purchase but no repeat", "Count again.")
    return Customers(x, last, whole, _weights(weight, x.size), unit)


def purchase_log(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike | None = None, purchase: ArrayLike | None = None
) -> PurchaseLog:
    """Purchases by customer and day; those of one day become one and their amounts are added.

    ``customer`` (n,) any labels, ``day`` (n,) dates, ``amount`` (n,) money >= 0, ``purchase`` (n,) ids of the purchases
    where there are such: one that comes twice is refused and not counted twice.
    Raises CannotEstimate: no_customers, lengths_differ, purchase_date_missing, amount_negative, purchase_repeated.
    """
    names, who = np.unique(np.asarray(customer), return_inverse=True)
    days = np.asarray(day, dtype="datetime64[D]")
    if days.size == 0:
        raise CannotEstimate("no_customers", "There are no purchases.", "Import a list of purchases.")
    money = None if amount is None else np.asarray(amount, dtype=float)
    if who.shape != days.shape or (money is not None and money.shape != days.shape):
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per purchase in each.")
    _refuse(np.isnat(days), "purchase_date_missing", "have no date", "Fill in the dates.", "purchases")
    if money is not None:
        wrong = ~np.isfinite(money) | (money < 0)
        _refuse(
            wrong, "amount_negative", "have no amount of zero or more", "Leave out what was sent back.", "purchases"
        )
    _refuse_repeats(purchase)
    return _merged(names.astype(str), who.reshape(-1), days, money)


def calibrate(
    log: PurchaseLog,
    unit: TimeUnit,
    until: np.datetime64 | str | None = None,
    known_until: np.datetime64 | str | None = None,
) -> Calibration:
    """The log as it stood on ``until``, the rest up to ``known_until`` held out. Both default to the log's last day.

    Customers who first bought after ``until`` are left out. Raises CannotEstimate: no_customers,
    dates_reversed where ``known_until`` lies before ``until``, or ``until`` before the first purchase.

    >>> log = purchase_log(["a", "a", "a", "b"], ["2026-01-01", "2026-01-15", "2026-01-29", "2026-01-08"])
    >>> found = calibrate(log, "week", until="2026-01-22")
    >>> found.customers.frequency, found.customers.recency, found.customers.age, found.later, found.horizon
    (array([1., 0.]), array([2., 0.]), array([3., 2.]), array([1., 0.]), 1.0)
    """
    if unit not in DAYS:
        raise CannotEstimate(
            "unit_unknown", "“%(unit)s” is no unit of time.", "Use day, week, month or year.", unit=unit
        )
    end = log.day.max() if known_until is None else _day(known_until)
    cut = end if until is None else _day(until)
    if cut > end or cut < log.day.min():
        raise CannotEstimate(
            "dates_reversed",
            "The end of the fit, %(until)s, lies outside the log, %(first)s to %(last)s.",
            "Choose a day within the log.",
            until=str(cut),
            first=str(log.day.min()),
            last=str(end),
        )
    known = log.born <= cut
    seen, later = log.day <= cut, (log.day > cut) & (log.day <= end)
    size = log.labels.size
    frequency = np.bincount(log.customer[seen], minlength=size)[known].astype(float) - 1
    last = np.full(size, np.datetime64("0001-01-01", "D"))
    np.maximum.at(last, log.customer[seen], log.day[seen])
    span = DAYS[unit]
    return Calibration(
        customers=Customers(
            frequency=frequency,
            recency=(last - log.born)[known].astype(float) / span,
            age=(cut - log.born)[known].astype(float) / span,
            weight=np.ones(int(known.sum())),
            unit=unit,
        ),
        labels=log.labels[known],
        born=log.born[known],
        spend=_repeat_spend(log, seen)[known],
        later=np.bincount(log.customer[later], minlength=size)[known].astype(float) if cut < end else None,
        until=cut,
        horizon=float((end - cut).astype(float)) / span,
    )


def distinct_rows(*columns: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The place of the first of each different row, (U,), and for every row the number of its kind, (N,)."""
    mixed = np.zeros(columns[0].size, dtype=np.uint64)
    for column in columns:
        # A 64-bit mix of the bits: sorting one whole number a row is far quicker than sorting rows.
        bits = (np.asarray(column, dtype=float) + 0.0).view(np.uint64)
        mixed = (mixed ^ bits) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    _values, first, group = np.unique(mixed, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    if all(np.array_equal(column[first][group], column) for column in columns):
        return first, group
    _rows, first, group = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
    return first, group.reshape(-1)


def _day(day: np.datetime64 | str) -> np.datetime64:
    return np.datetime64(str(day), "D")


def _merged(names: NDArray[np.str_], who: NDArray[np.intp], days: Dates, money: Array | None) -> PurchaseLog:
    order = np.lexsort((days, who))
    who, days = who[order], days[order]
    new = np.append(True, (who[1:] != who[:-1]) | (days[1:] != days[:-1]))
    heads = np.flatnonzero(new)
    amount = None if money is None else np.add.reduceat(money[order], heads)
    customer = who[heads]
    first = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
    return PurchaseLog(names, customer, days[heads], amount, first, int(who.size - heads.size))


def _repeat_spend(log: PurchaseLog, seen: NDArray[np.bool_]) -> Array:
    """Mean amount of the days after the first, (N,); NaN where there are none or no amounts."""
    if log.amount is None:
        return np.full(log.labels.size, np.nan)
    repeat = seen.copy()
    repeat[log.first] = False
    days = np.bincount(log.customer[repeat], minlength=log.labels.size)
    money = np.bincount(log.customer[repeat], weights=log.amount[repeat], minlength=log.labels.size)
    return np.divide(money, days, out=np.full(log.labels.size, np.nan), where=days > 0)


def _weights(weight: ArrayLike | None, size: int) -> Array:
    values = np.ones(size) if weight is None else np.asarray(weight, dtype=float)
    if values.shape != (size,) or not np.all(np.isfinite(values)) or np.any(values < 0) or values.sum() <= 0:
        raise CannotEstimate(
            "weights_not_usable",
            "Some weights are missing, negative or not finite, or all are zero.",
            "Give every row a weight of zero or more, or leave weights out.",
        )
    return values


def _refuse_repeats(purchase: ArrayLike | None) -> None:
    if purchase is None:
        return
    ids, counts = np.unique(np.asarray(purchase), return_counts=True)
    if np.any(counts > 1):
        message = "%(count)d purchases come twice, the first is “%(purchase)s”."
        found = {"count": int(np.sum(counts > 1)), "purchase": str(ids[counts > 1][0])}
        raise CannotEstimate("purchase_repeated", message, "Keep one row for each purchase.", **found)


def _refuse(bad: NDArray[np.bool_], code: str, fault: str, remedy: str, of: str = "customers") -> None:
    if np.any(bad):
        row = int(np.flatnonzero(bad)[0]) + 1
        message = f"%(count)d of the {of} {fault}, the first in row %(row)d."
        raise CannotEstimate(code, message, remedy, count=int(bad.sum()), row=row)
