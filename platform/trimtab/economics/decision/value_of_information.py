"""Value of information: what it is worth to know more before choosing.

Symbols: D worlds, K candidates; gain (D, K) of each over today, whose gain is 0 and who is always a choice.
All values are in the unit of the gain, at least 0, and hold for one decision.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

WORLDS_PER_TERM = 20
LEAST_EIGENVALUE = 1e-9
ROUNDING = 1e-12
# The outer knots stand at the rims, so that a curve is followed to where the draws end.
KNOTS = (0.01, 0.1, 0.35, 0.65, 0.9, 0.99)


def expected_regret(gains: Array) -> float:
    """EVPI = E[max(0, gain_1..gain_K)] - max(0, E gain_1..E gain_K), what perfect knowledge is worth.

    The same number is the regret to expect from choosing the best on average. ``gains`` (D, K).
    """
    gains = shaped("gains", gains, (None, None))
    return value_of_choice(gains, gains)


def value_of_knowing(gains: Array, known: Array, name: str = "input") -> float:
    """EVPPI of an input x: E_x[max(0, E[gain | x])] - max(0, E gain), by regression of the gains on x.

    ``gains`` (D, K), ``known`` x (D,) or (D, k). Strong, Oakley & Brennan 2014, Medical Decision Making
    34(3):311-326, with the regression of ``explained``. At most ``expected_regret``, up to the noise of regression.
    """
    gains = shaped("gains", gains, (None, None))
    return value_of_choice(gains, explained(gains, known, name=name))


def value_of_choice(gains: Array, expected: Array) -> float:
    """Worth of choosing after ``expected`` is seen: E[max(0, expected)] - max(0, E gain), at least 0.

    ``gains`` (D, K), ``expected`` (D, K) the gains expected in each world by one who has seen something of it.
    """
    certain = max(0.0, float(gains.mean(axis=0).max()))
    return max(0.0, float(np.maximum(expected, 0).max(axis=1).mean()) - certain)


def explained(gains: Array, known: Array, name: str = "input") -> Array:
    """E[gain | x] in each world, shape (D, K): least squares on smooth terms of x, shrunk for their number.

    ``gains`` (D, K), ``known`` x (D,) or (D, k). One input: a natural cubic spline with knots at fixed quantiles.
    Several: each, all products of two and the cubes, as far as there are 20 worlds for each term, else the leading
    principal components. With r terms, R^2 of pure noise is about r / D; so the fitted values are drawn to their mean
    until their variance is that of the adjusted R^2. An input without spread explains nothing. Raises CannotEstimate
    for fewer than 40 worlds.
    """
    worlds = gains.shape[0]
    x = shaped(f"draws of {name}", known, (worlds,), (worlds, None))
    columns = _varied(x.reshape(worlds, -1))
    mean = gains.mean(axis=0)
    if columns.shape[1] == 0:
        return np.broadcast_to(mean, gains.shape).copy()
    if worlds < 2 * WORLDS_PER_TERM:
        raise CannotEstimate(
            "too_few_worlds",
            "%(worlds)s draws are too few to tell what %(name)s explains.",
            "Use at least %(least)s draws.",
            worlds=worlds,
            name=name,
            least=2 * WORLDS_PER_TERM,
        )
    basis = _orthonormal(_terms(_standardised(columns), worlds // WORLDS_PER_TERM))
    deviation = gains - mean
    fitted = basis @ (basis.T @ deviation)
    return np.asarray(mean + fitted * _shrinkage(fitted, deviation, basis.shape[1]))


def _varied(columns: Array) -> Array:
    """The columns that are not the same in all worlds, up to rounding."""
    return columns[:, np.ptp(columns, axis=0) > ROUNDING * np.abs(columns).max(axis=0, initial=0)]


def _standardised(columns: Array) -> Array:
    return np.asarray((columns - columns.mean(axis=0)) / columns.std(axis=0))


def _orthonormal(terms: Array) -> Array:
    """Orthonormal columns that span the centred terms, without those that others already say.

    From the eigenvectors of the small matrix of correlations: a singular value decomposition of the tall matrix finds
    the same space many times slower.
    """
    terms = _standardised(_varied(terms))
    sizes, directions = np.linalg.eigh(terms.T @ terms)
    kept = sizes > LEAST_EIGENVALUE * sizes[-1]
    return np.asarray(terms @ (directions[:, kept] / np.sqrt(sizes[kept])))


def _shrinkage(fitted: Array, deviation: Array, terms: int) -> Array:
    total = (deviation**2).sum(axis=0)
    share = np.divide((fitted**2).sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    worlds = len(deviation)
    adjusted = np.maximum(1 - (1 - share) * (worlds - 1) / (worlds - terms - 1), 0)
    return np.asarray(np.sqrt(np.divide(adjusted, share, out=np.zeros_like(share), where=share > 0)))


def _terms(x: Array, most: int) -> Array:
    inputs = x.shape[1]
    if inputs == 1 and most > len(KNOTS):
        return _spline(x[:, 0])
    if inputs > most:
        return _leading_components(x, most)
    kept, room = [x], most - inputs
    products = inputs * (inputs + 1) // 2
    if products <= room:
        kept.append(np.column_stack([a * b for a, b in combinations_with_replacement(x.T, 2)]))
        room -= products
    if inputs <= room:
        kept.append(x**3)
    return np.column_stack(kept)


def _leading_components(x: Array, most: int) -> Array:
    _, directions = np.linalg.eigh(x.T @ x)
    return np.asarray(x @ directions[:, -most:])


def _spline(x: Array) -> Array:
    """Truncated-power form of the natural cubic spline: straight outside the outer knots."""
    knots = np.unique(np.quantile(x, KNOTS))
    if len(knots) < 3:
        return x[:, None]
    cubes = np.maximum(x[:, None] - knots, 0) ** 3
    slope = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([x, slope[:, :-1] - slope[:, -1:]])
