"""Whether the order of two offers turns round when a third one enters or leaves.

A weighted sum on scales with fixed anchors never does: an offer's score depends on itself alone. TOPSIS, PROMETHEE and
any scale that is drawn anew from the offers at hand may.

Source: Belton & Gear 1983, On a short-coming of Saaty's method of analytic hierarchies, Omega 11:228-230.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.differentiation.position import TIE, normalised_weights
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

# Scores (J,) with more is better, from ratings (J, K) and weights (K,).
Method = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Reversal:
    """By ``method``, ``ahead`` is before ``behind`` without ``third`` and after it with it, or the other way round.

    Offers are named by their row; the entrant of ``reversals_by_entrant`` is the row after the last. ``entered`` is
    true where ``third`` came in, false where it left.
    """

    method: str
    third: int
    entered: bool
    ahead: int
    behind: int


def reversals_by_leaving(ratings: ArrayLike, weights: ArrayLike, methods: Mapping[str, Method]) -> list[Reversal]:
    """Pairs that turn round when one of the other offers is taken out, for each method and each offer.

    ``ratings`` (J, K) in 0..1 without gaps, ``weights`` (K,). With fewer than three offers there is no third. A tie
    that is broken is no reversal. Raises CannotEstimate: ``shape_does_not_fit``, ``out_of_range``,
    ``weights_not_usable``.
    """
    value, shares = _table(ratings, weights)
    found: list[Reversal] = []
    if len(value) < 3:
        return found
    for name, method in methods.items():
        before = method(value, shares)
        for third in range(len(value)):
            rest = np.delete(np.arange(len(value)), third)
            after = method(value[rest], shares)
            found += _turned(name, third, False, rest, before[rest], after)
    return found


def reversals_by_entrant(
    ratings: ArrayLike, weights: ArrayLike, entrant: ArrayLike, methods: Mapping[str, Method]
) -> list[Reversal]:
    """Pairs of the present offers that turn round when ``entrant`` (K,) comes in; else as ``reversals_by_leaving``."""
    value, shares = _table(ratings, weights)
    newcomer = shaped("The ratings of the entrant", entrant, (value.shape[1],), low=0, high=1)
    everyone = np.vstack([value, newcomer])
    rows = np.arange(len(value))
    found: list[Reversal] = []
    for name, method in methods.items():
        before, after = method(value, shares), method(everyone, shares)[:-1]
        found += _turned(name, len(value), True, rows, before, after)
    return found


def _table(ratings: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    shares = normalised_weights(weights)[0]
    value = shaped("The ratings", ratings, (None, shares.size), low=0, high=1)
    if len(value) < 2:
        raise CannotEstimate(
            "too_few_offers", "There is only one offer, so there is nothing to compare.", "Add a competitor."
        )
    return value, shares


def _turned(
    name: str, third: int, entered: bool, rows: NDArray[np.int_], before: Array, after: Array
) -> list[Reversal]:
    lead, later = before[:, None] - before, after[:, None] - after
    pairs = np.argwhere((lead > TIE) & (later < -TIE))
    return [Reversal(name, third, entered, int(rows[one]), int(rows[other])) for one, other in pairs]


def rescaled_sum(ratings: Array, weights: Array) -> Array:
    """A weighted sum on scales drawn anew between the worst and the best offer at hand, as many tools do, (J,)."""
    low, span = ratings.min(axis=0), np.ptp(ratings, axis=0)
    return np.asarray(np.where(span > TIE, (ratings - low) / np.where(span > TIE, span, 1.0), 0.5) @ weights)
