"""Share: the simulated share of preference S of an offer against its competitors and against buying nothing.

Symbols: D worlds, J offers, S segments, P plans. An attraction model (Bell, Keeney & Little 1975, J. Marketing
Research 12(2):136-141: shares proportional to attractions) whose attraction is exp(gamma score) C(price).

S says what people with this taste would prefer if they knew and could get every offer. It is not the share of a
market, and nothing here may call it so. Until a choice study exists gamma and the weight of "none" are ASSUMED.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

GRADE = "assumed"


@dataclass(frozen=True)
class Preference:
    """Simulated shares of preference: ``share`` (D, J) of the offers and ``none`` (D,); each world sums to 1."""

    share: Array
    none: Array
    grade: str = GRADE


def preference(score: Array, acceptability: Array, gamma: Array | float, none_weight: Array | float) -> Preference:
    """Share of preference S_j = a_j / (a_none + sum_k a_k) with a_j = exp(gamma score_j) C_j.

    ``score`` (D, J) position of each offer on the weighted criteria; ``acceptability`` C (D, J) or (J,) in 0..1, the
    share of buyers for whom the offer's price is worth it; ``gamma`` (D,) or one number at least 0, how strongly
    preference follows the score (0 = not at all); ``none_weight`` (D,) or one number at least 0, the attraction of
    buying nothing, on the scale where an offer with score 0 and C = 1 has 1.
    Returns shares in 0..1, rising in the own score, falling in the own price. Raises CannotEstimate when in some
    world nothing attracts at all.
    """
    score = shaped("scores", score, (None, None))
    worlds, offers = score.shape
    accepted = shaped("price acceptabilities", acceptability, (worlds, offers), (offers,), low=0, high=1)
    strength = _per_world("gamma", gamma, worlds)
    nothing = _per_world("weights of none", none_weight, worlds)
    with np.errstate(divide="ignore"):
        logs = np.column_stack([strength[:, None] * score + np.log(accepted), np.log(nothing)])
    top = logs.max(axis=1, keepdims=True)
    if np.any(np.isneginf(top)):
        raise CannotEstimate(
            "nothing_attracts",
            "No offer is acceptable at its price, and buying nothing has no weight.",
            "Lower a price or give 'none' a weight above 0.",
        )
    attraction = np.exp(logs - top)
    shares = attraction / attraction.sum(axis=1, keepdims=True)
    return Preference(share=shares[:, :-1], none=shares[:, -1])


def share_by_plan(share: Array, plan_mix: Array) -> Array:
    """One offer's share of preference parted over its plans: S_sp = S_s mix_sp, shape (D, S, P).

    ``share`` (D,) for one segment or (D, S); ``plan_mix`` (P,) or (S, P), at least 0, parts of the customers on each
    plan, scaled to sum to 1. Plans part the offer's share: they are not rival offers, so one more plan wins nobody.
    """
    share = shaped("shares of preference", share, (None,), (None, None), low=0, high=1)
    share = share[:, None] if share.ndim == 1 else share
    mix = np.atleast_2d(shaped("plan mix", plan_mix, (None,), (share.shape[1], None), low=0))
    total = mix.sum(axis=1, keepdims=True)
    if np.any(total <= 0):
        raise CannotEstimate("plan_mix_empty", "No plan has customers.", "Give one plan a part above 0.")
    return share[:, :, None] * (mix / total)


def _per_world(name: str, values: Array | float, worlds: int) -> Array:
    return np.broadcast_to(shaped(name, values, (worlds,), (), low=0), (worlds,))
