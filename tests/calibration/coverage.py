"""Simulation-based calibration: over many simulated data sets, how often an 80 % interval holds the known truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from trimtab.economics.draws import interval
from trimtab.economics.errors import CannotEstimate

DATA_SETS = 200
LOWEST, HIGHEST = 0.75, 0.85

# From a generator of its own, one data set: each quantity's true value and its draws, shape (D,).
Trial = Callable[[np.random.Generator], dict[str, tuple[float, np.ndarray]]]


@dataclass(frozen=True)
class Coverage:
    """The share of ``data_sets`` whose interval held the truth; ``refused`` more could not be estimated."""

    method: str
    quantity: str
    data_sets: int
    covered: float
    refused: int

    def as_dict(self) -> dict[str, str | int | float]:
        return asdict(self)


def coverage(method: str, trial: Trial, *, data_sets: int = DATA_SETS, seed: int = 20260101) -> list[Coverage]:
    """A row for each quantity that ``trial`` names; a refusal is counted apart, as it gives no interval."""
    held: dict[str, list[bool]] = {}
    refused = 0
    for number in range(data_sets):
        try:
            answers = trial(np.random.default_rng([seed, number]))
        except CannotEstimate:
            refused += 1
            continue
        for quantity, (truth, draws) in answers.items():
            _middle, low, high = interval(np.asarray(draws))
            held.setdefault(quantity, []).append(bool(low <= truth <= high))
    return [Coverage(method, name, len(hits), sum(hits) / len(hits), refused) for name, hits in held.items()]
