"""N, the buyers in reach: new customers by month, observed and ahead.

Model: N_t ~ gamma-Poisson with mean m_t and variance phi m_t, where phi >= 1 is the over-dispersion found in the last
months. Without a trend the level m is a gamma draw around the mean of those months. With one, log m_t is a
quasi-Poisson line in the month, whose slope is carried ahead with damping: j months ahead it has added
slope (d + d^2 + ... + d^j). A trend is not tested first and then taken or left: its slope has the prior
normal(0, .05 a month), so that a weak one is drawn small and on either side of none. phi is known to the degrees of
freedom of the months: phi_hat df / chi-square(df), never below 1.

``expected_draws`` are the m_t, which a decision rests on; ``arrival_draws`` the counts to come, with their own chance.

Notation: M observed months, D worlds, T months ahead.
Sources: McCullagh & Nelder 1989, ch. 6; Gardner & McKenzie 1985, Management Science 31(10):1237-1246 (damping).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

FEWEST_MONTHS = 3
WINDOW_MONTHS = 12
MOST_MONTHS = 1200
STEEPEST_PER_MONTH = 0.2
# 80 % of the companies grow or shrink by less than 6.4 % a month: a factor of two in a year.
GROWTH_SPREAD = 0.05


@dataclass(frozen=True)
class ArrivalSeries:
    """New customers in each of M consecutive months, ``counts`` (M,), from month index ``first_month`` on."""

    first_month: int
    counts: NDArray[np.int64]

    @property
    def last_month(self) -> int:
        return self.first_month + int(self.counts.size) - 1


@dataclass(frozen=True)
class ArrivalLevel:
    """The latest level: ``mean`` people per month over ``months`` months, and the monthly log slope.

    ``over_dispersion`` is measured around the trend line, ``over_dispersion_flat`` around the mean.
    """

    mean: float
    months: int
    over_dispersion: float
    over_dispersion_flat: float
    log_slope: float
    log_slope_error: float


def monthly_arrivals(start_month: ArrayLike, *, first: int | None = None, last: int | None = None) -> ArrivalSeries:
    """Customers by the month in which they started; months without any count 0.

    ``start_month`` (n,) whole month indices, such as 12 * year + month. ``first`` and ``last`` bound the months that
    were logged in full: give ``last`` when the log ends within a month, else that month looks like a slump.
    Raises CannotEstimate: no_customers, start_missing, start_not_month, dates_reversed, span_too_long.
    """
    months = np.atleast_1d(np.asarray(start_month, dtype=float))
    if months.size == 0:
        raise CannotEstimate("no_customers", "There are no subscriptions.", "Import a subscription log.")
    if not np.all(np.isfinite(months)):
        raise CannotEstimate("start_missing", "Some subscriptions have no start.", "Fill in the start dates.")
    if np.any(months != np.floor(months)):
        raise CannotEstimate("start_not_month", "Starts must be whole month indices.", "Use 12 * year + month.")
    low = int(months.min()) if first is None else first
    high = int(months.max()) if last is None else last
    if high < low:
        raise CannotEstimate("dates_reversed", "The last month lies before the first.", "Swap the two months.")
    if high - low >= MOST_MONTHS:
        message = "The starts span %(months)d months."
        raise CannotEstimate("span_too_long", message, "Look for a mistyped year.", months=high - low + 1)
    inside = months[(months >= low) & (months <= high)].astype(np.int64) - low
    return ArrivalSeries(low, np.bincount(inside, minlength=high - low + 1))


def recent_level(series: ArrivalSeries, window_months: int = WINDOW_MONTHS) -> ArrivalLevel:
    """Level, over-dispersion and slope of the last ``window_months`` months, or of all where there are fewer.

    Over-dispersion is Pearson's chi-square per degree of freedom, never below 1.
    Raises CannotEstimate: too_few_months, nobody_arrived.
    """
    counts = series.counts[-window_months:].astype(float)
    if counts.size < FEWEST_MONTHS:
        message = "%(months)d months of arrivals are not enough; %(needed)d are needed."
        raise CannotEstimate(
            "too_few_months", message, "Import an older log.", months=int(counts.size), needed=FEWEST_MONTHS
        )
    if counts.sum() == 0:
        raise CannotEstimate("nobody_arrived", "Nobody started in these months.", "Check the dates of the log.")
    slope, error, mean = _line(counts)
    around_line = _dispersion(counts, mean, counts.size - 2)
    around_mean = _dispersion(counts, np.full(counts.size, counts.mean()), counts.size - 1)
    error *= float(np.sqrt(around_line))
    return ArrivalLevel(float(counts.mean()), int(counts.size), around_line, around_mean, slope, error)


def _dispersion(counts: Array, mean: Array, freedom: int) -> float:
    return max(1.0, float(np.sum((counts - mean) ** 2 / np.maximum(mean, 1e-9)) / max(freedom, 1)))


def expected_draws(
    series: ArrivalSeries,
    months: int,
    worlds: int,
    rng: np.random.Generator,
    *,
    damping: float | None = None,
    window_months: int = WINDOW_MONTHS,
) -> Array:
    """Expected new customers in each of the ``months`` after the series, (worlds, months), above 0.

    ``damping`` None keeps the level, whose uncertainty then does not grow with the months; d in 0..1 carries the
    trend ahead, at 1 undamped. The trend of a world is at most 20 % a month either way.
    Raises CannotEstimate as ``recent_level`` and damping_out_of_range.
    """
    return _expected(series, months, worlds, rng, damping, window_months)[0]


def arrival_draws(
    series: ArrivalSeries,
    months: int,
    worlds: int,
    rng: np.random.Generator,
    *,
    damping: float | None = None,
    window_months: int = WINDOW_MONTHS,
) -> Array:
    """The counts of the ``months`` after the series, (worlds, months): whole numbers, never negative.

    Chance around ``expected_draws``, with its arguments and errors.
    """
    mean, over_dispersion = _expected(series, months, worlds, rng, damping, window_months)
    return _counts(mean, over_dispersion[:, None], rng)


def _expected(
    series: ArrivalSeries, months: int, worlds: int, rng: np.random.Generator, damping: float | None, window: int
) -> tuple[Array, Array]:
    """The means (D, T) and the over-dispersion (D,) of each world."""
    level = recent_level(series, window)
    if damping is None:
        over_dispersion = _dispersion_draws(level.over_dispersion_flat, level.months - 1, worlds, rng)
        return np.repeat(_level_draws(level, over_dispersion, rng)[:, None], months, axis=1), over_dispersion
    if not 0 <= damping <= 1:
        raise CannotEstimate("damping_out_of_range", "Damping lies between 0 and 1.", "Use .9 if unsure.")
    over_dispersion = _dispersion_draws(level.over_dispersion, level.months - 2, worlds, rng)
    slope = _slope_draws(level, over_dispersion, rng)[:, None]
    # The line's mean over the window is the level; from the window's end it is carried on.
    seen = np.arange(level.months) - (level.months - 1) / 2
    ahead = seen[-1] + np.cumsum(damping ** np.arange(1, months + 1))
    centre = _level_draws(level, over_dispersion, rng)[:, None] / np.exp(slope * seen).mean(axis=1, keepdims=True)
    return centre * np.exp(slope * ahead), over_dispersion


def _dispersion_draws(estimate: float, freedom: int, worlds: int, rng: np.random.Generator) -> Array:
    freedom = max(freedom, 1)
    return np.maximum(1.0, estimate * freedom / rng.chisquare(freedom, worlds)) if estimate > 1 else np.ones(worlds)


def _slope_draws(level: ArrivalLevel, over_dispersion: Array, rng: np.random.Generator) -> Array:
    """The posterior of the slope under its prior, at each world's over-dispersion, (D,)."""
    variance = level.log_slope_error**2 * over_dispersion / level.over_dispersion
    kept = GROWTH_SPREAD**2 / (GROWTH_SPREAD**2 + variance)
    slope = rng.normal(kept * level.log_slope, np.sqrt(kept * variance))
    return np.clip(slope, -STEEPEST_PER_MONTH, STEEPEST_PER_MONTH)


def _line(counts: Array) -> tuple[float, float, Array]:
    """Poisson regression of the counts on the month: log slope, its standard error at phi = 1, fitted means (M,)."""
    month = np.arange(counts.size) - (counts.size - 1) / 2
    design = np.column_stack([np.ones(counts.size), month])
    coef = np.array([np.log(counts.mean()), 0.0])
    information = np.eye(2)
    for _ in range(50):
        mean = np.exp(np.clip(design @ coef, -20, 50))
        information = design.T @ (design * mean[:, None])
        move = np.clip(np.linalg.solve(information + 1e-9 * np.eye(2), design.T @ (counts - mean)), -1, 1)
        coef = coef + move
        if np.max(np.abs(move)) < 1e-10:
            break
    error = float(np.sqrt(np.linalg.inv(information + 1e-9 * np.eye(2))[1, 1]))
    return float(coef[1]), error, np.exp(design @ coef)


def _level_draws(level: ArrivalLevel, over_dispersion: Array, rng: np.random.Generator) -> Array:
    """Gamma with the mean of the window and variance phi mean / months; Jeffreys' prior adds half a customer."""
    total = level.mean * level.months + 0.5
    return rng.gamma(total / over_dispersion, over_dispersion / level.months)


def _counts(mean: Array, over_dispersion: Array, rng: np.random.Generator) -> Array:
    """Counts with this mean and variance phi mean: Poisson where phi is 1."""
    extra = np.maximum(over_dispersion - 1, 1e-6)
    return rng.poisson(rng.gamma(np.maximum(mean, 1e-12) / extra, extra)).astype(float)
