"""Swing weights: points for moving each criterion from its worst to its best end, from several people.

Notation: N people, K criteria, D worlds.

Source: von Winterfeldt & Edwards 1986, Decision Analysis and Behavioral Research, Cambridge, ch. 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights

NOISE = 0.2


def swing_weights(points: ArrayLike) -> Array:
    """Weights (K,) that sum to 1: the mean over people of points / sum of points.

    ``points`` (K,) or (N, K), zero or more; a criterion that everyone gives 0 weighs nothing. Raises CannotEstimate
    (``points_not_usable``).
    """
    return np.asarray(_shares(points).mean(axis=0))


def _shares(points: ArrayLike) -> Array:
    given = np.atleast_2d(np.asarray(points, dtype=float))
    if given.ndim != 2 or not given.size or not np.all(np.isfinite(given)) or np.any(given < 0):
        raise _not_usable()
    total = given.sum(axis=1, keepdims=True)
    if np.any(total <= 0):
        raise _not_usable()
    return np.asarray(given / total)


def _not_usable() -> CannotEstimate:
    return CannotEstimate(
        "points_not_usable",
        "Some points are missing or below zero, or a person gives none.",
        "Give the criterion that matters most 100 points and the others their part of it.",
    )


def swing_draws(points: ArrayLike, worlds: int, rng: np.random.Generator, noise: float = NOISE) -> Array:
    """Weight draws (D, K): ln of a person's points is normal around ln of what they said with sd ``noise``.

    People carry Exponential(1) weights (a Bayesian bootstrap). Points of 0 stay 0. Errors as ``swing_weights``.
    """
    shares = _shares(points)
    drawn = shares * np.exp(noise * rng.standard_normal((worlds, *shares.shape)))
    drawn /= drawn.sum(axis=2, keepdims=True)
    heard = customer_weights(len(shares), worlds, rng)
    return np.asarray(np.einsum("dn,dnk->dk", heard / heard.sum(axis=1, keepdims=True), drawn))
