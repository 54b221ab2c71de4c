"""Forecast scores: how well the draws of a forecast foretold what then happened.

Symbols: D worlds, n months (or other numbers) that were forecast together; x (D, n) draws, y (n,) what happened.

>>> import numpy as np
>>> from trimtab.economics.decision.forecast_scores import score
>>> draws = np.random.default_rng(1).normal(100.0, 10.0, (20_000, 1))
>>> found = score(draws, [105.0])
>>> round(float(found.crps[0]), 1), bool(found.held[0]), round(float(found.bias), 2)
(3.3, True, 0.05)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import LEVEL, Array, interval
from trimtab.economics.shapes import shaped


@dataclass(frozen=True)
class Score:
    """What a forecast was worth. ``crps`` (n,) in the unit of y, at least 0, less is better; ``held`` (n,) whether the
    central interval held what happened; ``rank`` (n,) P(x < y) with ties split, 0..1, even over 0..1 for honest
    forecasts; ``bias`` ln of what happened over the median, summed over the n, 0 = none, above 0 = forecast too low,
    nan where one of both is not above 0.
    """

    crps: Array
    held: NDArray[np.bool_]
    rank: Array
    bias: float

    @property
    def coverage(self) -> float:
        """The share of the n that the interval held, 0..1."""
        return float(self.held.mean())


def score(draws: ArrayLike, happened: ArrayLike, level: float = LEVEL) -> Score:
    """Score draws (D, n) against what happened (n,). Raises CannotEstimate for shapes that do not fit, or no draws."""
    y = shaped("what happened", happened, (None,))
    x = shaped("draws of the forecast", draws, (None, y.size))
    _middle, low, high = interval(x, level)
    total = float(np.median(x.sum(axis=1)))
    seen = float(y.sum())
    return Score(
        crps=crps(x, y),
        held=(low <= y) & (y <= high),
        rank=np.asarray((x < y).mean(axis=0) + (x == y).mean(axis=0) / 2),
        bias=float(np.log(seen / total)) if seen > 0 and total > 0 else float("nan"),
    )


def crps(draws: ArrayLike, happened: ArrayLike) -> Array:
    """Continuous ranked probability score: E|X - y| - E|X - X'| / 2, shape (n,), in the unit of y.

    With x_(1) <= ... <= x_(D) the second mean is sum_i (2i - D - 1) x_(i) / (D (D - 1)), which is unbiased for any D.
    A single draw scores |x - y|; the score of a point is its absolute error, so both can be compared.
    Gneiting & Raftery 2007, J. American Statistical Association 102:359-378, eq. 21; Zamo & Naveau 2018,
    Mathematical Geosciences 50:209-234.
    """
    y = shaped("what happened", happened, (None,))
    x = np.sort(shaped("draws of the forecast", draws, (None, y.size)), axis=0)
    worlds = x.shape[0]
    away = np.abs(x - y).mean(axis=0)
    if worlds == 1:
        return np.asarray(away)
    weight = 2 * np.arange(1, worlds + 1) - worlds - 1
    return np.asarray(away - weight @ x / (worlds * (worlds - 1)))


def skill(draws: ArrayLike, happened: ArrayLike, naive: ArrayLike) -> float:
    """1 - mean CRPS / mean |naive - y|: 1 = perfect, 0 = no better than the naive forecast, below 0 = worse.

    ``naive`` (n,) is a point for each, as a rule what was true on the day of the forecast. nan where the naive
    forecast was right everywhere.
    """
    y = shaped("what happened", happened, (None,))
    error = float(np.abs(shaped("naive forecast", naive, y.shape) - y).mean())
    return 1 - float(crps(draws, y).mean()) / error if error > 0 else float("nan")
