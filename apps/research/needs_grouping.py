"""Which text voices which need: known needs first, as people left them, then new ones from what is left.

Notation: N texts, H dimensions, slots 0..K-1 of needs; a slot is a known need or, with need_id None, a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from trimtab.learning.clustering import OTHER, background_floor, group, unit

SEED = 20
UNSEEN = -2
FLOOR_QUANTILE = 0.05
NEW_SHARE = 0.01
FEWEST_NEW = 5
TONES = (0.3, 0.7)
LEAST_BY_TONE, MOST_BY_TONE = 0.005, 0.15
TEXTS_PER_SHADE = 10
SHADES_PER_ROOT = 1.1
MOST_SHADES = 160
SMALLEST_SHADE = 3
ALIKE = 0.12
FEWEST_OF_A_KIND = 20
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True)
class Slot:
    """A need as directions (M, H), its shades, and how similar to one of them a text must be: ``floors`` (M,).

    Praise and complaint about one thing lie apart, so that one direction seldom does. Without any: by hand only.
    """

    need_id: int | None
    vectors: np.ndarray
    floors: np.ndarray


@dataclass(frozen=True)
class Grouped:
    """``labels`` (N,) slots or -1, ``similarity`` (N,) to the own slot; ``diagnostics`` of the new groups."""

    slots: list[Slot]
    labels: np.ndarray
    similarity: np.ndarray
    diagnostics: dict[str, float] = field(default_factory=dict)


def topic_rows(rows: np.ndarray, texts: list[str], ratings: np.ndarray, *, without_tone: bool) -> np.ndarray:
    """Vectors (N, H) less the mean of their language, and of their tone if so asked, of length 1 again.

    What sets two texts apart most is their language, then whether they praise or complain (``ratings`` (N,), 0..1
    or nan), and only then the subject. Without the mean of what was said in the same language and tone, texts on one
    subject meet. A kind with few texts goes by the mean of the next larger one.
    """
    plain = _without_language(rows, texts)
    return unit(plain - _of_tone(plain, texts, ratings) if without_tone else plain)


def tone_is_apart(rows: np.ndarray, texts: list[str], ratings: np.ndarray) -> bool:
    """Whether tone may be taken out: it explains something, but so little that it cannot be the subjects themselves.

    Where all complaints are about one thing, the mean of the complaints is that thing. To be asked once for a
    workspace: needs found with tone and without it lie in different spaces.
    """
    plain = _without_language(rows, texts)
    explained = (_of_tone(plain, texts, ratings) ** 2).sum() / max(float((plain**2).sum()), 1e-12)
    return bool(LEAST_BY_TONE < explained <= MOST_BY_TONE)


def _without_language(rows: np.ndarray, texts: list[str]) -> np.ndarray:
    own = rows.astype(np.float32)
    return own - _means(own, [np.zeros(len(own)), _is_chinese(texts)])


def _of_tone(plain: np.ndarray, texts: list[str], ratings: np.ndarray) -> np.ndarray:
    rated = np.digitize(np.nan_to_num(ratings), TONES)
    tone = np.where(np.isnan(ratings), len(TONES) + 1, rated)
    return _means(plain, [_is_chinese(texts) * (len(TONES) + 2) + tone])


def _is_chinese(texts: list[str]) -> np.ndarray:
    return np.array([bool(_CHINESE.search(text)) for text in texts])


def _means(rows: np.ndarray, kinds: list[np.ndarray]) -> np.ndarray:
    """The mean row of each row's kind, (N, H): of the last of ``kinds`` in which it is not among few; else zero."""
    means = np.zeros_like(rows)
    for kind in kinds:
        for name in np.unique(kind):
            members = kind == name
            if members.sum() >= FEWEST_OF_A_KIND:
                means[members] = rows[members].mean(axis=0)
    return means


def learned_slot(need_id: int, rows: np.ndarray, members: np.ndarray) -> Slot:
    """A need known only by its texts, or by vectors of another encoder, as the mean of its texts' vectors."""
    if not members.size:
        return Slot(need_id, rows[:0], np.zeros(0))
    vectors = unit(rows[members].mean(axis=0, keepdims=True))
    floor = max(background_floor(rows, SEED), float(np.quantile(rows[members] @ vectors[0], FLOOR_QUANTILE)))
    return Slot(need_id, vectors, np.array([floor]))


def regroup(rows: np.ndarray, slots: list[Slot], before: np.ndarray, by_hand: Mapping[int, int]) -> Grouped:
    """Assign texts (N, H) to the known slots, and let unseen texts that fit none form new ones.

    ``before`` (N,) says where the last run left each text: its slot, OTHER, or UNSEEN. A text that was in some need
    stays in the nearest one, and one that was left over does not form a need with its like again, so that a second
    run over the same texts changes nothing. ``by_hand`` gives the slot of the rows that people placed.
    """
    known = len(slots)
    if not by_hand and not any(len(slot.vectors) for slot in slots):
        fresh, diagnostics = _fresh_slots(rows, len(rows))
        lenient = np.zeros(len(rows), dtype=bool)
        labels = np.full(len(rows), OTHER)
    else:
        lenient = before >= 0
        labels = _assigned(rows, slots, range(known), lenient)
        labels[list(by_hand)] = list(by_hand.values())
        fresh, diagnostics = _fresh_slots(rows[(labels == OTHER) & (before == UNSEEN)], len(rows))
    slots = [*slots, *fresh]
    left = np.flatnonzero(labels == OTHER)
    labels[left] = _assigned(rows[left], slots, range(known, len(slots)), lenient[left])
    return Grouped(slots, labels, _similarity(rows, slots, labels), diagnostics)


def halves(rows: np.ndarray) -> tuple[Slot, Slot] | None:
    """The two directions into which the texts (N, H) of one need fall, the larger first; None where all are alike."""
    found = group(rows, seed=SEED, k=2, smallest=1)
    if len(found.centroids) < 2:
        return None
    first, second = (Slot(None, found.centroids[at : at + 1], found.floors[at : at + 1]) for at in (0, 1))
    return first, second


def _fresh_slots(rows: np.ndarray, total: int) -> tuple[list[Slot], dict[str, float]]:
    """New needs among the texts: many small shades first, then shades that are alike as one need."""
    least = max(FEWEST_NEW, round(NEW_SHARE * total))
    if len(rows) < least:
        return [], {}
    wanted = min(len(rows) / TEXTS_PER_SHADE, SHADES_PER_ROOT * len(rows) ** 0.5)
    shades = int(np.clip(wanted, 2, MOST_SHADES))
    found = group(rows, seed=SEED, k=shades, smallest=SMALLEST_SHADE)
    slots, sizes = [], []
    for members in _families(found.centroids):
        slots.append(Slot(None, found.centroids[members], np.full(len(members), found.diagnostics["floor"])))
        sizes.append(int(found.sizes[members].sum()))
    order = [at for at in np.argsort([-size for size in sizes], kind="stable") if sizes[at] >= least]
    return [slots[at] for at in order], {"shades": float(len(found.centroids)), "floor": found.diagnostics["floor"]}


def _families(centroids: np.ndarray) -> list[np.ndarray]:
    """Indices of shades (M, H) that are one need: average linkage up to a mean similarity of ALIKE."""
    if len(centroids) < 2:
        return [np.arange(len(centroids))] if len(centroids) else []
    from scipy.cluster.hierarchy import fcluster, linkage

    found = fcluster(linkage(centroids, method="average", metric="cosine"), 1 - ALIKE, criterion="distance")
    return [np.flatnonzero(found == family) for family in np.unique(found)]


def _assigned(rows: np.ndarray, slots: list[Slot], places: Iterable[int], lenient: np.ndarray) -> np.ndarray:
    """The slot of the nearest direction whose floor is reached, else OTHER; where ``lenient`` (N,) of the nearest."""
    chosen = [place for place in places if len(slots[place].vectors)]
    if not chosen or not len(rows):
        return np.full(len(rows), OTHER)
    owner = np.repeat(chosen, [len(slots[place].vectors) for place in chosen])
    similarity = rows @ np.concatenate([slots[place].vectors for place in chosen]).T
    refused = similarity < np.concatenate([slots[place].floors for place in chosen])
    similarity[refused & ~lenient[:, None]] = -np.inf
    best = similarity.argmax(axis=1)
    reached = np.isfinite(similarity[np.arange(len(rows)), best])
    return np.where(reached, owner[best], OTHER)


def _similarity(rows: np.ndarray, slots: list[Slot], labels: np.ndarray) -> np.ndarray:
    similarity = np.zeros(len(rows), dtype=np.float32)
    for place, slot in enumerate(slots):
        own = labels == place
        if len(slot.vectors) and own.any():
            similarity[own] = (rows[own] @ slot.vectors.T).max(axis=1)
    return similarity
