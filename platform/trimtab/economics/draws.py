"""Draws: an uncertain quantity as an array whose first axis counts D possible worlds."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.errors import CannotEstimate

Array = NDArray[np.float64]
LEVEL = 0.8


@dataclass(frozen=True)
class Figure:
    """One number as it is shown: a median with its central interval, in a unit."""

    name: str
    median: float
    low: float
    high: float
    unit: str = ""

    def as_dict(self) -> dict[str, float | str]:
        """The figure as plain JSON."""
        return asdict(self)


def interval(draws: Array, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Median and central interval over the worlds: quantiles .5, (1 - level)/2 and (1 + level)/2.

    ``draws`` has shape (D, ...); each result has shape (...). Raises CannotEstimate for no draws or a draw
    that is not finite.
    """
    values = np.asarray(draws, dtype=float)
    if values.shape[0] == 0:
        raise CannotEstimate("no_draws", "There are no draws to summarise.", "Run the estimate first.")
    if not np.all(np.isfinite(values)):
        raise CannotEstimate("draws_not_finite", "Some draws are not finite numbers.", "Check the input for zeros.")
    low, middle, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return middle, low, high


def summarise(draws: Array, *, name: str, unit: str = "", level: float = LEVEL) -> Figure:
    """The figure of one quantity from its draws, shape (D,)."""
    middle, low, high = interval(draws, level)
    return Figure(name=name, median=float(middle), low=float(low), high=float(high), unit=unit)


def align(draws: Array, worlds: int, rng: np.random.Generator) -> Array:
    """The same quantity in ``worlds`` worlds: unchanged where the count fits, else resampled with replacement.

    ``draws`` has shape (D, ...); the result (worlds, ...). A single draw is repeated.
    """
    values = np.asarray(draws, dtype=float)
    if values.shape[0] == worlds:
        return values
    return values[rng.integers(0, values.shape[0], worlds)]
