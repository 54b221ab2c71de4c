"""A subscription log as spells: how many calendar months each lasts, and which rows are one spell under two plans.

Dates are numpy ``datetime64[D]``; NaT stands for an end that has not come. Notation: n rows, m spells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

Dates = NDArray[np.datetime64]
Places = NDArray[np.intp]
FAR = np.datetime64("9999-12-31")


@dataclass(frozen=True)
class Spells:
    """m unbroken stays: ``first`` and ``last`` (m,) index the rows in which each begins and ends.

    ``start`` (m,), ``end`` (m,) with NaT where it goes on, ``merged`` counts the rows that continue an earlier one.
    """

    first: Places
    last: Places
    start: Dates
    end: Dates
    merged: int


def months_between(start: Dates, end: Dates) -> Array:
    """Calendar months from ``start`` to ``end``, both (n,) with end >= start: whole months are whole numbers.

    Counted back from the end, from the same day of each earlier month or that month's last; the rest is a share of the
    month that it lies in. Raises CannotEstimate('dates_reversed').
    """
    first, final = start.astype("datetime64[D]"), end.astype("datetime64[D]")
    if np.any(final < first):
        raise CannotEstimate("dates_reversed", "Some ends lie before their starts.", "Swap or correct the two dates.")
    month, day = _month(final), _day(final)
    whole = (month - _month(first)).astype(int)
    whole -= first > _on_day(_month(first), day)
    anchor, before = _on_day(month - whole, day), _on_day(month - whole - 1, day)
    rest = (anchor - first) / np.maximum(anchor - before, np.timedelta64(1, "D"))
    return whole + rest.astype(float)


def spells(customer: NDArray[np.intp], start: Dates, end: Dates, gap_days: int = 1) -> Spells:
    """Join rows of one customer that follow each other within ``gap_days`` or overlap: a change of plan is no ending.

    ``customer`` (n,) whole numbers, ``start`` and ``end`` (n,). The spells come in the order of customer and start.
    """
    order = np.lexsort((start, customer))
    who, begins = customer[order], start[order].astype("datetime64[D]")
    ends = np.where(np.isnat(end[order]), FAR, end[order]).astype("datetime64[D]")
    reached = _running_latest(who, ends)
    joins = np.zeros(who.size, dtype=bool)
    joins[1:] = (who[1:] == who[:-1]) & (begins[1:] <= reached[:-1] + np.timedelta64(gap_days, "D"))
    heads = np.flatnonzero(~joins)
    tails = np.append(heads[1:], who.size) - 1 if who.size else heads
    latest = reached[tails]
    return Spells(
        first=order[heads],
        last=order[tails],
        start=begins[heads],
        end=np.where(latest == FAR, np.datetime64("NaT"), latest),
        merged=int(joins.sum()),
    )


def _running_latest(who: NDArray[np.intp], ends: Dates) -> Dates:
    """The latest end so far within each customer: an offset for each customer keeps the running maximum apart."""
    days = ends.astype(int)
    span = int(days.max() - days.min()) + 1 if days.size else 1
    group = np.cumsum(np.append(0, who[1:] != who[:-1])) if who.size else who
    return (np.maximum.accumulate(days + group * span) - group * span).astype("datetime64[D]")


def _month(days: Dates) -> Dates:
    return days.astype("datetime64[M]")


def _day(days: Dates) -> NDArray[np.timedelta64]:
    """Days since the first of the month."""
    return days - _month(days).astype("datetime64[D]")


def _on_day(month: Dates, day: NDArray[np.timedelta64]) -> Dates:
    """That day of the month, or its last where the month is shorter."""
    last = (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(month.astype("datetime64[D]") + day, last)
