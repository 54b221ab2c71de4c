"""SMAA-2: how often each offer takes each rank over uncertain weights and ratings, and what weights favour it.

Notation: J offers, K criteria, D worlds.

Source: Lahdelma & Salminen 2001, SMAA-2: Stochastic multicriteria acceptability analysis for group decision making,
Operations Research 49(3):444-454.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.position import TIE, normalised_weights, ranks, weighted_sum
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped


@dataclass(frozen=True)
class Acceptability:
    """``p_rank`` (J, J): share of worlds in which offer j has rank r + 1, ties split evenly.

    ``central`` (J, K): the mean weights of the worlds in which an offer is first, nan for an offer that never is.
    ``confidence`` (J,): the chance to be first if the weights were exactly these, over the ratings alone; nan likewise.
    ``score`` (D, J).
    """

    score: Array
    p_rank: Array
    central: Array
    confidence: Array

    @property
    def p_first(self) -> Array:
        """First-rank acceptability, shape (J,)."""
        return self.p_rank[:, 0]


def acceptability(ratings: ArrayLike, weights: ArrayLike) -> Acceptability:
    """Rank acceptability, central weights and confidence from draws.

    ``ratings`` (D, J, K) in 0..1, or (J, K) where they are certain; ``weights`` (D, K), zero or more.

    Raises CannotEstimate: ``shape_does_not_fit``, ``weights_not_usable``, ``too_few_offers``.

    >>> found = acceptability([[1, 0], [0, 1]], [[0.8, 0.2], [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]])
    >>> found.p_first.tolist(), found.central[1].tolist()
    ([0.75, 0.25], [0.3, 0.7])
    """
    shares = normalised_weights(weights)
    drawn = shaped("The ratings", ratings, (None, shares.shape[1]), (None, None, shares.shape[1]), low=0, high=1)
    if drawn.ndim == 2:
        drawn = np.broadcast_to(drawn, (len(shares), *drawn.shape))
    if len(drawn) != len(shares):
        raise CannotEstimate(
            "shape_does_not_fit",
            "%(name)s have the shape %(given)s; expected %(expected)s.",
            "Bring every input to the same worlds, segments and plans first.",
            name="The ratings",
            given=str(drawn.shape),
            expected=f"({len(shares)}, any, {shares.shape[1]})",
        )
    if drawn.shape[1] < 2:
        raise CannotEstimate(
            "too_few_offers", "There is only one offer, so there is nothing to compare.", "Add a competitor."
        )
    score = weighted_sum(drawn, shares)
    _rank, p_rank = ranks(score)
    central = central_weights(score, shares)
    return Acceptability(score, p_rank, central, confidence(drawn, central))


def central_weights(score: Array, weights: Array) -> Array:
    """Mean weights (J, K) over the worlds in which each offer is first, shared ones by their part; nan where none."""
    first = score >= score.max(axis=1, keepdims=True) - TIE
    part = first / first.sum(axis=1, keepdims=True)
    total = part.sum(axis=0)[:, None]
    return np.asarray(np.divide(part.T @ weights, total, out=np.full((score.shape[1], weights.shape[1]), np.nan),
                                where=total > 0))  # fmt: skip


def confidence(ratings: Array, central: Array) -> Array:
    """Share of worlds in which an offer is first at its own central weights, shape (J,); nan where these are."""
    found = np.full(len(central), np.nan)
    for offer in np.flatnonzero(~np.isnan(central).any(axis=1)):
        _rank, p_rank = ranks(ratings @ central[offer])
        found[offer] = p_rank[offer, 0]
    return found
