"""Which text voices which need: known needs first, as people left them, then new ones from what is left.

Notation: N texts, H dimensions, slots 0..K-1 of needs; a slot is a known need or, with need_id None, a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from trimtab.learning.clustering import OTHER, background_floor, group, unit

SEED = 20
UNSEEN = -2
FLOOR_QUANTILE = 0.05
NEW_SHARE = 0.01
FEWEST_NEW = 5


@dataclass(frozen=True)
class Slot:
    """A need as a direction: texts at least ``floor`` similar to ``vector`` (H,) belong to it; without one, by hand only."""

    need_id: int | None
    vector: np.ndarray | None = None
    floor: float = 1.0


@dataclass(frozen=True)
class Grouped:
    """``labels`` (N,) slots or -1, ``similarity`` (N,) to the own slot; ``diagnostics`` of the new groups."""

    slots: list[Slot]
    labels: np.ndarray
    similarity: np.ndarray
    diagnostics: dict[str, float] = field(default_factory=dict)


def learned_slot(need_id: int, rows: np.ndarray, members: np.ndarray) -> Slot:
    """A need known only by its texts, or by vectors of another encoder, as the mean of its texts' vectors."""
    if not members.size:
        return Slot(need_id)
    vector = unit(rows[members].mean(axis=0, keepdims=True))[0]
    floor = max(background_floor(rows, SEED), float(np.quantile(rows[members] @ vector, FLOOR_QUANTILE)))
    return Slot(need_id, vector, floor)


def regroup(rows: np.ndarray, slots: list[Slot], before: np.ndarray, by_hand: Mapping[int, int]) -> Grouped:
    """Assign texts (N, H) to the known slots, and let unseen texts that fit none form new ones.

    ``before`` (N,) says where the last run left each text: its slot, OTHER, or UNSEEN. A text that was in some need
    stays in the nearest one, and one that was left over does not form a need with its like again, so that a second
    run over the same texts changes nothing. ``by_hand`` gives the slot of the rows that people placed.
    """
    directed = [place for place, slot in enumerate(slots) if slot.vector is not None]
    if not directed and not by_hand:
        return _first(rows, slots)
    labels = _assigned(rows, slots, directed, lenient=before >= 0)
    for row, place in by_hand.items():
        labels[row] = place
    fresh, diagnostics = _fresh_slots(rows, np.flatnonzero((labels == OTHER) & (before == UNSEEN)))
    known, slots = len(slots), [*slots, *fresh]
    left = np.flatnonzero(labels == OTHER)
    if fresh and left.size:
        labels[left] = _assigned(rows[left], slots, range(known, len(slots)))
    return Grouped(slots, labels, _similarity(rows, slots, labels), diagnostics)


def halves(rows: np.ndarray, members: np.ndarray) -> tuple[Slot, Slot] | None:
    """The two directions into which the texts of one need fall, the larger first; None where they are all alike."""
    found = group(rows[members], seed=SEED, k=2, smallest=1)
    if len(found.centroids) < 2:
        return None
    floor = background_floor(rows, SEED)
    first, second = (
        Slot(None, vector, max(floor, float(own))) for vector, own in zip(found.centroids, found.floors, strict=True)
    )
    return first, second


def _first(rows: np.ndarray, slots: list[Slot]) -> Grouped:
    found = group(rows, seed=SEED)
    fresh = [Slot(None, vector, float(floor)) for vector, floor in zip(found.centroids, found.floors, strict=True)]
    labels = np.where(found.labels == OTHER, OTHER, found.labels + len(slots))
    return Grouped([*slots, *fresh], labels, found.similarity, found.diagnostics)


def _fresh_slots(rows: np.ndarray, left: np.ndarray) -> tuple[list[Slot], dict[str, float]]:
    least = max(FEWEST_NEW, round(NEW_SHARE * len(rows)))
    if left.size < least:
        return [], {}
    found = group(rows[left], seed=SEED, smallest=least)
    fresh = [Slot(None, vector, float(floor)) for vector, floor in zip(found.centroids, found.floors, strict=True)]
    return fresh, found.diagnostics


def _assigned(
    rows: np.ndarray, slots: list[Slot], places: Iterable[int], lenient: np.ndarray | None = None
) -> np.ndarray:
    """The nearest slot whose floor is reached, else OTHER; where ``lenient`` (N,) the nearest of all."""
    chosen = list(places)
    if not chosen or not len(rows):
        return np.full(len(rows), OTHER)
    similarity = rows @ np.stack([slots[place].vector for place in chosen]).T
    refused = similarity < np.array([slots[place].floor for place in chosen])
    if lenient is not None:
        refused &= ~lenient[:, None]
    similarity[refused] = -np.inf
    best = similarity.argmax(axis=1)
    reached = np.isfinite(similarity[np.arange(len(rows)), best])
    return np.where(reached, np.asarray(chosen)[best], OTHER)


def _similarity(rows: np.ndarray, slots: list[Slot], labels: np.ndarray) -> np.ndarray:
    similarity = np.zeros(len(rows), dtype=np.float32)
    for place, slot in enumerate(slots):
        if slot.vector is not None:
            own = labels == place
            similarity[own] = rows[own] @ slot.vector
    return similarity
