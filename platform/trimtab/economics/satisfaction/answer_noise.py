"""What people meant by their answers: an answer on a scale is rounded to a step, and varies from one day to the next.

A predictor that holds noise makes its own effect look smaller than it is. So answers are replaced by what they say of
the meaning behind all of them together (regression calibration):

    E[x | a] = m + (S - N) S^-1 (a - m),   N = diag(min(spread^2 + step^2 / 12, v / 2))

with m, S and v the mean, covariance and variances of the answers a. The rounding is known from the scale; how much an
answer varies is ASSUMED, as no survey that asks once can tell: it is drawn towards too little, since published
reliabilities of single questions (.6 to .85) would take away more.

Notation: n respondents, k questions, all 0..1.
Sources: Carroll, Ruppert, Stefanski & Crainiceanu 2006, Measurement Error in Nonlinear Models, ch. 4; Wanous, Reichers
& Hudy 1997, J. Applied Psychology 82(2):247-252.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

# Half a step of a ten-point scale.
ANSWER_SPREAD = 0.05
MOST_NOISE = 0.5


def noise_variance(points: int | None, spread: float = ANSWER_SPREAD) -> float:
    """Variance of an answer around what was meant: rounding to one of ``points`` steps of 0..1, and ``spread``^2.

    ``points`` None where the scale has no steps, or none that are known. >= 0, in squares of the scale.
    """
    step = 1 / (points - 1) if points and points > 1 else 0.0
    return spread**2 + step**2 / 12


def meant(answers: ArrayLike, points: int | None = None, spread: float = ANSWER_SPREAD) -> Array:
    """The answers (n, k) as what they say of the meaning behind them: same mean, less spread, within 0..1.

    At most half of the variance of a question is taken for noise. Raises CannotEstimate('too_few_respondents') for
    fewer than three rows.

    >>> rows = np.array([[0.2, 0.3], [0.4, 0.2], [0.6, 0.7], [0.8, 0.6]])
    >>> meant(rows, spread=0.1).round(2).tolist()
    [[0.24, 0.29], [0.39, 0.26], [0.61, 0.64], [0.76, 0.61]]
    """
    given = np.asarray(answers, dtype=float)
    if given.ndim != 2 or given.shape[0] < 3:
        raise CannotEstimate("too_few_respondents", "Three people must have answered.", "Ask more customers.")
    centre, covariance = given.mean(axis=0), np.atleast_2d(np.cov(given, rowvar=False))
    noise = np.minimum(noise_variance(points, spread), MOST_NOISE * np.diag(covariance))
    values, axes = np.linalg.eigh(covariance - np.diag(noise))
    true = (axes * np.maximum(values, 0.0)) @ axes.T
    kept = np.linalg.pinv(covariance, hermitian=True) @ true
    return np.asarray(np.clip(centre + (given - centre) @ kept, 0.0, 1.0))
