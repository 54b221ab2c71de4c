"""TOPSIS: closeness to the best and farness from the worst among the offers compared.

Unlike the weighted sum of ``differentiation`` it depends on the set of offers: adding one can reverse the order of
two others. It is for comparison with other tools, not for the verdict.

Source: Hwang & Yoon 1981, Multiple Attribute Decision Making, Springer, with vector normalisation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.position import normalised_weights
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


def topsis(values: ArrayLike, weights: ArrayLike, is_cost: ArrayLike | None = None) -> Array:
    """Closeness of each offer, (J,) or (D, J), 0..1 with more is better: d- / (d+ + d-).

    With z_jk = w_k x_jk / sqrt(sum over j of x_jk^2), d+ and d- are the Euclidean distances of z_j to the best and
    to the worst value of each criterion, where best is the lowest for a cost. ``values`` (J, K) or (D, J, K) in their
    own units, ``weights`` (K,) or (D, K), ``is_cost`` (K,) true where less is better. Offers alike on everything are
    all .5.

    Raises CannotEstimate: ``values_do_not_fit``, ``weights_not_usable``.
    """
    raw = np.asarray(values, dtype=float)
    shares = normalised_weights(weights)
    if raw.ndim not in (2, 3) or raw.shape[-1] != shares.shape[1] or not np.all(np.isfinite(raw)):
        raise CannotEstimate(
            "values_do_not_fit", "Offers and criteria do not form a full table.", "Fill every cell with a number."
        )
    sign = np.ones(shares.shape[1]) if is_cost is None else np.where(np.asarray(is_cost, dtype=bool), -1.0, 1.0)
    length = np.sqrt((raw**2).sum(axis=-2, keepdims=True))
    placed = sign * shares[:, None, :] * (raw / np.where(length > 0, length, 1.0))
    to_best = np.linalg.norm(placed - placed.max(axis=1, keepdims=True), axis=2)
    to_worst = np.linalg.norm(placed - placed.min(axis=1, keepdims=True), axis=2)
    apart = to_best + to_worst
    close = np.where(apart > 0, to_worst / np.where(apart > 0, apart, 1.0), 0.5)
    return close[0] if raw.ndim == 2 and np.ndim(weights) == 1 else close
