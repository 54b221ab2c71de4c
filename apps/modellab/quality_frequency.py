"""How often each class of a task comes in real use, by segment: from outcomes, else from what feedback is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.estimates.lineage import InputRef
from apps.modellab.outcome_rows import outcomes, places_of
from apps.research.models import NeedMention, SourceKind
from apps.research.selectors import source_refs
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.resampling import customer_weights, dense_index, world_chunks

FEWEST = 50
MOST_SEGMENTS = 8
LEAST_MATCHED = 0.5
OUTCOMES, FEEDBACK = "outcomes", "feedback"


@dataclass(frozen=True)
class Frequencies:
    """``draws`` (D, S, L) of how often, and in what part ``share`` (D, S) of all requests; ``source`` says whence.

    ``counted`` requests or texts stand behind it, ``segments`` is [""] where none are named.
    """

    segments: list[str]
    draws: Array
    share: Array
    source: str
    counted: int
    customers: int
    inputs: tuple[InputRef, ...]


@dataclass(frozen=True)
class _Told:
    asker: NDArray[np.int64]
    segment: NDArray[np.str_]
    place: NDArray[np.int64]
    source: str
    inputs: tuple[InputRef, ...]


def frequencies(workspace: Workspace, labels: list[str], worlds: int, rng: np.random.Generator) -> Frequencies | None:
    """None where neither outcomes nor needs name the classes of the task often enough.

    Independent customers are resampled (Bayesian bootstrap), not requests.
    """
    told = next((one for one in (_of_outcomes(workspace, labels), _of_feedback(workspace, labels)) if one), None)
    if told is None:
        return None
    segments, place_of_segment = _segments(told.segment)
    weights = _drawn(told, place_of_segment, len(segments), len(labels), worlds, rng)
    return Frequencies(
        segments=segments,
        draws=weights,
        share=weights.sum(axis=2),
        source=told.source,
        counted=int(told.place.size),
        customers=int(np.unique(told.asker).size),
        inputs=told.inputs,
    )


def _of_outcomes(workspace: Workspace, labels: list[str]) -> _Told | None:
    found = outcomes(workspace)
    place = places_of(found.label, labels)
    use = place >= 0
    if use.sum() < FEWEST or use.sum() < LEAST_MATCHED * (found.label != "").sum():
        return None
    return _Told(found.asker[use], found.segment[use], place[use], OUTCOMES, found.inputs)


def _of_feedback(workspace: Workspace, labels: list[str]) -> _Told | None:
    """Texts whose need bears the name of a class."""
    rows = NeedMention.objects.filter(workspace=workspace, need__retired_at=None).values_list(
        "need__name", "feedback__customer", "feedback__segment", "feedback_id"
    )
    told = list(rows)
    if not told:
        return None
    place = places_of(np.array([row[0] for row in told], dtype=str), labels)
    use = place >= 0
    if use.sum() < FEWEST or np.unique(place[use]).size < LEAST_MATCHED * len(labels):
        return None
    asker = dense_index([row[1] or f"\0{row[3]}" for row in told], len(told))
    segment = np.array([row[2] or "" for row in told], dtype=str)
    inputs = tuple(source_refs(workspace, SourceKind.FEEDBACK))
    return _Told(asker[use].astype(np.int64), segment[use], place[use], FEEDBACK, inputs)


def _segments(given: NDArray[np.str_]) -> tuple[list[str], NDArray[np.int64]]:
    """Named segments in the order of the alphabet; with too many, or none, all are one."""
    names, back = np.unique(given, return_inverse=True)
    if names.size > MOST_SEGMENTS:
        return [""], np.zeros(given.size, dtype=np.int64)
    return [str(name) for name in names], back.reshape(-1).astype(np.int64)


def _drawn(
    told: _Told, segment: NDArray[np.int64], segments: int, labels: int, worlds: int, rng: np.random.Generator
) -> Array:
    """Weighted counts (D, S, L), a customer's requests under one weight."""
    asker = np.unique(told.asker, return_inverse=True)[1].reshape(-1)
    customers = int(asker.max()) + 1
    cell = segment * labels + told.place
    counts = np.zeros((customers, segments * labels), dtype=np.float32)
    np.add.at(counts, (asker, cell), 1.0)
    drawn = np.empty((worlds, segments * labels))
    for chunk in world_chunks(worlds, customers):
        drawn[chunk] = customer_weights(customers, chunk.stop - chunk.start, rng).astype(np.float32) @ counts
    return drawn.reshape(worlds, segments, labels)
