"""What people meant by their answers: an answer on a scale is rounded to a step, and varies from one day to the next.

A predictor that holds noise makes its own effect look smaller than it is. So answers are replaced by what they say of
the meaning behind all of them together (regression calibration):

    E[x | a] = m + (S - N) S^-1 (a - m),   N = diag(min(spread^2 + step^2 / 12, v / 2))

with m, S and v the mean, covariance and variances of the answers a. The rounding is known from the scale; how much an
answer varies is ASSUMED, as no survey that asks once can tell. The default is small: the reliabilities of single
questions that have been published would take away more.

Notation: n respondents, k questions, all 0..1.
Sources: Carroll, Ruppert, Stefanski & Crainiceanu 2006, Measurement Error in Nonlinear Models, ch. 4; Wanous, Reichers
& Hudy 1997, J. Applied Psychology 82(2):247-252.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array

# Half a step of a ten-point scale.
ANSWER_SPREAD = 0.05
MOST_NOISE = 0.5


def noise_variance(points: int | None, spread: float = ANSWER_SPREAD) -> float:
    """Variance of an answer around what was meant: rounding to one of ``points`` steps of 0..1, and ``spread``^2.

    ``points`` None where the scale has no steps, or none that are known. >= 0, in squares of the scale.
    """
    step = 1 / (points - 1) if points and points > 1 else 0.0
    return spread**2 + step**2 / 12


def meant(answers: ArrayLike, noise: float) -> Array:
    """The answers (n, k) as what they say of the meaning behind them: same mean, less spread, within 0..1.

    ``noise`` is the variance of an answer around what was meant, as ``noise_variance`` gives it; at most half of the
    variance of a question is taken for noise. With noise 0 or fewer than three rows the answers are as they are.

    >>> rows = np.array([[0.2, 0.3], [0.4, 0.2], [0.6, 0.7], [0.8, 0.6]])
    >>> meant(rows, noise=0.01).round(2).tolist()
    [[0.26, 0.28], [0.36, 0.28], [0.64, 0.62], [0.74, 0.62]]
    """
    given = np.asarray(answers, dtype=float)
    if noise == 0 or given.shape[0] < 3:
        return given
    centre, covariance = given.mean(axis=0), np.atleast_2d(np.cov(given, rowvar=False))
    taken = np.minimum(noise, MOST_NOISE * np.diag(covariance))
    values, axes = np.linalg.eigh(covariance - np.diag(taken))
    true = (axes * np.maximum(values, 0.0)) @ axes.T
    kept = np.linalg.pinv(covariance, hermitian=True) @ true
    return np.asarray(np.clip(centre + (given - centre) @ kept, 0.0, 1.0))


def parts_meant(answers: ArrayLike, noise: float) -> Array:
    """Answers (n, 4) F, I, C and U with the three parts as they were meant; U, which they explain, as it was given."""
    given = np.asarray(answers, dtype=float)
    return np.column_stack([meant(given[:, :3], noise), given[:, 3]])
