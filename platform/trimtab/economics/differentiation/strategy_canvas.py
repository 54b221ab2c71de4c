"""Strategy canvas: our value curve over the criteria against each competitor's, and how far they part.

Notation: J offers with ours first, K criteria, D worlds.

Source of the canvas: Kim & Mauborgne 2005, Blue Ocean Strategy, Harvard Business School Press, ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.position import normalised_weights
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped


@dataclass(frozen=True)
class Canvas:
    """Value curves and divergence.

    ``median``, ``low`` and ``high`` (J, K) are the 80 % intervals of the ratings; ``divergence`` (D, J - 1) is that of
    our curve from each competitor's, 0..1; ``nearest`` (D,) from the one most like us, ``p_nearest`` (J - 1,) how often
    each is that one. ``ahead`` (J - 1, K): chance that we rate above the competitor on the criterion.
    """

    median: Array
    low: Array
    high: Array
    divergence: Array
    nearest: Array
    p_nearest: Array
    ahead: Array


def strategy_canvas(ratings: ArrayLike, weights: ArrayLike, error: ArrayLike | None = None) -> Canvas:
    """Curves and divergence from draws of ratings (D, J, K) in 0..1, ours first, and weights (D, K).

    divergence_j = sqrt(sum over k of w_k (v_0k - v_jk)^2): 0 for two offers alike, 1 for opposites. A rating that was
    read with an error is drawn with that error again, which lengthens distances twice: with ``error`` (J, K), the
    standard deviation of each known rating (0 where none was read), 2 sum of w_k (s_0k^2 + s_jk^2) is taken off below
    the root, which is held at 0.

    Raises CannotEstimate: ``shape_does_not_fit``, ``out_of_range``, ``weights_not_usable``, ``too_few_offers``.

    >>> found = strategy_canvas([[[1.0, 0.0], [1.0, 1.0]]], [[0.75, 0.25]])
    >>> found.divergence.tolist()
    [[0.5]]
    """
    shares = normalised_weights(weights)
    value = shaped("The ratings", ratings, (len(shares), None, shares.shape[1]), low=0, high=1)
    if value.shape[1] < 2:
        raise CannotEstimate(
            "too_few_offers", "There is only one offer, so there is nothing to compare.", "Add a competitor."
        )
    apart = value[:, :1] - value[:, 1:]
    square = np.einsum("dk,djk->dj", shares, apart**2)
    if error is not None:
        variance = shaped("The errors", error, value.shape[1:], low=0) ** 2
        square = square - 2 * shares @ (variance[:1] + variance[1:]).T
    divergence = np.sqrt(np.maximum(square, 0.0))
    middle, low, high = interval(value)
    nearest = divergence.min(axis=1)
    closest = divergence <= nearest[:, None]
    return Canvas(
        middle,
        low,
        high,
        divergence,
        nearest,
        (closest / closest.sum(axis=1, keepdims=True)).mean(axis=0),
        (apart > 0).mean(axis=0) + 0.5 * (apart == 0).mean(axis=0),
    )
