"""Tested changes: lifts shrunk for having been picked, and the slope of h(U) that experiments tell.

Shrinkage. y_k ~ N(theta_k, se_k^2), theta_k ~ N(0, tau^2): most changes do little. tau is integrated over a grid with a
half-normal prior, or is stated. Where y_k was the best of m_k that were tried, the evidence about tau holds the chance
that the others were lower, Phi(y_k / sqrt(se_k^2 + tau^2))^(m_k - 1): a winner of many says less than a lone one.

Slope. An experiment that moved U by d (+- se_d) and the log hazard of leaving by -t (+- se_t) says
t - slope g(d) ~ N(0, se_t^2 + (slope g'(d) se_d)^2), g the curve of the family with slope 1 (Fieller's likelihood).
It is multiplied with what the observed or assumed link says, which is combining by precision.

Notation: K experiments, D worlds.
Sources: Efron & Morris 1975, JASA 70:311-319; Gelman & Carlin 2014, Persp. Psych. Sci. 9:641-651; Fieller 1954.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.link import RetentionLink
from trimtab.economics.retention.link_families import link_value

CELLS = 60
FURTHEST = 4.0
GRID = 2000
STEP = 1e-3


@dataclass(frozen=True)
class Shrunk:
    """Lifts as measured, ``raw`` (K,), and as believed: ``draws`` (D, K) and their mean ``shrunk`` (K,).

    ``spread`` (D,) is tau, the sd of true lifts.
    """

    raw: Array
    standard_error: Array
    draws: Array
    shrunk: Array
    spread: Array


def shrink(
    lift: ArrayLike,
    standard_error: ArrayLike,
    rng: np.random.Generator,
    *,
    scale: float,
    tried: ArrayLike = 1,
    spread: float | None = None,
    worlds: int = 2000,
) -> Shrunk:
    """What the lifts of tested changes are likely to be.

    ``lift`` and ``standard_error`` (K,) in one unit; ``tried`` (K,) >= 1: of how many variants this one is the best.
    ``scale`` > 0 is the half-normal prior's sd of tau, the sd of true lifts; ``spread`` states tau itself.
    Raises CannotEstimate: no_experiments, lift_not_usable.
    """
    y, error = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (lift, standard_error))
    others = np.broadcast_to(np.asarray(tried, dtype=float) - 1, y.shape)
    if not y.size:
        raise CannotEstimate("no_experiments", "There is no experiment.", "Add one.")
    if not (np.all(np.isfinite(y)) and np.all(np.isfinite(error)) and np.all(error > 0) and np.all(others >= 0)):
        raise CannotEstimate("lift_not_usable", "Every lift needs a standard error above zero.", "Correct the numbers.")
    tau = np.array([spread]) if spread is not None else (np.arange(CELLS) + 0.5) * FURTHEST * scale / CELLS
    total = np.sqrt(error**2 + tau[:, None] ** 2)
    told = -0.5 * (y / total) ** 2 - np.log(total) + others * log_ndtr(y / total)
    weight = told.sum(axis=1) - (tau / scale) ** 2 / 2
    weight = np.exp(weight - weight.max())
    chosen = tau[rng.choice(tau.size, size=worlds, p=weight / weight.sum())]
    factor = chosen[:, None] ** 2 / (chosen[:, None] ** 2 + error**2)
    draws = factor * y + np.sqrt(factor) * error * rng.standard_normal((worlds, y.size))
    share = tau[:, None] ** 2 / (tau[:, None] ** 2 + error**2)
    shrunk = (weight / weight.sum()) @ share * y
    return Shrunk(y, error, draws, shrunk, chosen)


def fewer_leave(control: tuple[float, float], treated: tuple[float, float]) -> tuple[float, float]:
    """Lift of -log hazard from counts (customers, left) of the arms watched equally long, and its standard error.

    H = -log(1 - left / customers); the lift is log H_control - log H_treated, above 0 where fewer left.
    Var(log H) = p / (n (1 - p) H^2). Raises CannotEstimate: arm_not_usable.
    """
    (from_, from_variance), (to, to_variance) = _log_hazard(*control), _log_hazard(*treated)
    return from_ - to, float(np.sqrt(from_variance + to_variance))


def _log_hazard(customers: float, left: float) -> tuple[float, float]:
    if not 0 < left < customers:
        message = "Of each arm somebody must have left and somebody stayed."
        raise CannotEstimate("arm_not_usable", message, "Wait until some have left in both arms.")
    share = left / customers
    hazard = -np.log1p(-share)
    return float(np.log(hazard)), float(share / (customers * (1 - share) * hazard**2))


def fewer_leave_from_shares(retained: float, lift: float, standard_error: float) -> tuple[float, float]:
    """The same from the share ``retained`` in the control arm, 0..1, and the ``lift`` of that share with its error.

    Raises CannotEstimate('arm_not_usable') where a share is not within 0..1.
    """
    if not (0 < retained < 1 and 0 < retained + lift < 1 and standard_error > 0):
        message = "The shares retained must lie between 0 and 1."
        raise CannotEstimate("arm_not_usable", message, "Give shares, such as 0.82, and a lift such as 0.03.")
    control, treated = -np.log(retained), -np.log(retained + lift)
    return float(np.log(control) - np.log(treated)), float(standard_error / ((retained + lift) * treated))


@dataclass(frozen=True)
class SlopeEvidence:
    """One experiment: lift of U and of -log hazard, each with its standard error."""

    satisfaction: float
    satisfaction_error: float
    staying: float
    staying_error: float


@dataclass(frozen=True)
class TestedLink:
    """The link after the experiments.

    ``experiments`` of them were used; ``weight`` 0..1 is the part of the precision that they brought, ``alone`` (3,)
    median and 80 % interval of the slope by them alone, ``apart`` by how many standard errors they lie from the link
    without them.
    """

    link: RetentionLink
    experiments: int
    weight: float
    alone: Array
    apart: float


def with_experiments(link: RetentionLink, evidence: list[SlopeEvidence], rng: np.random.Generator) -> TestedLink:
    """Slope draws of ``link`` after ``evidence``; the order of worlds stays, so that shape and slope fit each other.

    The prior is the normal of an observed slope, truncated at 0, or the lognormal of an assumed one. Raises
    CannotEstimate: no_experiments.
    """
    if not evidence:
        raise CannotEstimate("no_experiments", "No experiment moved both satisfaction and staying.", "Add one.")
    middle, spread = float(link.slope.mean()), float(link.slope.std())
    highest = max(middle + 8 * spread, *(_reach(one, link) for one in evidence))
    slopes = (np.arange(GRID) + 0.5) * highest / GRID
    told = np.sum([_log_likelihood(one, link, slopes) for one in evidence], axis=0)
    together = _density(_log_prior(link, slopes) + told)
    alone = _density(told)
    found = _quantile(slopes, together, np.sort(rng.random(link.slope.size)))
    slope = np.empty_like(found)
    slope[np.argsort(link.slope, kind="stable")] = found
    mean = float(slopes @ alone)
    own = float(np.sqrt((slopes - mean) ** 2 @ alone))
    after = replace(
        link,
        slope=slope,
        grade="tested" if (weight := _precision_brought(link.slope, slope)) >= 0.5 else link.grade,
        estimate=float(np.median(slope)),
        standard_error=float(slope.std()),
    )
    apart = (mean - middle) / float(np.hypot(own, spread))
    return TestedLink(after, len(evidence), weight, _quantile(slopes, alone, np.array([0.5, 0.1, 0.9])), apart)


def _precision_brought(before: Array, after: Array) -> float:
    return float(np.clip(1 - after.var() / max(float(before.var()), 1e-12), 0.0, 1.0))


def _reach(one: SlopeEvidence, link: RetentionLink) -> float:
    """A slope far above what the experiment can mean."""
    per_slope = abs(_curve(one, link)[0])
    return (abs(one.staying) + 6 * one.staying_error) / max(per_slope, 0.01)


def _curve(one: SlopeEvidence, link: RetentionLink) -> tuple[float, float]:
    """h for a slope of 1 at the lift of U, and how fast it rises there."""
    at = np.array([one.satisfaction - STEP, one.satisfaction, one.satisfaction + STEP])
    low, middle, high = link_value(link.family, 1.0, link.best_shape, at, 0.0)
    return float(middle), float(high - low) / (2 * STEP)


def _log_likelihood(one: SlopeEvidence, link: RetentionLink, slopes: Array) -> Array:
    rise, steep = _curve(one, link)
    variance = one.staying_error**2 + (slopes * steep * one.satisfaction_error) ** 2
    return -0.5 * (one.staying - slopes * rise) ** 2 / variance - 0.5 * np.log(variance)


def _log_prior(link: RetentionLink, slopes: Array) -> Array:
    if link.grade == "assumed":
        logs = np.log(np.maximum(link.slope, 1e-9))
        return -0.5 * ((np.log(slopes) - logs.mean()) / max(float(logs.std()), 1e-6)) ** 2 - np.log(slopes)
    return -0.5 * ((slopes - link.estimate) / link.standard_error) ** 2


def _density(logs: Array) -> Array:
    weight = np.exp(logs - logs.max())
    return np.asarray(weight / weight.sum())


def _quantile(slopes: Array, density: Array, level: Array) -> Array:
    edges = np.concatenate([[0.0], np.cumsum(density)])
    width = slopes[1] - slopes[0]
    ends = np.concatenate([slopes - width / 2, [slopes[-1] + width / 2]])
    return np.asarray(np.interp(level, edges / edges[-1], ends))
