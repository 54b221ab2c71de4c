"""How long customers stay: Kaplan-Meier and the monthly life table, right-censored and left-truncated.

Notation: n customers; J distinct months of an ending; M months of tenure. A duration is the tenure in months at
which a customer ended (event true) or was last seen active (event false); entry is the tenure at which the customer
came under observation, 0 unless the log begins later than the customer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from trimtab.economics.draws import LEVEL, Array
from trimtab.economics.errors import CannotEstimate

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
ROUNDING_MONTHS = 1e-9
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Tenures:
    """Checked input: ``duration`` (n,) months, ``event`` (n,) ended or not, ``entry`` (n,) months."""

    duration: Array
    event: Mask
    entry: Array

    def rows(self, keep: Mask | NDArray[np.intp]) -> Tenures:
        """Those customers only, by a mask or by places."""
        return Tenures(self.duration[keep], self.event[keep], self.entry[keep])


@dataclass(frozen=True)
class SurvivalCurve:
    """Kaplan-Meier: at each of J ``times`` (months) the share still with us, its Greenwood error and counts."""

    times: Array
    survival: Array
    standard_error: Array
    at_risk: Array
    events: Array
    customers: int

    def at(self, months: ArrayLike) -> Array:
        """S(t) for any t >= 0, shape of ``months``; a step function, flat after the last ending."""
        steps = np.concatenate([[1.0], self.survival])
        return steps[np.searchsorted(self.times, np.asarray(months, dtype=float), side="right")]

    def interval(self, level: float = LEVEL) -> tuple[Array, Array]:
        """Pointwise interval of S, each (J,), in 0..1: log(-log S) +- z se / (S |log S|)."""
        inside = (self.survival > 0) & (self.survival < 1)
        share = np.where(inside, self.survival, 0.5)
        spread = norm.ppf((1 + level) / 2) * self.standard_error / (share * np.abs(np.log(share)))
        low = np.where(inside, share ** np.exp(spread), self.survival)
        return low, np.where(inside, share ** np.exp(-spread), self.survival)

    @property
    def median(self) -> float | None:
        """First month at which half have left; None where more than half are still with us at the end."""
        below = np.flatnonzero(self.survival <= 0.5 + ROUNDING_MONTHS)
        return float(self.times[below[0]]) if below.size else None


@dataclass(frozen=True)
class LifeTable:
    """Counts by month of tenure m = 1..M: ``at_risk`` (M,) at its start, ``churned`` (M,) within it."""

    at_risk: Array
    churned: Array

    @property
    def months(self) -> int:
        return int(self.at_risk.size)

    @property
    def churn(self) -> Array:
        """Share of those at risk who ended in the month, (M,), 0..1; 0 where nobody was at risk."""
        return np.divide(self.churned, self.at_risk, out=np.zeros_like(self.churned), where=self.at_risk > 0)

    @property
    def survival(self) -> Array:
        """Share still with us after 0..M months, (M + 1,): the product of 1 - churn."""
        return np.concatenate([[1.0], np.cumprod(1 - self.churn)])

    def first(self, months: int) -> LifeTable:
        """The table of the first ``months`` months only."""
        return LifeTable(self.at_risk[:months], self.churned[:months])

    @classmethod
    def from_survivors(cls, survivors: ArrayLike) -> LifeTable:
        """One cohort, seen to the end: ``survivors`` (M + 1,) counts at the ends of periods 0..M, never rising."""
        counts = np.asarray(survivors, dtype=float)
        if counts.ndim != 1 or counts.size < 2 or not np.all(np.isfinite(counts)) or np.any(counts < 0):
            raise CannotEstimate("survivors_not_counts", "Survivors must be two or more counts.", "Check the column.")
        if np.any(np.diff(counts) > 0):
            raise CannotEstimate("survivors_rise", "A cohort cannot gain customers.", "Count one cohort at a time.")
        return cls(at_risk=counts[:-1], churned=-np.diff(counts))


def check_tenures(duration: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None) -> Tenures:
    """The three columns as arrays, shape (n,).

    Raises CannotEstimate: no_customers, lengths_differ, duration_missing, duration_negative, event_not_flag,
    entry_after_end (an entry later than the end: the dates are reversed).
    """
    months = np.atleast_1d(np.asarray(duration, dtype=float))
    flags = np.atleast_1d(np.asarray(event))
    start = np.broadcast_to(0.0, months.shape) if entry is None else np.atleast_1d(np.asarray(entry, dtype=float))
    if months.size == 0:
        raise CannotEstimate("no_customers", "There are no subscriptions.", "Import a subscription log.")
    if not months.shape == flags.shape == start.shape or months.ndim != 1:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    _refuse_where(
        ~(np.isfinite(months) & np.isfinite(start)), "duration_missing", "have no tenure", "Fill in the dates."
    )
    _refuse_where(months < 0, "duration_negative", "end before they start", "Swap or correct the two dates.")
    if entry is not None:
        wrong = (start < 0) | (start > months)
        _refuse_where(wrong, "entry_after_end", "end before they are seen", "Correct the dates.")
    if flags.dtype != bool:
        _refuse_where(~np.isin(flags, (0, 1)), "event_not_flag", "have no clear ended-or-active flag", "Use 0 or 1.")
    return Tenures(months, flags.astype(bool, copy=False), start)


def _refuse_where(bad: Mask, code: str, fault: str, remedy: str) -> None:
    if np.any(bad):
        row = int(np.flatnonzero(bad)[0]) + 1
        message = f"%(count)d of the subscriptions {fault}, the first in row %(row)d."
        raise CannotEstimate(code, message, remedy, count=int(bad.sum()), row=row)


def kaplan_meier(duration: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None) -> SurvivalCurve:
    """S(t) = product over endings t_j <= t of (1 - d_j / n_j), with Greenwood's standard error.

    se^2 = S^2 sum d_j / (n_j (n_j - d_j)); n_j counts customers with entry < t_j <= duration. All arguments (n,), in
    months; S is in 0..1 and never rises. Raises CannotEstimate as ``check_tenures``.
    Source: Kaplan & Meier 1958, JASA 53:457-481; Greenwood 1926.
    """
    data = check_tenures(duration, event, entry)
    times, events, at_risk = _from_the_start(data) if entry is None else _entering(data)
    left = at_risk - events
    survival = np.asarray(np.cumprod(left / np.maximum(at_risk, 1)))
    terms = np.divide(events, at_risk * left, out=np.zeros(times.size), where=left > 0)
    error = survival * np.sqrt(np.cumsum(terms))
    return SurvivalCurve(times, survival, error, at_risk.astype(float), events.astype(float), data.duration.size)


def _entering(data: Tenures) -> tuple[Array, Counts, Counts]:
    """Times of endings, how many end then, and how many are under observation just before, (J,) each."""
    times, events = np.unique(data.duration[data.event], return_counts=True)
    return times, events, risk_set_size(data, times)


def _from_the_start(data: Tenures) -> tuple[Array, Counts, Counts]:
    """The same where nobody enters late: whole numbers are counted, others sorted in a single array.

    The bits of numbers from 0 on are in the order of the numbers; their sign's place takes the flag. More copies than
    these would cost more than the sort.
    """
    if (counted := _counted(data)) is not None:
        return counted
    flag = np.uint64(1)
    key = data.duration.view(np.uint64) << flag
    key |= data.event
    key.sort()
    first = np.append(0, np.flatnonzero(key[1:] != key[:-1]) + 1)
    kinds, counts = key[first], np.diff(np.append(first, key.size))
    ends = (kinds & flag).astype(bool)
    # Who was last seen at the very time of an ending was still under observation.
    before = first[np.searchsorted(kinds, kinds[ends] - flag, side="left")]
    return (kinds[ends] >> flag).view(float), counts[ends], key.size - before


def _counted(data: Tenures) -> tuple[Array, Counts, Counts] | None:
    """The same by counting, for whole numbers up to MOST_COUNTED; None for others."""
    last, few = data.duration.max(), data.duration[:1000]
    if last > MOST_COUNTED or np.any(few != np.floor(few)):
        return None
    key = data.duration.astype(np.int64)
    if not np.array_equal(key, data.duration):
        return None
    key <<= 1
    key |= data.event
    stays, ends = np.bincount(key, minlength=2 * int(last) + 2).reshape(-1, 2).T
    times = np.flatnonzero(ends)
    until = np.cumsum(stays + ends)
    return times.astype(float), ends[times], key.size - (until - stays - ends)[times]


def risk_set_size(data: Tenures, times: Array) -> NDArray[np.int64]:
    """How many customers are under observation just before each of ``times``; one who ends at month 0 counts there."""
    ended_before = np.searchsorted(np.sort(data.duration), times, side="left")
    entry = np.where(data.entry >= data.duration, -1.0, data.entry)
    return np.searchsorted(np.sort(np.where(entry == 0, -1.0, entry)), times, side="left") - ended_before


def life_table(duration: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None) -> LifeTable:
    """Counts by month of tenure: month m is the time after m - 1 up to and with m; an ending at 0 falls in month 1.

    A customer last seen active within a month counts there for the part of the month that was seen, so that nobody is
    judged on a month still to come; likewise for an entry within a month. Whole-month data gives whole counts.
    Arguments (n,), months. Raises CannotEstimate as ``check_tenures`` and no_whole_month where no time was seen.
    """
    data = check_tenures(duration, event, entry)
    duration_ = np.where(data.event, np.maximum(np.ceil(data.duration - ROUNDING_MONTHS), 1), data.duration)
    months = int(np.ceil(duration_.max() - ROUNDING_MONTHS))
    if months < 1:
        raise CannotEstimate("no_whole_month", "No customer was seen for any time yet.", "Come back in a month.")
    churned = np.bincount(duration_[data.event].astype(int) - 1, minlength=months).astype(float)
    at_risk = _exposure(duration_, months) - _exposure(data.entry, months)
    # Rounding of the parts of months must not leave fewer at risk than ended.
    return LifeTable(np.maximum(at_risk, churned), churned)


def _exposure(duration: Array, months: int) -> Array:
    """Sum over customers of the part of each month that lies before their duration, shape (months,)."""
    whole = np.floor(duration + ROUNDING_MONTHS).astype(int)
    part = np.maximum(duration - whole, 0)
    reached = np.bincount(whole, minlength=months + 1)[::-1].cumsum()[::-1]
    return reached[1 : months + 1] + np.bincount(whole, weights=part, minlength=months)[:months]
