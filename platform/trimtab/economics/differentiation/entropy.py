"""Entropy weights: a criterion weighs by how much the offers differ on it, without asking anybody.

Notation: J offers, K criteria, D worlds.

Source: Hwang & Yoon 1981, Multiple Attribute Decision Making, Springer, ch. 3, after Shannon 1948.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

SAME = 1e-12


def entropy_weights(values: ArrayLike, is_cost: ArrayLike | None = None) -> Array:
    """Weights (K,) or (D, K) that sum to 1: w_k = (1 - e_k) / sum of (1 - e), e_k = -sum of p_jk ln p_jk / ln J.

    p_jk = x_jk / sum over j of x_jk. ``values`` (J, K) or (D, J, K), zero or more; ``is_cost`` (K,): such a column is
    inverted first, to its least value over the value. A constant column says nothing and weighs 0.

    Raises CannotEstimate: ``values_do_not_fit``, ``nothing_differs`` where the offers are alike on everything.

    >>> entropy_weights([[1, 5], [3, 5]]).tolist()
    [1.0, 0.0]
    """
    given = np.asarray(values, dtype=float)
    if given.ndim not in (2, 3) or given.shape[-2] < 2 or not np.all(np.isfinite(given)) or np.any(given < 0):
        raise CannotEstimate(
            "values_do_not_fit",
            "Entropy needs a full table of values of zero or more for at least two offers.",
            "Fill every cell with a number of zero or more.",
        )
    differing = 1.0 - _entropy(_benefits(given, is_cost))
    differing[differing < SAME] = 0.0
    total = differing.sum(axis=-1, keepdims=True)
    if np.any(total <= 0):
        raise CannotEstimate(
            "nothing_differs",
            "The offers are alike on every criterion, so that none separates them.",
            "Add a criterion on which they differ.",
        )
    return np.asarray(differing / total)


def _benefits(given: Array, is_cost: ArrayLike | None) -> Array:
    if is_cost is None:
        return given
    least = given.min(axis=-2, keepdims=True)
    # Where some offer costs nothing, a ratio to the least would rate all others 0: the distance to the most is taken.
    free = given.max(axis=-2, keepdims=True) - given
    inverted = np.where(least > 0, np.divide(least, given, out=np.zeros_like(given), where=given > 0), free)
    return np.where(np.asarray(is_cost, dtype=bool), inverted, given)


def _entropy(values: Array) -> Array:
    total = values.sum(axis=-2, keepdims=True)
    offers = values.shape[-2]
    share = np.where(total > 0, values / np.where(total > 0, total, 1.0), 1.0 / offers)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(-(share * logs).sum(axis=-2) / np.log(offers))
