"""Plain regressions beside the satisfaction model: what an analyst would run first, for comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import f as f_distribution

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

MOST_LEVELS = 12


@dataclass(frozen=True)
class LinearCheck:
    """Ordinary least squares of U on F, I, C: ``coef`` (4,) intercept first, R2, and the quadratic's R2 and p value.

    ``correlations`` (3, 3) among F, I and C: the higher they are, the less the shape of f is identified.
    """

    coef: Array
    r2: float
    quadratic_r2: float
    quadratic_p: float
    correlations: Array


def linear_check(predictors: Array, satisfaction: Array) -> LinearCheck:
    """OLS and the F test of the six squares and products against it. ``predictors`` (n, 3), ``satisfaction`` (n,).

    F = ((R2_q - R2) / 6) / ((1 - R2_q) / (n - 10)). Raises CannotEstimate('too_few_respondents') for n <= 10.
    """
    n = len(satisfaction)
    if n <= 10:
        raise CannotEstimate("too_few_respondents", "The comparison needs more than ten people.", "Ask more customers.")
    pairs = [(a, b) for a in range(3) for b in range(a, 3)]
    curves = np.column_stack([predictors[:, a] * predictors[:, b] for a, b in pairs])
    coef, r2 = _least_squares(predictors, satisfaction)
    _, quadratic = _least_squares(np.column_stack([predictors, curves]), satisfaction)
    ratio = ((quadratic - r2) / 6) / max((1 - quadratic) / (n - 10), 1e-300)
    correlations = np.asarray(np.corrcoef(predictors, rowvar=False))
    return LinearCheck(coef, r2, quadratic, float(f_distribution.sf(ratio, 6, n - 10)), correlations)


def _least_squares(predictors: Array, target: Array) -> tuple[Array, float]:
    design = np.column_stack([np.ones(len(target)), predictors])
    coef = np.asarray(np.linalg.lstsq(design, target, rcond=None)[0])
    return coef, 1 - float(np.var(target - design @ coef) / np.var(target))


def ordered_logit_log_likelihood(predictors: Array, levels: Array) -> float:
    """Log likelihood of the proportional odds model of ``levels`` (n,) on ``predictors`` (n, 3).

    P(level <= k) = logistic(cut_k - x b). Raises CannotEstimate('too_many_levels') above 12 levels.
    Source: McCullagh 1980, JRSS B 42:109-142.
    """
    values, codes = np.unique(levels, return_inverse=True)
    if not 2 <= values.size <= MOST_LEVELS:
        message = "The answers have %(levels)d levels; an ordered logit needs 2 to 12."
        raise CannotEstimate("too_many_levels", message, "Round the answers to the survey's scale.", levels=values.size)
    scaled = (predictors - predictors.mean(axis=0)) / np.maximum(predictors.std(axis=0), 1e-12)
    below = np.cumsum(np.bincount(codes))[:-1] / codes.size
    cuts = logit(below)
    start = np.concatenate([cuts[:1], np.log(np.diff(cuts)), np.zeros(scaled.shape[1])])
    return -float(minimize(_ordered_loss, start, args=(scaled, codes, cuts.size), method="BFGS").fun)


def _ordered_loss(free: Array, predictors: Array, codes: NDArray[np.int64], cuts: int) -> float:
    """Minus LL; the free scale is the first cut, the logs of the gaps between cuts, then the slopes."""
    edges = np.cumsum(np.concatenate([free[:1], np.exp(free[1:cuts])]))
    edges = np.concatenate([[-np.inf], edges, [np.inf]])
    centre = predictors @ free[cuts:]
    share = expit(edges[codes + 1] - centre) - expit(edges[codes] - centre)
    return -float(np.sum(np.log(np.maximum(share, 1e-300))))
