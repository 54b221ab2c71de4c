"""From satisfaction to retention: h(U) = slope (U - U_reference), and the share kept R_t.

    hazard form     R_t = exp(-sum over months s <= t of hazard_0(s) exp(-h(U)))      default
    document form   R_t = R_0 exp(h(U)), capped at 1 and flagged where it caps

hazard_0 is the monthly hazard of a customer at U_reference, -log(1 - churn) as ``sbg.hazard`` gives it. The slope is
fitted on customers of whom both the satisfaction and the subscription are known, by Cox's partial likelihood with
Efron's ties: each customer's hazard is hazard_0(t) exp(-slope (U - U_reference)).
A slope fitted so is observed, not a cause.

Notation: n customers, D worlds, T months.
Sources: Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Schoenfeld 1983, Biometrics 39:499-503.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, truncnorm

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohorts import retained_share
from trimtab.economics.retention.survival import Tenures, check_tenures

FEWEST_EVENTS = 10
STEEPEST = 100.0
WRONG_SIGN = 0.95
STEPS = 50


@dataclass(frozen=True)
class RetentionLink:
    """The link in draws: ``slope`` (D,) >= 0 per unit of U, ``u_reference`` (D,) 0..1, where h is 0; and its grade."""

    slope: Array
    u_reference: Array
    grade: Literal["assumed", "observed"]
    estimate: float
    standard_error: float
    p_negative: float
    customers: int = 0
    events: int = 0
    log_likelihood: float | None = None


@dataclass(frozen=True)
class PartialLikelihoodFit:
    """Coefficient b of hazard_0(t) exp(b x), its standard error, the log partial likelihood at b, and the endings."""

    coefficient: float
    standard_error: float
    log_likelihood: float
    events: int


def h(satisfaction: Array, slope: Array, u_reference: Array) -> Array:
    """slope (U - u_reference): U (D, ...), the others (D,); shape of U."""
    level = np.asarray(satisfaction, dtype=float)
    wide = (-1,) + (1,) * (level.ndim - 1)
    return np.reshape(slope, wide) * (level - np.reshape(u_reference, wide))


def retained(hazard_0: Array, h_u: Array) -> Array:
    """Share kept after 0..T months, (D, T + 1): 1 at first, never rises with t, never falls when h does not.

    ``hazard_0`` (D, T) monthly, >= 0; ``h_u`` (D,) or, where satisfaction changes by month, (D, T).
    """
    return retained_share(np.asarray(hazard_0, dtype=float)[:, None], np.asarray(h_u, dtype=float)[:, None, None])[
        :, 0, 0
    ]


def retained_document_form(r_0: ArrayLike, h_u: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    """min(1, R_0 exp(h(U))) and where the cap was needed; ``r_0`` 0..1 and ``h_u`` broadcast."""
    share = np.asarray(r_0, dtype=float) * np.exp(np.asarray(h_u, dtype=float))
    return np.minimum(share, 1.0), share > 1.0


def fit_link(
    satisfaction: ArrayLike,
    duration: ArrayLike,
    event: ArrayLike,
    rng: np.random.Generator,
    *,
    entry: ArrayLike | None = None,
    worlds: int = 2000,
) -> RetentionLink:
    """Slope draws from the normal approximation of the partial likelihood, given that h increases (slope >= 0).

    ``satisfaction`` (n,) 0..1; ``duration`` and ``entry`` (n,) months; ``event`` (n,). Where an answer was given at a
    known tenure, pass that as ``entry``: months before the answer then do not count, which they must not.
    ``u_reference`` is the mean of U with its standard error.
    ``p_negative`` is the share of the untruncated normal below 0.
    Raises CannotEstimate: as ``check_tenures``; satisfaction_missing, satisfaction_off_scale, no_variation,
    too_few_events (``params['missing']`` says how many more), slope_not_finite, slope_wrong_sign.
    """
    data = check_tenures(duration, event, entry)
    level = _checked(satisfaction, data)
    reference = float(level.mean())
    fitted = partial_likelihood(reference - level, data)
    p_negative = float(norm.cdf(0, fitted.coefficient, fitted.standard_error))
    if p_negative > WRONG_SIGN:
        raise CannotEstimate(
            "slope_wrong_sign",
            "In this data the more satisfied customers leave sooner (slope %(slope).2f).",
            "Check the direction of the scale, or whether answers came after the decision to leave.",
            slope=fitted.coefficient,
        )
    slope = truncated_slope(fitted.coefficient, fitted.standard_error, worlds, rng)
    centre = rng.normal(reference, float(level.std(ddof=1)) / np.sqrt(level.size), worlds)
    return RetentionLink(
        slope=slope,
        u_reference=np.clip(centre, 0.0, 1.0),
        grade="observed",
        estimate=fitted.coefficient,
        standard_error=fitted.standard_error,
        p_negative=p_negative,
        customers=level.size,
        events=fitted.events,
        log_likelihood=fitted.log_likelihood,
    )


def assumed_link(
    median: float, spread: float, u_reference: ArrayLike, worlds: int, rng: np.random.Generator
) -> RetentionLink:
    """A slope that someone typed: lognormal with this ``median`` > 0 and ``spread`` > 0, the sd of its log.

    ``u_reference`` a number or (worlds,). Spread .5 says that the slope lies within a factor 1.9 with 80 % probability.
    """
    if not (np.isfinite(median) and np.isfinite(spread) and median > 0 and spread > 0):
        raise CannotEstimate("assumption_not_positive", "Slope and spread must be above zero.", "Type other numbers.")
    slope = median * np.exp(spread * rng.standard_normal(worlds))
    reference = np.broadcast_to(np.asarray(u_reference, dtype=float), (worlds,)).copy()
    return RetentionLink(slope, reference, "assumed", median, float(slope.std()), 0.0)


def by_tenure(
    satisfaction: ArrayLike, duration: ArrayLike, event: ArrayLike, cut_months: float, entry: ArrayLike | None = None
) -> tuple[PartialLikelihoodFit, PartialLikelihoodFit]:
    """The slope among the new (tenure up to ``cut_months``) and among the established (after it).

    The established are those still with us at the cut, observed from there on. Raises CannotEstimate as ``fit_link``.
    """
    data = check_tenures(duration, event, entry)
    level = _checked(satisfaction, data)
    x = level.mean() - level
    early = data.entry < cut_months
    new = Tenures(np.minimum(data.duration, cut_months), data.event & (data.duration <= cut_months), data.entry)
    late = data.duration > cut_months
    old = Tenures(data.duration, data.event, np.maximum(data.entry, cut_months))
    return partial_likelihood(x[early], _rows(new, early)), partial_likelihood(x[late], _rows(old, late))


def events_needed(slope: float, satisfaction_spread: float, *, level: float = 0.8, power: float = 0.8) -> int:
    """Endings needed to see a slope of this size: ((z_level + z_power) / (slope sd(U)))^2, at least 10.

    ``slope`` per unit of U, ``satisfaction_spread`` the sd of U > 0. Raises CannotEstimate('no_variation') at zero.
    Source: Schoenfeld 1983.
    """
    if slope == 0 or satisfaction_spread <= 0:
        raise CannotEstimate(
            "no_variation", "A slope of zero cannot be settled.", "Ask for a smallest slope of interest."
        )
    reach = norm.ppf((1 + level) / 2) + norm.ppf(power)
    return max(FEWEST_EVENTS, ceil((reach / (slope * satisfaction_spread)) ** 2))


def truncated_slope(estimate: float, standard_error: float, worlds: int, rng: np.random.Generator) -> Array:
    """Normal draws given that they are not negative, (worlds,)."""
    lowest = (0 - estimate) / standard_error
    return truncnorm.rvs(lowest, np.inf, loc=estimate, scale=standard_error, size=worlds, random_state=rng)


def partial_likelihood(x: Array, data: Tenures) -> PartialLikelihoodFit:
    """Newton's method for one covariate ``x`` (n,), ties by Efron, late entry allowed.

    Raises CannotEstimate: too_few_events, no_variation, slope_not_finite (the endings are ordered perfectly by x).
    """
    _refuse_thin(x, data)
    spread = float(x.std())
    scaled = (x - x.mean()) / spread
    risk = _RiskSets.of(scaled, data)
    b = 0.0
    value, slope, curve = risk.likelihood(b)
    for _ in range(STEPS):
        move = slope / curve if curve > 0 else np.sign(slope)
        move = float(np.clip(move, -2, 2))
        trial = risk.likelihood(b + move)
        while trial[0] < value - 1e-12 and abs(move) > 1e-12:
            move /= 2
            trial = risk.likelihood(b + move)
        b, (value, slope, curve) = b + move, trial
        if abs(move) < 1e-10 or abs(b) > STEEPEST:
            break
    if abs(b) > STEEPEST / 5 or curve <= 1e-9:
        message = "Satisfaction separates those who left from those who stayed completely, so the slope has no limit."
        raise CannotEstimate("slope_not_finite", message, "Bring more customers, or assume the slope.")
    return PartialLikelihoodFit(b / spread, float(1 / np.sqrt(curve)) / spread, value, int(data.event.sum()))


def _refuse_thin(x: Array, data: Tenures) -> None:
    events = int(np.sum(data.event))
    if events < FEWEST_EVENTS:
        raise CannotEstimate(
            "too_few_events",
            "Only %(events)d customers with a known satisfaction have left; at least %(needed)d are needed.",
            "Wait for %(missing)d more endings, join more surveys to subscriptions, or assume the slope.",
            events=events,
            needed=FEWEST_EVENTS,
            missing=FEWEST_EVENTS - events,
        )
    if np.ptp(x) < 1e-9:
        raise CannotEstimate("no_variation", "All are equally satisfied.", "Survey customers of more kinds.")


def _checked(satisfaction: ArrayLike, data: Tenures) -> Array:
    level = np.atleast_1d(np.asarray(satisfaction, dtype=float))
    if level.shape != data.duration.shape:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    if not np.all(np.isfinite(level)):
        count = int(np.sum(~np.isfinite(level)))
        message = "%(count)d customers have no satisfaction."
        raise CannotEstimate("satisfaction_missing", message, "Leave them out of the fit.", count=count)
    if np.any((level < 0) | (level > 1)):
        raise CannotEstimate("satisfaction_off_scale", "U must lie in 0 to 1.", "Normalise by the survey's scale.")
    return level


def _rows(data: Tenures, keep: NDArray[np.bool_]) -> Tenures:
    return Tenures(data.duration[keep], data.event[keep], data.entry[keep])


@dataclass(frozen=True)
class _RiskSets:
    """Customers sorted for sums over those at risk: at each ending, durations not before it less entries not before it.

    ``tie`` is Efron's l / d of each ending within its month, ``month`` its place among the J distinct months.
    """

    x: Array
    by_duration: NDArray[np.int64]
    by_entry: NDArray[np.int64]
    first_duration: NDArray[np.int64]
    first_entry: NDArray[np.int64]
    ended: NDArray[np.int64]
    starts: NDArray[np.int64]
    month: NDArray[np.int64]
    tie: Array

    @classmethod
    def of(cls, x: Array, data: Tenures) -> _RiskSets:
        times, counts = np.unique(data.duration[data.event], return_counts=True)
        # Someone who enters at month 0, or ends where he enters, is at risk at that very moment.
        entry = np.where((data.entry == 0) | (data.entry >= data.duration), -1.0, data.entry)
        by_duration, by_entry = np.argsort(data.duration), np.argsort(entry)
        ended = np.flatnonzero(data.event)
        ended = ended[np.argsort(data.duration[ended])]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        month = np.repeat(np.arange(times.size), counts)
        return cls(
            x=x,
            by_duration=by_duration,
            by_entry=by_entry,
            first_duration=np.searchsorted(data.duration[by_duration], times, side="left"),
            first_entry=np.searchsorted(entry[by_entry], times, side="left"),
            ended=ended,
            starts=starts,
            month=month,
            tie=(np.arange(ended.size) - starts[month]) / counts[month],
        )

    def likelihood(self, b: float) -> tuple[float, float, float]:
        """Log partial likelihood at b, its slope, and minus its second derivative."""
        weight = np.exp(b * self.x)
        zero, one, two = (self._at_risk_less_ties(weight * self.x**k) for k in range(3))
        mean = one / zero
        value = b * self.x[self.ended].sum() - np.log(zero).sum()
        return float(value), float(self.x[self.ended].sum() - mean.sum()), float(np.sum(two / zero - mean**2))

    def _at_risk_less_ties(self, terms: Array) -> Array:
        """Sum of ``terms`` over the risk set of each ending, less its share l / d of those ending in the same month."""
        at_risk = _tail(terms[self.by_duration])[self.first_duration] - _tail(terms[self.by_entry])[self.first_entry]
        tied = np.add.reduceat(terms[self.ended], self.starts)
        return at_risk[self.month] - self.tie * tied[self.month]


def _tail(values: Array) -> Array:
    """Sums from each place to the end, with a 0 after the last: (n + 1,)."""
    return np.concatenate([np.cumsum(values[::-1])[::-1], [0.0]])
