"""Opportunity score of needs, counted by independent customers or by their money, in draws.

Notation: n mentions, N customers, K needs, S segments, D worlds.

Source: Ulwick 2002, Turn customer input into innovation, Harvard Business Review 80(1):91-97: opportunity =
importance + max(importance - satisfaction, 0), both on 0..10.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights, dense_index, respondent_weights, world_chunks

SCALE = 10.0
PRIOR_CUSTOMERS = 5.0
NO_NEED = -1


class Basis(StrEnum):
    """What a share is a share of: every customer counts alike, or by the money that they pay."""

    CUSTOMERS = "customers"
    MONEY = "money"


@dataclass(frozen=True)
class Mentions:
    """What customers said: one entry per mention, all of shape (n,).

    ``customer`` labels of any kind; ``need`` 0..K-1, or NO_NEED where a customer spoke of none (they still count
    in every share); ``segment`` 0..S-1; ``rating`` 0..1 with more is better, nan where there is none; ``money``
    of the customer in currency per month, zero or more.
    """

    customer: NDArray
    need: NDArray[np.intp]
    segment: NDArray[np.intp]
    rating: Array
    money: Array


@dataclass(frozen=True)
class NeedDraws:
    """Draws of one group of customers, each (D, K): ``share`` 0..1, importance and satisfaction 0..10,
    opportunity 0..20. ``customers`` (K,) raised the need, ``raters`` (K,) also rated, out of ``group`` customers.
    """

    share: Array
    importance: Array
    satisfaction: Array
    opportunity: Array
    customers: NDArray[np.intp]
    raters: NDArray[np.intp]
    group: int

    @property
    def p_first(self) -> Array:
        """Share of worlds in which a need has the highest opportunity, shape (K,); ties are split."""
        top = self.opportunity >= self.opportunity.max(axis=1, keepdims=True)
        return np.asarray((top / top.sum(axis=1, keepdims=True)).mean(axis=0))


@dataclass(frozen=True)
class NeedScores:
    """Opportunity scores overall and by segment. ``mentions`` (K,) counts what was said, which scores ignore."""

    overall: NeedDraws
    segments: tuple[NeedDraws, ...]
    mentions: NDArray[np.intp]
    basis: Basis
    satisfaction_assumed: bool


@dataclass(frozen=True)
class _Customers:
    """Mentions gathered by customer: ``raised`` and ``rated`` (N, K) 0 or 1, ``rating`` (N, K) their mean or 0."""

    raised: NDArray[np.float32]
    rated: NDArray[np.float32]
    rating: NDArray[np.float32]
    segment: NDArray[np.intp]
    weight: Array


def mentions(
    customer: ArrayLike,
    need: ArrayLike,
    *,
    segment: ArrayLike | None = None,
    rating: ArrayLike | None = None,
    money: ArrayLike | None = None,
) -> Mentions:
    """Mentions from plain columns of equal length (n,); a column left out is segment 0, no rating, money 1.

    Raises CannotEstimate: ``no_mentions``, ``mentions_do_not_fit``, ``rating_out_of_range``, ``money_not_usable``,
    ``index_not_usable``.
    """
    labels = np.asarray(customer)
    size = labels.shape[0] if labels.ndim == 1 else 0
    if size == 0:
        raise CannotEstimate("no_mentions", "There is no feedback to score.", "Import feedback first.")
    said = Mentions(
        labels,
        np.asarray(need),
        np.zeros(size, dtype=np.intp) if segment is None else np.asarray(segment),
        np.full(size, np.nan) if rating is None else np.asarray(rating, dtype=float),
        np.ones(size) if money is None else np.asarray(money, dtype=float),
    )
    _check(said, size)
    return said


def _check(said: Mentions, size: int) -> None:
    if any(column.shape != (size,) for column in (said.need, said.segment, said.rating, said.money)):
        raise CannotEstimate("mentions_do_not_fit", "The columns of the feedback differ in length.", "Import it again.")
    if said.need.dtype.kind not in "iu" or said.segment.dtype.kind not in "iu" or said.segment.min() < 0:
        raise CannotEstimate(
            "index_not_usable", "Needs and segments must be whole numbers from 0 on.", "Number them from 0."
        )
    rated = said.rating[~np.isnan(said.rating)]
    if np.any((rated < 0) | (rated > 1)):
        raise CannotEstimate(
            "rating_out_of_range", "Some ratings lie outside 0 to 1.", "State the scale of the ratings, then import."
        )
    if not np.all(np.isfinite(said.money) & (said.money >= 0)):
        raise CannotEstimate(
            "money_not_usable", "Some customers have no usable price.", "Give every customer a price of zero or more."
        )


def _gather(said: Mentions, needs: int, basis: Basis) -> _Customers:
    who = dense_index(said.customer, said.customer.shape[0])
    total = int(who.max()) + 1
    named = (said.need >= 0) & (said.need < needs)
    cell = who[named] * needs + said.need[named]
    rating = said.rating[named]
    rated = ~np.isnan(rating)
    count = np.bincount(cell[rated], minlength=total * needs)
    summed = np.bincount(cell[rated], weights=rating[rated], minlength=total * needs)
    raised = np.bincount(cell, minlength=total * needs) > 0
    shape = (total, needs)
    money = np.bincount(who, weights=said.money) / np.bincount(who)
    return _Customers(
        raised.reshape(shape).astype(np.float32),
        (count > 0).reshape(shape).astype(np.float32),
        (summed / np.maximum(count, 1)).reshape(shape).astype(np.float32),
        _main_segment(who, said.segment, total),
        respondent_weights(money if basis is Basis.MONEY else None, total),
    )


def _main_segment(who: NDArray[np.intp], segment: NDArray[np.intp], total: int) -> NDArray[np.intp]:
    """The segment in which a customer spoke most often, the lowest number where several tie; shape (N,)."""
    segments = int(segment.max()) + 1
    return np.bincount(who * segments + segment, minlength=total * segments).reshape(total, segments).argmax(axis=1)


def opportunity_scores(
    said: Mentions,
    *,
    needs: int,
    worlds: int,
    rng: np.random.Generator,
    segments: int | None = None,
    basis: Basis = Basis.CUSTOMERS,
    assumed_satisfaction: float | None = None,
) -> NeedScores:
    """Importance, satisfaction and opportunity of K needs with a bootstrap over independent customers.

    In each world every customer i of weight m_i (1, or their money) draws g_i ~ Exponential(1), w_i = m_i g_i, and

    - share_k = sum of w_i over customers who raised need k, once or often / sum of w_i over all customers;
    - importance_k = 10 share_k / max_j share_j: 10 is the need that most customers of the group raise;
    - satisfaction_k = 10 (sum of w_i r_ik + c r) / (sum of w_i + c) over the customers who rated while raising
      need k, r_ik the mean of their ratings, r the mean over all such customers and needs, and c =
      PRIOR_CUSTOMERS: a need with few raters is drawn to the overall mean;
    - opportunity_k = importance_k + max(importance_k - satisfaction_k, 0).

    Assumed, and to be said on the page: raising a need unasked stands for finding it important; the rating given
    with a mention stands for the satisfaction with that need; customers are independent of each other.

    A customer belongs to the segment in which they spoke most. Where nobody rated, ``assumed_satisfaction``
    (0..1) is taken and flagged. Raises CannotEstimate: ``index_not_usable``, ``no_needs``,
    ``too_few_customers``, ``no_ratings``.
    """
    if said.need.min() < NO_NEED or said.need.max() >= max(needs, 1):
        raise CannotEstimate(
            "index_not_usable", "Some feedback names a need that does not exist.", "Number them from 0."
        )
    gathered = _gather(said, needs, basis) if needs > 0 else None
    if gathered is None or not gathered.raised.any():
        raise CannotEstimate("no_needs", "No feedback belongs to a need.", "Group the feedback into needs first.")
    if gathered.weight.size < 2:
        raise CannotEstimate(
            "too_few_customers",
            "All feedback comes from one customer, so nothing can be said of others.",
            "Import feedback of at least two customers.",
        )
    assumed = not gathered.rated.any()
    if assumed and assumed_satisfaction is None:
        raise CannotEstimate(
            "no_ratings",
            "No feedback that names a need carries a rating.",
            "Import ratings, or state how satisfied customers are taken to be.",
        )
    groups = max(segments or 0, int(gathered.segment.max()) + 1)
    sums = _weighted_sums(gathered, groups, worlds, rng)
    mean = np.full(worlds, assumed_satisfaction or 0.0) if assumed else _overall_mean(sums)
    return NeedScores(
        _scores(sums.sum(axis=0), mean, gathered, None),
        tuple(_scores(sums[group], mean, gathered, group) for group in range(groups)),
        np.bincount(said.need[(said.need >= 0) & (said.need < needs)], minlength=needs),
        basis,
        assumed,
    )


def _weighted_sums(gathered: _Customers, groups: int, worlds: int, rng: np.random.Generator) -> Array:
    """Weighted sums by segment, shape (S, D, 3K + 1): raised, rated, rating of each need, and of all customers."""
    customers = gathered.weight.size
    columns = np.hstack(
        [gathered.raised, gathered.rated, gathered.rating, np.ones((customers, 1), dtype=np.float32)]
    ).astype(float)
    columns *= gathered.weight[:, None]
    members = [np.flatnonzero(gathered.segment == group) for group in range(groups)]
    sums = np.zeros((groups, worlds, columns.shape[1]))
    for chunk in world_chunks(worlds, 2 * customers):
        sampled = customer_weights(customers, chunk.stop - chunk.start, rng)
        for group, rows in enumerate(members):
            sums[group, chunk] = sampled[:, rows] @ columns[rows]
    return sums


def _overall_mean(sums: Array) -> Array:
    total = sums.sum(axis=0)
    needs = (total.shape[1] - 1) // 3
    return total[:, 2 * needs : 3 * needs].sum(axis=1) / total[:, needs : 2 * needs].sum(axis=1)


def _scores(sums: Array, mean: Array, gathered: _Customers, group: int | None) -> NeedDraws:
    members = np.ones(gathered.segment.size, dtype=bool) if group is None else gathered.segment == group
    needs = (sums.shape[1] - 1) // 3
    raised, rated, rating, everyone = np.split(sums, [needs, 2 * needs, 3 * needs], axis=1)
    share = np.divide(raised, everyone, out=np.zeros_like(raised), where=everyone > 0)
    top = share.max(axis=1, keepdims=True)
    importance = SCALE * np.divide(share, top, out=np.zeros_like(share), where=top > 0)
    satisfaction = SCALE * (rating + PRIOR_CUSTOMERS * mean[:, None]) / (rated + PRIOR_CUSTOMERS)
    return NeedDraws(
        share,
        importance,
        satisfaction,
        opportunity(importance, satisfaction),
        gathered.raised[members].sum(axis=0).astype(np.intp),
        gathered.rated[members].sum(axis=0).astype(np.intp),
        int(members.sum()),
    )


def opportunity(importance: ArrayLike, satisfaction: ArrayLike) -> Array:
    """Ulwick's opportunity score, 0..20: importance + max(importance - satisfaction, 0), both on 0..10."""
    wanted, met = np.asarray(importance, dtype=float), np.asarray(satisfaction, dtype=float)
    return wanted + np.maximum(wanted - met, 0.0)
