"""Churn that falls with tenure because the loyal are left: shifted beta-geometric and its two relatives.

Notation: t = 1..T months of tenure; each customer has a constant churn theta ~ Beta(alpha, beta).

    sbg        S(t) = B(alpha, beta + t) / B(alpha, beta);  churn(t) = alpha / (alpha + beta + t - 1)
    bdw        S(t) = B(gamma, delta + t^c) / B(gamma, delta);  c = 1 is sbg; above 1 a customer's own churn rises
    geometric  S(t) = (1 - churn)^t;  the limit of sbg where all customers are alike

All are fitted to a life table, which holds everything about right-censoring and late entry that the likelihood needs:
LL = sum churned_t log churn(t) + (at_risk_t - churned_t) log(1 - churn(t)). So a million customers cost as much as ten.

Sources: Fader & Hardie 2007, J. Interactive Marketing 21(1):76-90; Fader, Hardie, Liu, Davin & Steenburgh 2018,
J. Interactive Marketing 43:1-16.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, hyp2f1, log_expit, logit
from scipy.stats import multivariate_t

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.survival import LifeTable

Family = Literal["geometric", "sbg", "bdw"]
FAMILIES: tuple[Family, ...] = ("geometric", "sbg", "bdw")
NAMES: dict[str, tuple[str, ...]] = {
    "geometric": ("churn",),
    "sbg": ("alpha", "beta"),
    "bdw": ("gamma", "delta", "c"),
}
# Below this 1 / (alpha + beta) customers are alike to the sixth digit, and alpha and beta have no finite estimate.
ALIKE = 1e-6
SHAPE_SPREAD = 0.5
PROPOSALS_PER_WORLD = 10
# How near the simplex must close in, by parameter and by LL.
ROUGH, FINE = (1e-2, 1e-3), (1e-5, 1e-8)


@dataclass(frozen=True)
class ChurnFit:
    """A fitted family: its ``parameters`` (q,) in the order of ``names``, LL and the months and endings behind it."""

    family: Family
    parameters: Array
    log_likelihood: float
    months: int
    churned: float

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[self.family]


def churn_probability(family: Family, parameters: Array, months: int) -> Array:
    """P(end in month t | still with us after t - 1), t = 1..months: shape (D, months), 0..1.

    ``parameters`` (D, q) in the order of NAMES[family].
    """
    draws = np.atleast_2d(np.asarray(parameters, dtype=float))
    tenure = np.arange(1, months + 1)
    if family == "geometric":
        return np.repeat(draws[:, :1], months, axis=1)
    if family == "sbg":
        alpha, beta = draws[:, :1], draws[:, 1:2]
        return alpha / (alpha + beta + tenure - 1)
    return -np.expm1(-hazard(family, draws, months))


def hazard(family: Family, parameters: Array, months: int) -> Array:
    """Monthly hazard -log(1 - churn(t)), shape (D, months), >= 0: S(t) = exp(-sum of the first t)."""
    draws = np.atleast_2d(np.asarray(parameters, dtype=float))
    if family == "bdw":
        gamma, delta, shape = draws[:, :1], draws[:, 1:2], draws[:, 2:3]
        return np.maximum(-np.diff(betaln(gamma, delta + np.arange(months + 1) ** shape), axis=1), 0)
    return -np.log1p(-np.minimum(churn_probability(family, draws, months), 1 - 1e-15))


def survival(family: Family, parameters: Array, months: int) -> Array:
    """Share still with us after 0..months: shape (D, months + 1), starts at 1 and never rises."""
    steps = np.cumsum(hazard(family, parameters, months), axis=1)
    return np.exp(-np.concatenate([np.zeros((steps.shape[0], 1)), steps], axis=1))


def derl(alpha: Array, beta: Array, renewals: int, discount: float) -> Array:
    """Discounted expected residual lifetime of a customer on the n-th contract, just before the renewal, in periods.

    DERL = (beta + n - 1) / (alpha + beta + n - 1) * 2F1(1, beta + n; alpha + beta + n; 1 / (1 + discount)).
    ``alpha`` and ``beta`` (D,); ``renewals`` n >= 1; ``discount`` per period, > 0. Shape (D,).
    Source: Fader & Hardie 2010, Marketing Science 29(1):85-93.
    """
    if renewals < 1 or discount <= 0:
        raise CannotEstimate("derl_out_of_range", "Needs one contract and a positive discount.", "Correct the input.")
    whole = np.asarray(alpha) + np.asarray(beta) + renewals
    return (beta + renewals - 1) / (whole - 1) * hyp2f1(1, beta + renewals, whole, 1 / (1 + discount))


def fit(table: LifeTable, family: Family = "sbg") -> ChurnFit:
    """Maximum likelihood from the counts by month.

    Raises CannotEstimate: no_exposure, nobody_churned, everybody_churned, too_few_months (fewer months than
    parameters), churn_constant (sbg: churn does not fall with tenure, so alpha and beta run to infinity;
    ``params['churn']`` holds the mean, and the geometric family says the same thing with one number).
    """
    _refuse_empty(table, family)
    mean = float(table.churned.sum() / table.at_risk.sum())
    if family == "geometric":
        return _fitted(table, family, np.array([logit(mean)]))
    starts = [np.array([logit(min(max(table.churn[0], 0.01), 0.9)), log_epsilon, 0.0]) for log_epsilon in (-3.0, 0.0)]
    size = len(NAMES[family])
    found = [_search(table, family, start[:size], *ROUGH) for start in starts]
    best = _search(table, family, min(found, key=lambda pair: pair[1])[0], *FINE)[0]
    if family == "sbg" and best[1] < np.log(ALIKE) + 1:
        raise CannotEstimate(
            "churn_constant",
            "Churn does not fall with tenure: it stays near %(churn).4f a month, so alpha and beta are not defined.",
            "Use the mean churn (the geometric family) for the projection.",
            churn=mean,
        )
    return _fitted(table, family, best)


def fit_or_mean(table: LifeTable, family: Family = "sbg") -> ChurnFit:
    """``fit``, but the geometric family where churn is constant; ``.family`` says which it is."""
    try:
        return fit(table, family)
    except CannotEstimate as reason:
        if reason.code not in ("churn_constant", "too_few_months"):
            raise
        return fit(table, "geometric")


def parameter_draws(fitted: ChurnFit, table: LifeTable, worlds: int, rng: np.random.Generator) -> Array:
    """Posterior draws of the parameters, shape (worlds, q).

    Laplace approximation on the scale (logit of the first month's churn, log of 1 / (alpha + beta), log c), widened to
    a t with 5 degrees of freedom and re-weighted by importance to the exact posterior. Priors: first-month churn
    and polarisation 1 / (alpha + beta + 1) uniform on 0..1; log c normal(0, .5).
    """
    mode = minimize(lambda x: -_log_posterior(table, fitted.family, x[None])[0], _free(fitted), method="Nelder-Mead").x
    spread = _laplace(table, fitted.family, mode)
    proposal = multivariate_t(mode, spread, df=5, seed=rng)
    points = np.asarray(proposal.rvs(worlds * PROPOSALS_PER_WORLD)).reshape(-1, mode.size)
    weight = _log_posterior(table, fitted.family, points) - np.asarray(proposal.logpdf(points)).reshape(-1)
    # A far tail of the t can lie where the posterior is no number any more: it has no weight.
    weight = np.where(np.isfinite(weight), weight, -np.inf)
    weight = np.exp(weight - weight.max())
    return _named(fitted.family, points[rng.choice(len(points), worlds, p=weight / weight.sum())])


def _refuse_empty(table: LifeTable, family: Family) -> None:
    if table.months == 0 or table.at_risk.sum() <= 0:
        raise CannotEstimate("no_exposure", "Nobody was observed for a month.", "Import more of the subscription log.")
    if table.churned.sum() <= 0:
        raise CannotEstimate(
            "nobody_churned",
            "None of the subscriptions seen has ended, so churn cannot be estimated.",
            "Import ended subscriptions too, or wait until some end.",
        )
    if np.all(table.churned >= table.at_risk):
        raise CannotEstimate("everybody_churned", "Everyone ends in the first month.", "Check the end dates.")
    seen, needed = int(np.sum(table.at_risk > 0)), len(NAMES[family])
    if seen < needed:
        message = "%(seen)d months were seen; this family needs %(needed)d."
        raise CannotEstimate("too_few_months", message, "Use a simpler family.", seen=seen, needed=needed)


def _named(family: Family, free: Array) -> Array:
    """From the free scale (B, q) to the named parameters (B, q)."""
    first = expit(free[:, 0])
    if family == "geometric":
        return first[:, None]
    total = np.exp(-np.clip(free[:, 1], np.log(ALIKE), 12))
    columns = [np.maximum(first * total, 1e-12), np.maximum((1 - first) * total, 1e-12)]
    return np.stack(columns + ([np.exp(np.clip(free[:, 2], -3, 3))] if family == "bdw" else []), axis=1)


def _free(fitted: ChurnFit) -> Array:
    p = fitted.parameters
    if fitted.family == "geometric":
        return np.array([logit(p[0])])
    free = [logit(p[0] / (p[0] + p[1])), -np.log(p[0] + p[1])]
    return np.array(free + ([np.log(p[2])] if fitted.family == "bdw" else []))


def log_likelihood(table: LifeTable, family: Family, parameters: Array) -> Array:
    """LL of the life table under each row of ``parameters`` (B, q): shape (B,)."""
    steps = np.maximum(hazard(family, parameters, table.months), 1e-300)
    churned = np.log(-np.expm1(-steps)) @ table.churned
    return churned - steps @ (table.at_risk - table.churned)


def _log_posterior(table: LifeTable, family: Family, free: Array) -> Array:
    first = log_expit(free[:, 0]) + log_expit(-free[:, 0])
    value = log_likelihood(table, family, _named(family, free)) + first
    if family != "geometric":
        # With e = 1 / (alpha + beta), polarisation is e / (1 + e): the logistic of log e.
        value = value + log_expit(free[:, 1]) + log_expit(-free[:, 1])
    return value - 0.5 * (free[:, 2] / SHAPE_SPREAD) ** 2 if family == "bdw" else value


def _search(table: LifeTable, family: Family, start: Array, near: float, level: float) -> tuple[Array, float]:
    """The highest point by a simplex from ``start``, and minus its LL.

    Derivatives would need fewer steps, but a step on the table costs less than the linear algebra of L-BFGS-B, whose
    threads wait for each other on a busy machine.
    """

    def loss(free: Array) -> float:
        return -float(log_likelihood(table, family, _named(family, free[None]))[0])

    bounds = [(-14.0, 14.0), (np.log(ALIKE), 12.0), (-3.0, 3.0)][: start.size]
    lowest, highest = np.transpose(bounds)
    corners = np.clip(np.vstack([start, start + np.eye(start.size) / 2]), lowest, highest)
    settings = {"xatol": near, "fatol": level, "maxiter": 800, "initial_simplex": corners}
    found = minimize(loss, corners[0], method="Nelder-Mead", bounds=bounds, options=settings)
    return found.x, float(found.fun)


def _fitted(table: LifeTable, family: Family, free: Array) -> ChurnFit:
    parameters = _named(family, free[None])
    value = float(log_likelihood(table, family, parameters)[0])
    return ChurnFit(family, parameters[0], value, table.months, float(table.churned.sum()))


def _laplace(table: LifeTable, family: Family, mode: Array, step: float = 1e-3) -> Array:
    """Inverse of minus the second derivatives at the mode, (q, q), by central differences; kept positive definite."""
    size = mode.size
    shift = np.eye(size) * step
    corners = np.array([[mode + a + b, mode + a - b, mode - a + b, mode - a - b] for a in shift for b in shift])
    value = _log_posterior(table, family, corners.reshape(-1, size)).reshape(size, size, 4)
    second = -(value[..., 0] - value[..., 1] - value[..., 2] + value[..., 3]) / (4 * step**2)
    curve, axes = np.linalg.eigh((second + second.T) / 2)
    # A direction that the data leaves open is proposed no wider than 4 on these scales.
    return (axes / np.maximum(curve, 1 / 16)) @ axes.T
