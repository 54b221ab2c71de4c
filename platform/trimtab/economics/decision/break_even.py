"""Break-even: the smallest change at which the median outcome stops being a loss."""

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
