"""Shifted beta-geometric and beta-discrete-Weibull with covariates that speed up or slow down the clock of leaving.

    S(t | x) = B(gamma, delta + A(t, x)) / B(gamma, delta),   A(t, x) = t^c exp(x b)

Given his own theta ~ Beta(gamma, delta) a customer is still here after t months with (1 - theta)^A: for him exp(b) is a
hazard ratio. c = 1 is the sBG; above 1 his own risk rises with tenure. x is fixed within a row; a row may begin late,
at ``entry``, and then counts given that he was still there. x = 0 means the average customer: columns are centred.

    LL = sum over ended log(S(t - 1) - S(t)) + over others log S(t) - over all log S(entry)

Fitted with the analytic gradient on the scale (logit of gamma / (gamma + delta), log 1 / (gamma + delta), log c, b of
the standardised columns), which is nearly round at the maximum. Worlds come from a normal approximation at the mode
under the weak priors of ``sbg.parameter_draws``, with the clustered covariance where rows share a customer.

Notation: n rows, p coefficients, D worlds.
Sources: Fader, Hardie, Liu, Davin & Steenburgh 2018, J. Interactive Marketing 43:1-16; Fader & Hardie 2007, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaln, digamma, expit

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import dense_index
from trimtab.economics.retention.covariates import Covariates, refuse_thin, separates
from trimtab.economics.retention.sbg import ALIKE, SHAPE_SPREAD
from trimtab.economics.retention.survival import ROUNDING_MONTHS, Tenures, check_tenures

Family = Literal["sbg", "bdw"]
STEEPEST = 8.0
STEP = 1e-4
# A direction that the data leaves open is drawn no wider than this on the scales of the fit.
WIDEST = 4.0


@dataclass(frozen=True)
class CovariateChurnFit:
    """``shape`` is gamma, delta and c (3,) at the mean of the covariates; ``coefficients`` b (p,) per unit given.

    ``covariance`` (p, p) of b. ``free`` and ``covariance_free`` are on the scale of the fit, for draws.
    """

    family: Family
    names: tuple[str, ...]
    shape: Array
    coefficients: Array
    covariance: Array
    log_likelihood: float
    customers: int
    rows: int
    events: int
    free: Array
    covariance_free: Array
    centre: Array
    spread: Array

    @property
    def standard_errors(self) -> Array:
        return np.sqrt(np.diag(self.covariance))

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """b in ``worlds`` worlds, (worlds, p)."""
        return self._draws(worlds, rng)[1] / self.spread

    def survival(self, x: ArrayLike, months: int, worlds: int, rng: np.random.Generator) -> Array:
        """Share of customers with covariates ``x`` (p,) still here after 0..months, (worlds, months + 1), 0..1."""
        shape, b = self._draws(worlds, rng)
        speed = np.exp(b @ ((np.asarray(x, dtype=float) - self.centre) / self.spread))
        clock = np.arange(months + 1) ** shape[:, 2:] * speed[:, None]
        gamma, delta = shape[:, :1], shape[:, 1:2]
        return np.exp(np.minimum(betaln(gamma, delta + clock) - betaln(gamma, delta), 0))

    def _draws(self, worlds: int, rng: np.random.Generator) -> tuple[Array, Array]:
        points = rng.multivariate_normal(self.free, self.covariance_free, worlds, method="eigh")
        head = 3 if self.family == "bdw" else 2
        return _shape(points[:, :head]), points[:, head:]


def fit(
    covariates: Covariates,
    duration: ArrayLike,
    event: ArrayLike,
    family: Family = "bdw",
    *,
    entry: ArrayLike | None = None,
    customer: ArrayLike | None = None,
) -> CovariateChurnFit:
    """Maximum likelihood. ``duration``, ``entry`` (n,) months, ``event`` (n,), ``customer`` (n,) labels.

    Raises CannotEstimate: as ``check_tenures`` and ``covariates.refuse_thin``; lengths_differ, covariate_separates,
    churn_constant (customers who are alike in the covariates are alike in leaving: the hazard model says the same
    with fewer numbers).
    """
    data = check_tenures(duration, event, entry)
    if covariates.rows != data.duration.size:
        raise CannotEstimate("lengths_differ", "The columns differ in length.", "Give one value per customer in each.")
    refuse_thin(covariates, data.event)
    groups = np.arange(covariates.rows) if customer is None else dense_index(customer, covariates.rows)
    problem = _Problem.of(covariates.standardised, data, family)
    top = problem.maximise(prior=False)
    head = problem.head
    if np.abs(top[head:]).max() > STEEPEST:
        raise separates(covariates.names[int(np.abs(top[head:]).argmax())])
    if family == "sbg" and top[1] < np.log(ALIKE) + 1:
        raise CannotEstimate(
            "churn_constant_given_columns",
            "Beyond these columns customers do not differ in leaving, so the shape has no finite estimate.",
            "Use the discrete-time hazard model, which needs no such difference.",
        )
    mode = problem.maximise(prior=True, start=top)
    spread_free = problem.covariance(mode, groups)
    scale = np.outer(covariates.spread, covariates.spread)
    return CovariateChurnFit(
        family=family,
        names=covariates.names,
        shape=_shape(top[None, :head])[0],
        coefficients=top[head:] / covariates.spread,
        covariance=spread_free[head:, head:] / scale,
        log_likelihood=-problem.loss(top, prior=False)[0],
        customers=int(groups.max()) + 1,
        rows=covariates.rows,
        events=int(data.event.sum()),
        free=mode,
        covariance_free=spread_free,
        centre=covariates.centre,
        spread=covariates.spread,
    )


def _shape(free: Array) -> Array:
    """gamma, delta, c from the scale of the fit, (D, 3)."""
    mean, total = expit(free[:, 0]), np.exp(-np.clip(free[:, 1], np.log(ALIKE), 12))
    c = np.exp(np.clip(free[:, 2], -3, 3)) if free.shape[1] == 3 else np.ones(len(free))
    return np.stack([np.maximum(mean * total, 1e-12), np.maximum((1 - mean) * total, 1e-12), c], axis=1)


@dataclass(frozen=True)
class _Problem:
    """``moments`` (3, n) are t - 1 of the ended (t of the others), t, and the entry, each as months of tenure."""

    x: Array
    ended: NDArray[np.bool_]
    moments: Array
    family: Family

    @classmethod
    def of(cls, x: Array, data: Tenures, family: Family) -> _Problem:
        whole = np.maximum(np.ceil(data.duration - ROUNDING_MONTHS), 1)
        until = np.where(data.event, whole, data.duration)
        before = np.where(data.event, whole - 1, data.duration)
        # Who ends in the month of his entry is known to have been there at its beginning only.
        return cls(x, data.event, np.stack([before, until, np.minimum(data.entry, before)]), family)

    @property
    def head(self) -> int:
        return 3 if self.family == "bdw" else 2

    def maximise(self, *, prior: bool, start: Array | None = None) -> Array:
        bounds = [(-14.0, 14.0), (np.log(ALIKE), 12.0), (-3.0, 3.0)][: self.head] + [(-20.0, 20.0)] * self.x.shape[1]
        first = np.zeros(len(bounds))
        exposure = np.maximum(self.moments[1] - self.moments[2], 0).sum()
        chance = np.clip(self.ended.sum() / max(exposure, 1.0), 1e-4, 0.5)
        first[:2] = np.log(chance / (1 - chance)), -2.0
        settings = {"ftol": 1e-14, "gtol": 1e-7, "maxiter": 1000, "maxfun": 3000}
        found = minimize(
            self.loss,
            first if start is None else start,
            (prior,),
            "L-BFGS-B",
            jac=True,
            bounds=bounds,
            options=settings,
        )
        return np.asarray(found.x)

    def loss(self, free: Array, prior: bool) -> tuple[float, Array]:
        """Minus the log likelihood (with the log priors of the shape), and its gradient."""
        value, scores = self.rows(free)
        total, gradient = -value.sum(), -scores.sum(axis=0)
        if prior:
            total -= _log_logistic(free[:2]).sum()
            gradient[:2] -= 1 - 2 * expit(free[:2])
            if self.head == 3:
                total += 0.5 * (free[2] / SHAPE_SPREAD) ** 2
                gradient[2] += free[2] / SHAPE_SPREAD**2
        return float(total), gradient

    def rows(self, free: Array) -> tuple[Array, Array]:
        """LL of each row (n,) and its gradient (n, q)."""
        gamma, delta, c = _shape(free[None, : self.head])[0]
        speed = np.exp(np.clip(self.x @ free[self.head :], -40, 40))
        power = self.moments**c
        clock = power * speed
        log_s = betaln(gamma, delta + clock) - betaln(gamma, delta)
        # By gamma, by delta and by the clock.
        both = digamma(gamma + delta + clock)
        by_gamma = digamma(gamma + delta) - both
        by_clock = digamma(delta + clock) - both
        by_delta = by_clock - (digamma(delta) - digamma(gamma + delta))
        log_t = np.log(np.maximum(self.moments, 1e-300))
        by_c = by_clock * clock * c * np.where(self.moments > 0, log_t, 0.0)
        by_b = by_clock * clock
        weight = self._weights(log_s)
        value = self._value(log_s)
        inner = [(weight * part).sum(axis=0) for part in (by_gamma, by_delta, by_c, by_b)]
        return value, self._chain(inner, gamma, delta)

    def _value(self, log_s: Array) -> Array:
        drop = np.maximum(log_s[0] - log_s[1], 1e-300)
        ended = log_s[0] + np.log(-np.expm1(-np.maximum(drop, 1e-15)))
        return np.where(self.ended, ended, log_s[1]) - log_s[2]

    def _weights(self, log_s: Array) -> Array:
        """How the LL of a row moves with each of its three log S, (3, n)."""
        ratio = np.exp(np.minimum(log_s[1] - log_s[0], -1e-15))
        before, until = 1 / (1 - ratio), -ratio / (1 - ratio)
        ended = self.ended
        return np.stack([np.where(ended, before, 0.0), np.where(ended, until, 1.0), -np.ones(ended.size)])

    def _chain(self, inner: list[Array], gamma: float, delta: float) -> Array:
        """From gamma, delta, log c and the level of x b to the scale of the fit, (n, q)."""
        by_gamma, by_delta, by_c, by_b = inner
        mean = gamma / (gamma + delta)
        tilt = (by_gamma - by_delta) * (gamma + delta) * mean * (1 - mean)
        size = -(by_gamma * gamma + by_delta * delta)
        head = [tilt, size, by_c][: self.head]
        return np.column_stack([*head, by_b[:, None] * self.x])

    def covariance(self, mode: Array, groups: NDArray[np.intp]) -> Array:
        """Inverse of minus the second derivatives at the mode; between clustered scores where rows share a customer."""
        shift = np.eye(mode.size) * STEP
        second = np.array([(self.loss(mode + s, True)[1] - self.loss(mode - s, True)[1]) / (2 * STEP) for s in shift])
        curve, axes = np.linalg.eigh((second + second.T) / 2)
        bread = np.asarray((axes / np.maximum(curve, WIDEST**-2)) @ axes.T)
        if int(groups.max()) + 1 == groups.size:
            return bread
        total = np.zeros((int(groups.max()) + 1, mode.size))
        np.add.at(total, groups, self.rows(mode)[1])
        return np.asarray(bread @ (total.T @ total) @ bread)


def _log_logistic(free: Array) -> Array:
    return np.asarray(-np.logaddexp(0, -free) - np.logaddexp(0, free))
