"""From satisfaction to retention: h(U), 0 at the reference and rising, and the share kept R_t.

    hazard form     R_t = exp(-sum over months s <= t of hazard_0(s) exp(-h(U)))      default
    document form   R_t = R_0 exp(h(U)), capped at 1 and flagged where it caps

The shapes of h are those of ``link_families``; the linear one is h(U) = slope (U - U_reference).
hazard_0 is the monthly hazard of a customer at U_reference, -log(1 - churn) as ``sbg.hazard`` gives it. The slope is
fitted on customers of whom both the satisfaction and the subscription are known, by Cox's partial likelihood with
Efron's ties: each customer's hazard is hazard_0(t) exp(-h(U)).
A slope fitted so is observed, not a cause.

Notation: n customers, D worlds, T months.
Sources: Cox 1972, JRSS B 34:187-220; Efron 1977, JASA 72:557-565; Schoenfeld 1983, Biometrics 39:499-503.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohorts import retained_share
from trimtab.economics.retention.link_choice import LinkChoice, choose_family, fit_curve
from trimtab.economics.retention.link_families import (
    LINK_FAMILIES,
    LinkFamily,
    at_reference,
    link_value,
)
from trimtab.economics.retention.partial_likelihood import (
    FEWEST_EVENTS,
    PartialLikelihoodFit,
    partial_likelihood,
    truncated_slope,
)
from trimtab.economics.retention.survival import Tenures, check_tenures

__all__ = [
    "LINK_FAMILIES",
    "LinkFamily",
    "PartialLikelihoodFit",
    "RetentionLink",
    "assumed_link",
    "at_reference",
    "by_tenure",
    "events_needed",
    "fit_link",
    "h",
    "link_value",
    "partial_likelihood",
    "retained",
    "retained_document_form",
]

WRONG_SIGN = 0.95


@dataclass(frozen=True)
class RetentionLink:
    """The link in draws: ``slope`` (D,) >= 0 per unit of U, ``u_reference`` (D,) 0..1, where h is 0; and its grade.

    ``slope`` is that at the reference, ``shape`` (D, 2) bend and place of the ``family``, ``choice`` how it was chosen.
    ``estimate`` and ``standard_error`` are those of the slope, ``linear_estimate`` of the linear family in any case.
    """

    slope: Array
    u_reference: Array
    grade: Literal["assumed", "observed", "tested"]
    estimate: float
    standard_error: float
    p_negative: float
    customers: int = 0
    events: int = 0
    log_likelihood: float | None = None
    family: LinkFamily = "linear"
    shape: Array = field(default_factory=lambda: np.zeros((1, 2)))
    best_shape: Array = field(default_factory=lambda: np.zeros(2))
    choice: LinkChoice | None = None
    linear_estimate: float | None = None

    def moved_to(self, u_reference: Array) -> tuple[Array, Array]:
        """Slope (D,) and shape (D, 2) of the same curve at another reference (D,)."""
        return at_reference(self.family, self.slope, self.shape, self.u_reference, u_reference)


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
    families: tuple[LinkFamily, ...] = ("linear",),
    people: ArrayLike | None = None,
) -> RetentionLink:
    """Slope draws from the normal approximation of the partial likelihood, given that h increases (slope >= 0).

    Of several ``families`` the simplest is used that is not clearly behind the best on held-out customers; ``people``
    (n,) says whose answer each is. ``u_reference`` is then the mean of U itself, where slope and shape are told.

    ``satisfaction`` (n,) 0..1; ``duration`` and ``entry`` (n,) months; ``event`` (n,). Where an answer was given at a
    known tenure, pass that as ``entry``: months before the answer then do not count, which they must not.
    Of the linear family ``u_reference`` is the mean of U with its standard error.
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
    choice = None
    if families != ("linear",):
        choice = choose_family(level, data, reference, rng, families=families, people=people)
        if choice.family != "linear":
            return _curved(choice, fitted, level, data, worlds, rng)
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
        shape=np.zeros((worlds, 2)),
        choice=choice,
        linear_estimate=fitted.coefficient,
    )


def _curved(
    choice: LinkChoice,
    linear: PartialLikelihoodFit,
    level: Array,
    data: Tenures,
    worlds: int,
    rng: np.random.Generator,
) -> RetentionLink:
    reference = float(level.mean())
    found = fit_curve(choice.family, level, data, reference, worlds, rng)
    return RetentionLink(
        slope=found.slope,
        u_reference=np.full(worlds, reference),
        grade="observed",
        estimate=found.estimate,
        standard_error=found.standard_error,
        p_negative=float(norm.cdf(0, linear.coefficient, linear.standard_error)),
        customers=level.size,
        events=linear.events,
        log_likelihood=found.log_likelihood,
        family=choice.family,
        shape=found.shape,
        best_shape=found.best_shape,
        choice=choice,
        linear_estimate=linear.coefficient,
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
    return RetentionLink(slope, reference, "assumed", median, float(slope.std()), 0.0, shape=np.zeros((worlds, 2)))


def by_tenure(
    satisfaction: ArrayLike, duration: ArrayLike, event: ArrayLike, cut_months: float, entry: ArrayLike | None = None
) -> tuple[PartialLikelihoodFit, PartialLikelihoodFit]:
    """The slope among the new (tenure up to ``cut_months``) and among the established (after it).

    The established are those still with us at the cut, observed from there on. Raises CannotEstimate as ``fit_link``.
    """
    data = check_tenures(duration, event, entry)
    level = _checked(satisfaction, data)
    x = level.mean() - level
    (early, new), (late, old) = tenure_bands(data, cut_months)
    return partial_likelihood(x[early], new), partial_likelihood(x[late], old)


def tenure_bands(data: Tenures, cut_months: float) -> tuple[tuple[NDArray[np.bool_], Tenures], ...]:
    """The time before the cut and that after it, each with the mask (n,) of who was seen in it."""
    early, late = data.entry < cut_months, data.duration > cut_months
    new = Tenures(np.minimum(data.duration, cut_months), data.event & (data.duration <= cut_months), data.entry)
    old = Tenures(data.duration, data.event, np.maximum(data.entry, cut_months))
    return (early, new.rows(early)), (late, old.rows(late))


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
