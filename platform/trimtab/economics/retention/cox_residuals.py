"""Residuals of a Cox model with late entry: what clustered errors and the check of proportional hazards are made of.

    Schoenfeld   at each ending, the covariates of who left less their risk-weighted mean among those at risk
    score        of each row, ended (x - m(T)) - sum over endings t in (entry, T] of exp(x b) (x - m(t)) d(t) / S0(t)

with S0(t) the sum of exp(x b) over those at risk, m(t) their weighted mean of x, d(t) the endings at t.
Notation: n rows, p coefficients, J distinct months of an ending, E endings.
Sources: Schoenfeld 1982, Biometrika 69:239-241; Lin & Wei 1989, JASA 84:1074-1078; Grambsch & Therneau 1994,
Biometrika 81:515-526.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

from trimtab.economics.draws import Array
from trimtab.economics.retention.survival import Tenures


@dataclass(frozen=True)
class RiskMeans:
    """By month of an ending: ``times`` (J,), ``mean`` m (J, p), ``hazard`` d / S0 (J,); and exp(x b) by row (n,)."""

    times: Array
    mean: Array
    hazard: Array
    risk: Array

    @classmethod
    def of(cls, x: Array, b: Array, data: Tenures) -> RiskMeans:
        times, counts = np.unique(data.duration[data.event], return_counts=True)
        risk = np.exp(x @ b)
        terms = np.column_stack([risk, risk[:, None] * x])
        total = _from(data.duration, terms, times) - _from(_begin(data), terms, times)
        return cls(times, total[:, 1:] / total[:, :1], counts / total[:, 0], risk)


def score_residuals(x: Array, data: Tenures, means: RiskMeans) -> Array:
    """(n, p), as above."""
    steps = np.concatenate([np.zeros(1), np.cumsum(means.hazard)])
    sums = np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(means.hazard[:, None] * means.mean, axis=0)])
    until = np.searchsorted(means.times, data.duration, side="right")
    since = np.searchsorted(means.times, _begin(data), side="right")
    drift = x * (steps[until] - steps[since])[:, None] - (sums[until] - sums[since])
    residual = -means.risk[:, None] * drift
    at = np.searchsorted(means.times, data.duration[data.event])
    residual[data.event] += x[data.event] - means.mean[at]
    return residual


def proportional_p(x: Array, data: Tenures, means: RiskMeans, covariance: Array) -> Array:
    """p-values (p,) of "the ratio does not change with tenure", each term on its own; time by its rank.

    With the Schoenfeld residuals r (E, p) and centred ranks g (E,): (g' r V)^2 E / (V_kk g'g) is chi-squared, 1 df.
    """
    ended = data.duration[data.event]
    residual = x[data.event] - means.mean[np.searchsorted(means.times, ended)]
    rank = rankdata(ended)
    rank -= rank.mean()
    lean = rank @ (residual @ covariance) * ended.size
    statistic = lean**2 / (ended.size * np.diag(covariance) * np.maximum(rank @ rank, 1e-12))
    return np.asarray(chi2.sf(statistic, 1))


def clustered(residual: Array, covariance: Array, groups: NDArray[np.intp]) -> Array:
    """V (sum over customers of s s') V, (p, p), for score residuals s summed by customer."""
    total = np.zeros((int(groups.max()) + 1, residual.shape[1]))
    np.add.at(total, groups, residual)
    return covariance @ (total.T @ total) @ covariance


def _begin(data: Tenures) -> Array:
    """Who enters at month 0, or ends where he enters, is at risk at that very moment."""
    return np.where((data.entry == 0) | (data.entry >= data.duration), -1.0, data.entry)


def _from(moment: Array, terms: Array, times: Array) -> Array:
    """Sums of ``terms`` (n, k) over the rows whose ``moment`` is at or after each time, (J, k)."""
    order = np.argsort(moment)
    tail = np.concatenate([np.cumsum(terms[order][::-1], axis=0)[::-1], np.zeros((1, terms.shape[1]))])
    return tail[np.searchsorted(moment[order], times, side="left")]
