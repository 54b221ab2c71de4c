"""The smallest change of a weight or of a rating that alters which offer is first: exact, no search.

Notation: J offers, K criteria; score_j = sum over k of w_k v_jk with weights that sum to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.differentiation.position import TIE, normalised_weights
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class WeightTip:
    """Moving the weight of ``criterion`` from ``weight`` to ``tips_at`` brings ``challenger`` level with ``first``."""

    criterion: int
    weight: float
    tips_at: float
    first: int
    challenger: int

    @property
    def change(self) -> float:
        """The change of the weight, in parts of 1."""
        return self.tips_at - self.weight


@dataclass(frozen=True)
class RatingTip:
    """Moving one rating of ``offer`` from ``rating`` to ``tips_at`` brings it level with ``rival``, who is best of
    the others: it gains the first place when the change is above 0 and loses it when it is below."""

    offer: int
    criterion: int
    rating: float
    tips_at: float
    rival: int

    @property
    def change(self) -> float:
        """The change of the rating, in parts of 1."""
        return self.tips_at - self.rating


def weights_with(weights: ArrayLike, criterion: int, weight: float) -> Array:
    """The weights (K,) with one set to ``weight`` in 0..1 and the others scaled to keep the sum 1.

    Where the others are all 0 they share the rest evenly.
    """
    shares = normalised_weights(weights)[0]
    others = shares.copy()
    others[criterion] = 0.0
    if others.sum() <= TIE:
        others = np.ones_like(shares)
        others[criterion] = 0.0
    total = others.sum()
    moved = others * ((1 - weight) / total) if total > 0 else others
    moved[criterion] = weight
    return moved


def _table(ratings: ArrayLike, weights: ArrayLike) -> tuple[Array, Array]:
    value, shares = np.asarray(ratings, dtype=float), normalised_weights(weights)[0]
    if value.ndim != 2 or value.shape[1] != shares.size or value.shape[0] < 2 or not np.all(np.isfinite(value)):
        raise CannotEstimate(
            "values_do_not_fit",
            "Offers and criteria do not form a full table of at least two offers.",
            "Rate every offer on each criterion, or take the mean of what is unknown.",
        )
    return value, shares


def weight_tips(ratings: ArrayLike, weights: ArrayLike) -> tuple[WeightTip, ...]:
    """For each criterion the nearest weight at which another offer draws level with the first, nearest change first.

    With t the weight of criterion k and o_j the score of offer j on the other criteria alone, the lead of the
    first offer a over j is t (v_ak - v_jk) + (1 - t) (o_a - o_j): a straight line in t with one root. Roots
    outside 0..1 cannot be reached; a criterion that no weight makes decisive is left out.

    ``ratings`` (J, K) in 0..1 without gaps, such as ``Position.value``; ``weights`` (K,), zero or more. Raises
    CannotEstimate: ``values_do_not_fit``, ``weights_not_usable``.
    """
    value, shares = _table(ratings, weights)
    score = value @ shares
    first = int(np.argmax(score))
    tips = [tip for k in range(shares.size) if (tip := _weight_tip(value, shares, score, first, k)) is not None]
    return tuple(sorted(tips, key=lambda tip: abs(tip.change)))


def _weight_tip(value: Array, shares: Array, score: Array, first: int, k: int) -> WeightTip | None:
    elsewhere = value @ weights_with(shares, k, 0.0)
    at_one, at_none = value[first, k] - value[:, k], elsewhere[first] - elsewhere
    slope = at_one - at_none
    root = np.where(np.abs(slope) > TIE, -at_none / np.where(np.abs(slope) > TIE, slope, 1.0), np.nan)
    root = np.where(np.abs(score - score[first]) <= TIE, shares[k], root)
    root[first] = np.nan
    root[(root < 0) | (root > 1)] = np.nan
    if np.all(np.isnan(root)):
        return None
    challenger = int(np.nanargmin(np.abs(root - shares[k])))
    return WeightTip(k, float(shares[k]), float(root[challenger]), first, challenger)


def rating_tips(ratings: ArrayLike, weights: ArrayLike, offer: int = 0) -> tuple[RatingTip, ...]:
    """For each criterion how far one rating of ``offer`` must move to gain or lose the first place, nearest first.

    With s the score of ``offer`` and s* the best of the others, the change is (s* - s) / w_k. Criteria of weight 0
    and changes that would leave 0..1 are left out: an empty result says that no single rating can do it.
    Errors as ``weight_tips``.
    """
    value, shares = _table(ratings, weights)
    score = value @ shares
    others = np.where(np.arange(score.size) == offer, -np.inf, score)
    rival = int(np.argmax(others))
    tips = []
    for k in np.flatnonzero(shares > TIE):
        target = value[offer, k] + (others[rival] - score[offer]) / shares[k]
        if -TIE <= target <= 1 + TIE:
            tips.append(RatingTip(offer, int(k), float(value[offer, k]), float(np.clip(target, 0, 1)), rival))
    return tuple(sorted(tips, key=lambda tip: abs(tip.change)))
