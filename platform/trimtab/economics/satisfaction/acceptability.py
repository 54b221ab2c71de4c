"""C from willingness to pay: C(p) is the share for whom the price p is worth it, and the survey's own C beside it.

Notation: D worlds, G prices of the grid of the demand curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


def cost_acceptability(grid: ArrayLike, worth: ArrayLike, price: float) -> Array:
    """C(p) in each world, (D,), 0..1: straight between the grid's prices, held beyond its ends, never rising in p.

    ``grid`` (G,) rising prices, ``worth`` (D, G) the share for whom each is worth it, ``price`` in the same currency.
    Raises CannotEstimate: price_not_usable, grid_not_rising.
    """
    prices, shares = np.asarray(grid, dtype=float), np.atleast_2d(np.asarray(worth, dtype=float))
    if not (np.isfinite(price) and price >= 0):
        raise CannotEstimate("price_not_usable", "A price is a number from 0 up.", "Type another price.")
    if prices.ndim != 1 or prices.size != shares.shape[1] or prices.size < 2 or np.any(np.diff(prices) <= 0):
        raise CannotEstimate("grid_not_rising", "The prices of the demand curve must rise.", "Run the price study.")
    falling = np.minimum.accumulate(np.clip(shares, 0.0, 1.0), axis=1)
    right = int(np.clip(np.searchsorted(prices, price), 1, prices.size - 1))
    part = float(np.clip((price - prices[right - 1]) / (prices[right] - prices[right - 1]), 0.0, 1.0))
    return np.asarray(falling[:, right - 1] * (1 - part) + falling[:, right] * part)


@dataclass(frozen=True)
class TwoAnswers:
    """C asked about, and C from the price survey at today's price, in the same worlds: ``asked``, ``priced`` (D,).

    ``agree`` when the 80 % interval of their difference holds 0.
    """

    asked: Array
    priced: Array

    @property
    def difference(self) -> Array:
        return self.priced - self.asked

    @property
    def agree(self) -> bool:
        low, high = np.quantile(self.difference, [0.1, 0.9])
        return bool(low <= 0 <= high)
