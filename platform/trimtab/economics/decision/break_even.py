"""Break-even: the smallest change at which an outcome stops being a loss, of the median or in each world."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


def break_even(gain_at: Callable[[float], Array], low: float, high: float, tolerance: float = 1e-4) -> float | None:
    """Smallest x in low..high with median(gain_at(x)) >= 0, to ``tolerance``, by bisection.

    ``gain_at`` maps a change, say of test quality in points of 0..1, to draws of the gain (D,), with a median that
    does not fall in x. Returns ``low`` when that is no loss, None when ``high`` still is one. The value returned is
    itself no loss. Raises CannotEstimate for an empty range.
    """
    if not (low <= high and tolerance > 0):
        raise CannotEstimate(
            "range_empty", "There is nothing between %(low)s and %(high)s.", "Swap the ends.", low=low, high=high
        )

    def no_loss(change: float) -> bool:
        return bool(np.median(gain_at(change)) >= 0)

    if no_loss(low):
        return low
    if not no_loss(high):
        return None
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (low, middle) if no_loss(middle) else (middle, high)
    return high


def break_even_by_world(gain_at: Callable[[Array], Array], low: Array, high: Array, tolerance: float = 1e-4) -> Array:
    """The smallest x in low..high with gain_at(x) >= 0 in each world, (D,), to ``tolerance``, by bisection.

    ``gain_at`` maps changes (D,), one for each world, to the gains (D,), which do not fall in x; it is asked about
    log2(range / tolerance) times, for all worlds at once. ``low`` and ``high`` (D,). A world gets its ``low`` where
    that is no loss and inf where its ``high`` still is one: nothing in the range pays. Raises CannotEstimate for an
    empty range.

    >>> break_even_by_world(lambda x: x - np.array([0.25, -1.0, 9.0]), np.zeros(3), np.ones(3)).round(3).tolist()
    [0.25, 0.0, inf]
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    if not (low.size and np.all(low <= high) and tolerance > 0):
        raise CannotEstimate("range_empty", "There is nothing between the ends.", "Swap the ends.")
    at_once, never = gain_at(low) >= 0, gain_at(high) < 0
    left, right = low.copy(), high.copy()
    for _halving in range(int(np.ceil(np.log2(max(2.0, float((high - low).max()) / tolerance))))):
        middle = (left + right) / 2
        enough = gain_at(middle) >= 0
        left, right = np.where(enough, left, middle), np.where(enough, middle, right)
    return np.where(at_once, low, np.where(never, np.inf, right))
