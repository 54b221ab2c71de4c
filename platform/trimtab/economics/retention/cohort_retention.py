"""Cohorts as they were: of the customers who began in one month, the share still there after each later month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array


@dataclass(frozen=True)
class CohortTable:
    """``month`` (K,) month indices, ``customers`` (K,), ``retained`` (K, A) shares after 1..A months.

    NaN stands where a cohort is not yet old enough.
    """

    month: NDArray[np.int64]
    customers: NDArray[np.int64]
    retained: Array


def cohort_table(
    start_month: NDArray[np.int64],
    duration: Array,
    event: NDArray[np.bool_],
    *,
    last_full_month: int,
    cohorts: int = 18,
    months: int = 12,
) -> CohortTable:
    """The last ``cohorts`` full cohorts by month of start; a cell only where all of the cohort could have got so far.

    ``start_month`` (n,) whole month indices, ``duration`` (n,) months, ``event`` (n,) ended. A cohort of month c can
    have been kept k months when c + k <= ``last_full_month``.
    """
    labels = np.unique(start_month[start_month < last_full_month])[-cohorts:]
    retained = np.full((labels.size, months), np.nan)
    sizes = np.zeros(labels.size, dtype=np.int64)
    for place, label in enumerate(labels):
        members = start_month == label
        sizes[place] = int(members.sum())
        for tenure in range(1, min(months, last_full_month - int(label)) + 1):
            left = event[members] & (duration[members] <= tenure)
            retained[place, tenure - 1] = 1 - left.mean()
    return CohortTable(labels.astype(np.int64), sizes, retained)
