"""E[gain | x]: what is to be expected of every option by one who knows some of the inputs, by regression.

Symbols: D worlds, K options, r terms. Source of the use: Strong, Oakley & Brennan 2014, Estimating multiparameter
partial expected value of perfect information from a probabilistic sensitivity analysis sample, Medical Decision
Making 34(3):311-326. Nothing here depends on the order of the worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.decision.smooth_terms import WORLDS_PER_TERM, smooth_terms, standardised, varied
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

LEAST_EIGENVALUE = 1e-9
# Directions of the gains with less than this part of their variance are money that nobody would miss.
LEAST_VARIANCE = 1e-7


@dataclass(frozen=True)
class ConditionalMean:
    """``fitted`` (D, K) = E[gain | x] in every world, with the noise of the regression taken out of its spread.

    ``basis`` (D, r) orthonormal, centred terms of x; ``residual`` (D, K) what the least squares leave over.
    """

    fitted: Array
    basis: Array
    residual: Array

    @property
    def unseen(self) -> float:
        """The largest sd that E[gain | x] may have unseen, as a part of the residual's sd: (r K)^(1/4) / sqrt(D)."""
        return float((self.basis.shape[1] * self.residual.shape[1]) ** 0.25 / np.sqrt(len(self.residual)))


def conditional_mean(gains: Array, known: Array, name: str = "input") -> ConditionalMean:
    """Least squares of ``gains`` (D, K) on smooth terms of ``known`` x, (D,) or (D, k).

    The noise of r fitted terms spreads E[gain | x] too far, and whoever chooses by it seems to gain from chance: the
    spread is drawn in to what is left when noise of that size is taken out (``denoised``). An input without spread
    explains nothing. Raises CannotEstimate for fewer than 40 worlds, other shapes, or values that are not finite.
    """
    gains = shaped("gains", gains, (None, None))
    worlds = gains.shape[0]
    x = shaped(f"draws of {name}", known, (worlds,), (worlds, None))
    columns = varied(x.reshape(worlds, -1))
    mean = gains.mean(axis=0)
    deviation = gains - mean
    if columns.shape[1] == 0:
        return ConditionalMean(np.broadcast_to(mean, gains.shape).copy(), np.empty((worlds, 0)), deviation)
    if worlds < 2 * WORLDS_PER_TERM:
        raise CannotEstimate(
            "too_few_worlds",
            "%(worlds)s draws are too few to tell what %(name)s explains.",
            "Use at least %(least)s draws.",
            worlds=worlds,
            name=name,
            least=2 * WORLDS_PER_TERM,
        )
    basis = orthonormal(smooth_terms(columns, worlds // WORLDS_PER_TERM))
    coefficients = basis.T @ deviation
    residual = deviation - basis @ coefficients
    return ConditionalMean(mean + basis @ denoised(coefficients, deviation, worlds), basis, residual)


def explained(gains: Array, known: Array, name: str = "input") -> Array:
    """E[gain | x] in each world, shape (D, K). See ``conditional_mean``."""
    return conditional_mean(gains, known, name).fitted


def denoised(coefficients: Array, deviation: Array, worlds: int) -> Array:
    """The coefficients (r, K) of an orthonormal basis with the spread that noise gave them taken out.

    In units of the residual's covariance they are signal + independent standard normals. A singular value s of the
    signal shows as y with y^2 = (s^2 + r)(s^2 + K) / s^2; so s^2 = (a + sqrt(a^2 - 4 r K)) / 2 with a = y^2 - r - K,
    and y < sqrt(r) + sqrt(K) is noise alone. K counts the directions in which the gains really differ.

    Source: Gavish & Donoho 2017, Optimal shrinkage of singular values, IEEE Transactions on Information Theory
    63(4):2137-2152.
    """
    terms = coefficients.shape[0]
    sizes, directions = np.linalg.eigh(deviation.T @ deviation)
    kept = sizes > LEAST_VARIANCE * max(float(sizes[-1]), 0.0)
    if not kept.any() or worlds - terms < 2:
        return np.zeros_like(coefficients)
    directions, sizes = directions[:, kept], sizes[kept]
    turned = coefficients @ directions
    spread = (np.diag(sizes) - turned.T @ turned) / (worlds - terms - 1)
    roots, axes = np.linalg.eigh(spread)
    scale = np.sqrt(np.maximum(roots, LEAST_EIGENVALUE * sizes / (worlds - 1)))
    left, singular, right = np.linalg.svd((turned @ axes) / scale, full_matrices=False)
    signal = _debiased(singular, terms, int(kept.sum()))
    return np.asarray(((left * signal) @ right * scale) @ axes.T @ directions.T)


def _debiased(singular: Array, terms: int, options: int) -> Array:
    excess = singular**2 - terms - options
    root = np.sqrt(np.maximum(excess**2 - 4 * terms * options, 0))
    seen = singular > np.sqrt(terms) + np.sqrt(options)
    return np.where(seen, np.sqrt(np.maximum((excess + root) / 2, 0)), 0.0)


def orthonormal(terms: Array) -> Array:
    """Orthonormal columns (D, r) that span the centred terms, without those that others already say.

    From the eigenvectors of the small matrix of correlations: a singular value decomposition of the tall matrix finds
    the same space many times slower.
    """
    terms = standardised(varied(terms))
    return np.asarray(terms @ orthonormal_map(terms))


def orthonormal_map(centred: Array) -> Array:
    """The matrix (m, r) that turns centred terms (D, m) into orthonormal ones."""
    scale = np.sqrt((centred**2).sum(axis=0))
    scale[scale == 0] = np.inf
    terms = centred / scale
    sizes, directions = np.linalg.eigh(terms.T @ terms)
    kept = sizes > LEAST_EIGENVALUE * sizes[-1]
    return np.asarray(directions[:, kept] / np.sqrt(sizes[kept]) / scale[:, None])
