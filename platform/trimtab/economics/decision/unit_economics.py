"""Unit economics: gross margin, what a customer costs and brings, and how long the money lasts.

    gross margin share = gross margin / revenue
    CAC                = spent on winning customers / customers won
    LTV                = sum_{t>=0} m R_t v^t,   v = (1 + annual discount)^(-1/12)
    payback            = the n for which sum_{t<n} m R_t = CAC; within a month customers leave at that month's rate
    runway             = months until cash falls below zero

m is the gross margin of one customer in a month, R_t the retained share at tenure t, both in the same worlds. After the
last month T that is known R goes on falling by the rate of its last months, so that with a constant rate of leaving c
these are exact: LTV = m / (1 - (1 - c) v), payback = ln(1 - c CAC / m) / ln(1 - c).

Symbols: D worlds, T months. Money in one currency. "Never" is infinity, "nobody to ask" not a number.
Source of LTV with retention and discount: Gupta, Lehmann & Stuart 2004, J. Marketing Research 41(1):7-18.

>>> kept = 0.95 ** np.arange(13)[None]
>>> margin, cac = np.array([30.0]), np.array([240.0])
>>> value = lifetime_value(margin, kept, annual_discount=0.0)
>>> [round(float(part[0]), 2) for part in (value, ltv_to_cac(value, cac), payback_months(cac, margin, kept))]
[600.0, 2.5, 9.96]
"""

from __future__ import annotations

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

MONTHS_PER_YEAR = 12
# The rate at which R falls at last is read off so many months, not off one.
LAST_MONTHS = 3


def gross_margin_share(gross_margin: Array, revenue: Array) -> Array:
    """Gross margin over revenue, shapes alike; at most 1, below 0 at a loss; not a number where nothing came in."""
    earned = np.asarray(revenue, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(earned > 0, np.asarray(gross_margin, dtype=float) / earned, np.nan)


def acquisition_cost(spent: Array, new_customers: Array) -> Array:
    """CAC (D,): all that was spent on winning customers over all who came. ``spent`` and ``new_customers`` (D, T), at
    least 0; not a number where nobody came."""
    money = shaped("money spent on new customers", spent, (None, None), low=0.0)
    came = shaped("new customers", new_customers, money.shape, low=0.0).sum(axis=1)
    return np.where(came > 0, money.sum(axis=1) / np.where(came > 0, came, 1.0), np.nan)


def lifetime_value(margin: Array, retained: Array, annual_discount: float = 0.0) -> Array:
    """LTV (D,) of a new customer in currency: sum_t m R_t v^t, the first month undiscounted.

    ``margin`` m (D,) currency a month, may be below 0; ``retained`` R (D, T + 1) from 1 at tenure 0 on, never rising;
    ``annual_discount`` at least 0. After T the sum is m R_T v^T s v / (1 - s v) with s the monthly rate of the last
    months; infinity (with m's sign) where nobody leaves and nothing is discounted.
    """
    each, kept = _of_customers(margin, retained)
    v = (1 + float(shaped("annual discount", annual_discount, (), low=0.0))) ** (-1 / MONTHS_PER_YEAR)
    known = (kept * v ** np.arange(kept.shape[1])).sum(axis=1)
    staying = _last_rate(kept) * v
    with np.errstate(divide="ignore"):
        rest = np.where(kept[:, -1] > 0, staying / (1 - staying), 0.0)
    return _times(each, known + kept[:, -1] * v ** (kept.shape[1] - 1) * rest)


def ltv_to_cac(value: Array, cost: Array) -> Array:
    """LTV over CAC (D,); infinity where a customer costs nothing to win, not a number where nobody came."""
    worth, paid = np.asarray(value, dtype=float), np.asarray(cost, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isnan(paid), np.nan, np.where(paid > 0, worth / paid, np.inf))


def payback_months(cost: Array, margin: Array, retained: Array) -> Array:
    """Months (D,) until an average new customer has brought back what winning them cost, not discounted.

    ``cost`` CAC (D,) at least 0 or not a number, ``margin`` and ``retained`` as in ``lifetime_value``. 0 where they
    cost nothing, infinity where they never bring it back, not a number where nobody came.
    """
    each, kept = _of_customers(margin, retained)
    owed = np.asarray(cost, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(owed > 0, np.where(each > 0, owed / np.where(each > 0, each, 1.0), np.inf), 0.0)
    monthly = kept[:, :-1]
    paid = np.cumsum(monthly, axis=1)
    before = np.concatenate([np.zeros((len(paid), 1)), paid], axis=1)
    full = (paid < needed[:, None]).sum(axis=1)
    rows, last = np.arange(len(paid)), monthly.shape[1]
    inside = np.minimum(full, last - 1)
    rate = _last_rate(kept)
    at, then = kept[rows, inside], kept[rows, inside + 1]
    within = _months_to_bring(
        needed - before[rows, inside], at, np.where(at > 0, then / np.where(at > 0, at, 1.0), 0.0)
    )
    beyond = _months_to_bring(needed - before[:, -1], kept[:, -1], rate)
    found = np.where(full < last, inside + within, last + beyond)
    return np.where(np.isnan(owed), np.nan, np.where(needed == 0, 0.0, found))


def runway_months(cash: Array) -> Array:
    """Whole months (D,) for which the cash lasts: those before the first that ends below zero; infinity where no month
    of the T that are forecast does. ``cash`` (D, T) at the end of each month."""
    left = shaped("cash", cash, (None, None))
    below = left < 0
    return np.where(below.any(axis=1), np.argmax(below, axis=1).astype(float), np.inf)


def lowest_cash(cash: Array, cash_today: Array | float) -> Array:
    """The least cash (D,) there is from today to the end of month T; below zero it is what is missing."""
    return np.minimum(np.asarray(cash_today, dtype=float), shaped("cash", cash, (None, None)).min(axis=1))


def months_to_break_even(cumulated: Array) -> Array:
    """The month (D,), 1 to T, from whose end on what a choice has gained stays at zero or above.

    ``cumulated`` (D, T) gain against today from the first month to each, one-off costs included. 0 where it never is
    below zero, infinity where it still is after T months.
    """
    total = shaped("gains", cumulated, (None, None))
    below = total < 0
    months = total.shape[1]
    last = months - np.argmax(below[:, ::-1], axis=1)
    return np.where(~below.any(axis=1), 0.0, np.where(below[:, -1], np.inf, last + 1.0))


def _of_customers(margin: Array, retained: Array) -> tuple[Array, Array]:
    kept = shaped("retained shares", retained, (None, None), low=0.0, high=1.0)
    if kept.shape[1] < 2:
        raise CannotEstimate(
            "no_months", "Retention is not known for one month.", "Give the share retained after a month at least."
        )
    return shaped("margins of a customer", margin, (kept.shape[0],)), kept


def _last_rate(kept: Array) -> Array:
    """The share that stays a month more, (D,), over the last months that are known."""
    months = min(LAST_MONTHS, kept.shape[1] - 1)
    before, after = kept[:, -1 - months], kept[:, -1]
    return np.where(before > 0, after / np.where(before > 0, before, 1.0), 0.0) ** (1 / months)


def _months_to_bring(owed: Array, kept: Array, rate: Array) -> Array:
    """The n at which ``kept`` customers who stay at ``rate`` have paid ``owed``: kept (1 - s^n) / (1 - s) = owed."""
    months = np.where(kept > 0, owed / np.where(kept > 0, kept, 1.0), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = 1 - months * (1 - rate)
        falling = np.where(reached > 0, np.log(np.maximum(reached, 0.0)) / np.log(rate), np.inf)
    return np.where(rate >= 1, months, np.where(rate > 0, falling, np.where(months <= 1, months, np.inf)))


def _times(each: Array, months: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.where(each == 0, 0.0, each * months)
