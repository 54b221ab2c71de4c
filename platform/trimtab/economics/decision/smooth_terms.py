"""Smooth terms of one or several inputs, for a regression that need not know the shape of their influence.

One input: a natural cubic spline. Several: a spline of each and products of two; many: the same on their principal
components. Symbols: D worlds, k inputs.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from trimtab.economics.draws import Array

WORLDS_PER_TERM = 20
MOST_TERMS = 100
ROUNDING = 1e-12
# The outer knots stand at the rims, so that a curve is followed to where the draws end.
KNOTS = (0.01, 0.1, 0.35, 0.65, 0.9, 0.99)
# Components that together hold all but this part of the variance of the inputs are enough to know them.
LEAST_COMPONENT = 1e-6
# Of many components this part of the room goes to straight terms; what is left, to bends of the leading ones.
STRAIGHT_PART = 0.75


def smooth_terms(columns: Array, most: int) -> Array:
    """Terms (D, r) of ``columns`` (D, k), none of them constant; r at most ``most`` and MOST_TERMS.

    As rich as there is room: of one input a spline; of two, splines and all products of their terms; of more, splines
    and products of two inputs, else straight terms, squares and products; and where even those are too many, the
    same of the leading principal components, with straight terms of the next.
    """
    x = standardised(columns)
    most = min(most, MOST_TERMS)
    inputs = x.shape[1]
    splines = len(KNOTS) - 1
    if inputs == 1:
        return spline(x[:, 0]) if splines <= most else x[:, :1]
    if inputs == 2 and splines * (splines + 2) <= most:
        return _surface(x)
    if inputs * splines + inputs * (inputs - 1) // 2 <= most:
        return np.column_stack([*(spline(one) for one in x.T), *_products(x)])
    if inputs * (inputs + 3) // 2 <= most:
        return np.column_stack([x, x**2, *_products(x)])
    return _of_components(x, most)


def spline(x: Array, knots: Array | None = None) -> Array:
    """Truncated-power form of the natural cubic spline of ``x`` (n,): straight outside the outer knots.

    ``knots`` as from ``spline_knots``, by default those of ``x``; fewer than three leave a straight line.
    """
    knots = spline_knots(x) if knots is None else knots
    if len(knots) < 3:
        return x[:, None]
    cubes = np.maximum(x[:, None] - knots, 0) ** 3
    slope = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([x, slope[:, :-1] - slope[:, -1:]])


def spline_knots(x: Array) -> Array:
    """Where the spline of ``x`` (n,) may bend: fixed quantiles, each once."""
    return np.unique(np.quantile(x, KNOTS))


def varied(columns: Array) -> Array:
    """The columns that are not the same in all worlds, up to rounding."""
    return columns[:, np.ptp(columns, axis=0) > ROUNDING * np.abs(columns).max(axis=0, initial=0)]


def standardised(columns: Array) -> Array:
    """Mean 0 and sd 1 over the worlds, column by column."""
    return np.asarray((columns - columns.mean(axis=0)) / columns.std(axis=0))


def _products(x: Array) -> list[Array]:
    return [one * other for one, other in combinations(x.T, 2)]


def _surface(x: Array) -> Array:
    one, other = (standardised(varied(spline(column))) for column in x.T)
    return np.column_stack([one, other, *(a * b for a in one.T for b in other.T)])


def _of_components(x: Array, most: int) -> Array:
    sizes, directions = np.linalg.eigh(x.T @ x)
    count = min(int((sizes > LEAST_COMPONENT * sizes[-1]).sum()), max(1, int(most * STRAIGHT_PART)))
    z = standardised(x @ directions[:, ::-1][:, :count])
    curved = 0
    while curved < count and _richness(curved + 1, count) <= most:
        curved += 1
    return np.column_stack([*(spline(one) for one in z[:, :curved].T), *_products(z[:, :curved]), z[:, curved:]])


def _richness(curved: int, count: int) -> int:
    """The number of terms of ``count`` components of which the first ``curved`` bend."""
    return curved * (len(KNOTS) - 1) + curved * (curved - 1) // 2 + count - curved
