"""Task success: what answers to the held-out texts are worth where classes differ in how often and how costly they are.

Symbols: D worlds, N held-out items, L classes, S segments, R training seeds of one candidate. World d is the same
resample of the items for every candidate (a paired bootstrap), so that differences are taken world by world.

    v_i = 1 where item i is answered right, 0 where wrong, and the person's own success where it is escalated
    q_s = 1 - sum_l w_sl (1 - v_l),   v_l = mean of v_i over class l,   w_sl = f_sl k_l / sum_m f_sm k_m

>>> import numpy as np
>>> truth, answers = np.array([0, 0, 1, 1]), Answers(np.array([[0, 1, 1, 1]]))
>>> everyone = np.ones((1, 4))
>>> float(task_success(truth, 2, answers, everyone, Stakes(error_cost=[1.0, 3.0])).success[0])
0.875
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

_BLOCK = 128
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """One candidate's answers: ``predicted`` (R, N) places of classes, at least 0; L or more = no class that is known.

    ``confidence`` (R, N) in 0..1, None where the model tells none: nothing of it can then be escalated.
    """

    predicted: ArrayLike
    confidence: ArrayLike | None = None


@dataclass(frozen=True)
class Escalation:
    """What happens below a confidence of ``threshold``: a person answers.

    ``success`` 0..1 is what such a request counts as; ``cost`` currency and ``latency_ms`` come on top, by request.
    """

    threshold: float = 0.0
    success: float = 1.0
    cost: float = 0.0
    latency_ms: float = 0.0


@dataclass(frozen=True)
class Stakes:
    """How often each class comes and what one error in it costs.

    ``frequency`` f (S, L) or (D, S, L), at least 0; None = as often as in the held-out items of each resample.
    ``error_cost`` k (L,) or (D, L), at least 0, in any unit; None = all alike. ``segment_share`` (S,) or (D, S) of
    all requests; None = as the frequencies add up.
    """

    frequency: Any = None
    error_cost: Any = None
    segment_share: Any = None


@dataclass(frozen=True)
class TaskSuccess:
    """In 0..1: ``success`` (D,), ``success_segment`` (D, S), ``by_class`` (D, L) where an item of the class was drawn.

    ``recall`` (D, L) is the share that the model itself answers right, escalated or not. ``rejected`` (D,) is the share
    of requests that is escalated. ``weight`` (D, L) is w over all segments. ``untested`` lists classes without an item:
    the candidate's mean stands for them. ``seeds`` is R; with one the spread between trainings is not in the interval.
    """

    success: Array
    success_segment: Array
    by_class: Array
    recall: Array
    rejected: Array
    weight: Array
    seeds: int
    untested: tuple[int, ...] = field(default=())

    @property
    def loss_by_class(self) -> Array:
        """What each class takes from success, w_l (1 - v_l): (D, L), adds up to 1 - q."""
        return self.weight * (1 - self.by_class)


def task_success(
    truth: ArrayLike,
    classes: int,
    answers: Answers,
    counts: ArrayLike,
    stakes: Stakes | None = None,
    escalation: Escalation | None = None,
    rng: np.random.Generator | None = None,
) -> TaskSuccess:
    """Success of one candidate in D worlds: a resample of items and one of its trainings in each.

    ``truth`` (N,) in 0..L-1 with L = ``classes``; ``counts`` (D, N) how often each item is in each resample: give the
    SAME counts for every candidate. With R > 1 seeds each world takes one training at random (``rng`` is needed then),
    so the interval holds the spread between trainings, by a factor (R - 1)/R less than its variance.

    Without stakes and escalation ``success`` is the accuracy of the resample, to the last bit. Raises CannotEstimate:
    ``no_items``, ``no_class_matters``, ``confidence_missing``, ``seeds_without_chance`` and what ``shaped`` names.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8; Elkan (2001), IJCAI 17:973-978, sec. 2,
    with costs by the right class; Chow (1970), IEEE Trans. Information Theory 16(1):41-46, for rejection.
    """
    stakes, escalation = stakes or Stakes(), escalation or Escalation()
    truth, predicted = _checked(truth, classes, answers)
    weights = shaped("resample counts", counts, (None, truth.size), low=0)
    right = predicted == truth
    escalated = _escalated(answers, escalation, predicted.shape)
    chosen = _seed_of_each_world(len(predicted), len(weights), rng)
    support = _class_sums(weights, truth, np.ones((1, truth.size), bool), classes, np.zeros(len(weights), int))
    kept = _class_sums(weights, truth, right & ~escalated, classes, chosen)
    handed = _class_sums(weights, truth, escalated, classes, chosen)
    hits = kept if not escalated.any() else _class_sums(weights, truth, right, classes, chosen)
    value = kept + escalation.success * handed
    return _weighed(support, value, hits, handed, stakes, len(predicted), np.bincount(truth, minlength=classes))


def _checked(truth: ArrayLike, classes: int, answers: Answers) -> tuple[Places, Places]:
    places = np.asarray(truth, dtype=np.int64)
    if places.size == 0:
        raise CannotEstimate("no_items", "There are no held-out items.", "Test the candidate on labelled texts.")
    shaped("right classes", places, (None,), low=0, high=classes - 1)
    shaped("answers", answers.predicted, (None, places.size), low=0)
    return places, np.asarray(answers.predicted, dtype=np.int64)


def _escalated(answers: Answers, escalation: Escalation, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    for name in ("threshold", "success"):
        shaped(f"escalation {name}s", [getattr(escalation, name)], (1,), low=0, high=1)
    if escalation.threshold <= 0:
        return np.zeros(shape, dtype=bool)
    if answers.confidence is None:
        raise CannotEstimate(
            "confidence_missing",
            "This model tells no confidence, so nothing of it can be escalated by a threshold.",
            "Set the threshold to 0, or bring the confidence of each answer.",
        )
    return shaped("confidences", answers.confidence, shape, low=0, high=1 + 1e-6) < escalation.threshold


def _seed_of_each_world(seeds: int, worlds: int, rng: np.random.Generator | None) -> Places:
    if seeds == 1:
        return np.zeros(worlds, dtype=np.int64)
    if rng is None:
        raise CannotEstimate(
            "seeds_without_chance", "Several trainings need a generator of chance.", "Give a generator."
        )
    return rng.integers(0, seeds, worlds)


def _class_sums(weights: Array, truth: Places, marked: NDArray[np.bool_], classes: int, chosen: Places) -> Array:
    """Sums of ``weights`` (D, N) over the items of each class that are ``marked`` (R, N): (D, L), row by its seed."""
    found = np.zeros((len(weights), classes))
    for seed in np.unique(chosen):
        hot = np.zeros((truth.size, classes), dtype=np.float32)
        hot[np.arange(truth.size), truth] = marked[seed]
        rows = np.flatnonzero(chosen == seed)
        for start in range(0, rows.size, _BLOCK):
            block = rows[start : start + _BLOCK]
            # Counts are small whole numbers: their sums are exact in single precision up to 2^24 items.
            found[block] = weights[block].astype(np.float32) @ hot
    return found


def _weighed(
    support: Array, value: Array, hits: Array, handed: Array, stakes: Stakes, seeds: int, items: Places
) -> TaskSuccess:
    worlds, classes = support.shape
    cost = _costs(stakes.error_cost, worlds, classes)
    mean = (value.sum(axis=1) / support.sum(axis=1))[:, None]
    by_class = _ratio(value, support, mean)
    recall = _ratio(hits, support, (hits.sum(axis=1) / support.sum(axis=1))[:, None])
    if stakes.frequency is None:
        weight = _normalised(support * cost)
        success = (cost * value).sum(axis=1) / (cost * support).sum(axis=1)
        rejected = handed.sum(axis=1) / support.sum(axis=1)
        segments = success[:, None]
    else:
        frequency, share = _frequencies(stakes, worlds, classes)
        asked = np.einsum("ds,dsl->dl", share, frequency)
        weight = _normalised(asked * cost)
        success = (weight * by_class).sum(axis=1)
        rejected = (asked * _ratio(handed, support, (handed.sum(axis=1) / support.sum(axis=1))[:, None])).sum(axis=1)
        segments = np.einsum("dsl,dl->ds", _normalised(frequency * cost[:, None, :]), by_class)
    # Weights that add up to 1 but for the last bit must not lift a part above 1.
    return TaskSuccess(
        success=np.clip(success, 0, 1),
        success_segment=np.clip(segments, 0, 1),
        by_class=by_class,
        recall=recall,
        rejected=np.clip(rejected, 0, 1),
        weight=weight,
        seeds=seeds,
        untested=tuple(int(place) for place in np.flatnonzero(items == 0)),
    )


def _costs(given: Any, worlds: int, classes: int) -> Array:
    if given is None:
        return np.ones((worlds, classes))
    cost = shaped("error costs", given, (classes,), (worlds, classes), low=0)
    return np.broadcast_to(cost, (worlds, classes))


def _frequencies(stakes: Stakes, worlds: int, classes: int) -> tuple[Array, Array]:
    """f (D, S, L) and the share of each segment (D, S), each adding up to 1."""
    given = shaped("class frequencies", stakes.frequency, (None, classes), (worlds, None, classes), low=0)
    frequency = np.broadcast_to(given, (worlds, *given.shape[-2:]))
    share = frequency.sum(axis=2)
    if stakes.segment_share is not None:
        segments = frequency.shape[1]
        given = shaped("shares of the segments", stakes.segment_share, (segments,), (worlds, segments), low=0)
        share = np.broadcast_to(given, (worlds, segments))
    return _normalised(frequency), _normalised(share)


def _normalised(weights: Array) -> Array:
    total = weights.sum(axis=-1, keepdims=True)
    if not np.all(total > 0):
        raise CannotEstimate(
            "no_class_matters", "All classes have a weight of zero.", "Give one class a frequency and a cost above 0."
        )
    return weights / total


def _ratio(above: Array, below: Array, otherwise: Array) -> Array:
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), otherwise)
