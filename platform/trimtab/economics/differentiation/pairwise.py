"""Tables of pairwise judgements: how many times as much one criterion matters as another.

Notation: K criteria, N people; entry (i, j) says how many times as much i matters as j, nan where nobody was asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

LARGEST = 9.0
RECIPROCAL = 1e-6


def judgement_table(pairs: Mapping[tuple[int, int], float], criteria: int) -> Array:
    """A reciprocal table (K, K) from judgements {(i, j): times as much}; the diagonal is 1, unasked pairs are nan.

    Raises CannotEstimate (``judgement_not_usable``) for a pair that does not exist or a ratio that is not above 0.
    """
    table = np.full((criteria, criteria), np.nan)
    np.fill_diagonal(table, 1.0)
    for (one, other), ratio in pairs.items():
        inside = 0 <= one < criteria and 0 <= other < criteria and one != other
        if not inside or not np.isfinite(ratio) or ratio <= 0:
            raise _not_usable()
        table[one, other], table[other, one] = ratio, 1.0 / ratio
    return table


def checked_table(judgements: ArrayLike) -> Array:
    """The same table (K, K) if it is square, positive and reciprocal, with its gaps on both sides.

    Raises CannotEstimate: ``judgement_not_usable``, ``too_few_criteria``.
    """
    table = np.asarray(judgements, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise _not_usable()
    if table.shape[0] < 2:
        raise CannotEstimate("too_few_criteria", "There is only one criterion to weigh.", "Add a second criterion.")
    known = ~np.isnan(table)
    product = np.where(known, table, 1.0) * np.where(known.T, table.T, 1.0)
    fits = np.array_equal(known, known.T) and np.all(table[known] > 0) and np.all(np.isfinite(table[known]))
    if not fits or not known.diagonal().all() or np.any(np.abs(product[known] - 1) > RECIPROCAL):
        raise _not_usable()
    return table


def _not_usable() -> CannotEstimate:
    return CannotEstimate(
        "judgement_not_usable",
        "Some comparisons are not above zero, or do not say the same from both sides.",
        "Give each pair one number above zero.",
    )


def combined(tables: Sequence[ArrayLike], weights: ArrayLike | None = None) -> Array:
    """One table for several people: the weighted geometric mean of each pair over those who judged it.

    The only mean that keeps the table reciprocal (Aczel & Saaty 1983, J. Mathematical Psychology 27:93-102).
    ``tables`` N of shape (K, K); ``weights`` (N,) zero or more. Errors as ``checked_table``.
    """
    logs = np.log(np.array([checked_table(table) for table in tables]))
    people = np.ones(len(logs)) if weights is None else np.asarray(weights, dtype=float)
    heard = people[:, None, None] * ~np.isnan(logs)
    total = heard.sum(axis=0)
    summed = (heard * np.nan_to_num(logs)).sum(axis=0)
    return np.exp(np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0))


def connected(table: Array) -> bool:
    """Whether each criterion is compared with every other, if only through third ones."""
    reach: NDArray[np.bool_] = ~np.isnan(table)
    for _step in range(max(1, int(np.ceil(np.log2(table.shape[0]))))):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    return bool(reach.all())
