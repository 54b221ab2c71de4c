"""Group embedded texts into needs that keep their identity from run to run.

Notation: N texts, H dimensions, K groups, K0 of them known from before. Similarity is the cosine, and all rows are of
length 1, so it is a plain product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

OTHER = -1
LARGEST_K = 24
_SAMPLE = 4000
_DIRECTIONS = 48
_REFINEMENTS = 8
_FLOOR_SHARE = 0.3


@dataclass(frozen=True)
class Grouping:
    """N texts in K groups.

    ``labels`` (N,) in 0..K-1, or -1 for "other": near no group. ``centroids`` (K, H) of length 1. ``similarity`` (N,)
    of each text to its own group, or to the nearest one if it is "other". ``floors`` (K,): a text less similar to the
    group than this does not belong to it; keep them with the centroids for the next run. The first ``known`` groups
    are the fixed ones, in the order given, their centroids unchanged. ``diagnostics``: silhouette, stability, floor.
    """

    labels: np.ndarray
    centroids: np.ndarray
    similarity: np.ndarray
    floors: np.ndarray
    known: int = 0
    diagnostics: dict[str, float] = field(default_factory=dict)

    @property
    def sizes(self) -> np.ndarray:
        """Texts per group: (K,)."""
        return np.bincount(self.labels[self.labels >= 0], minlength=len(self.centroids))


def group(
    embeddings: np.ndarray,
    *,
    seed: int,
    k: int | None = None,
    fixed: np.ndarray | None = None,
    fixed_floors: Sequence[float] | np.ndarray | None = None,
    smallest: int | None = None,
) -> Grouping:
    """Spherical k-means of ``embeddings`` (N, H), after the groups known from before took what they explain.

    ``fixed`` (K0, H) are centroids of known groups, ``fixed_floors`` (K0,) their floors from the earlier run. A text
    within the floor of its nearest known group joins it; only the rest can form new groups. ``k`` is the number of
    groups in all, known ones included; without it the number of new groups is chosen (see ``choose_k``). A new group of
    fewer than ``smallest`` texts (1 % of N, at least 3) is dissolved into "other". New groups come largest first.
    The same input and seed give the same groups. N = 0 gives no new group.
    """
    rows = unit(np.asarray(embeddings, dtype=np.float32))
    known = unit(np.asarray(fixed, dtype=np.float32)) if fixed is not None and len(fixed) else rows[:0]
    floor = background_floor(rows, seed)
    floors = np.full(len(known), floor) if fixed_floors is None else np.asarray(fixed_floors, dtype=float)
    labels = _assigned(rows, known, floors)
    rest = np.flatnonzero(labels == OTHER)
    least = smallest if smallest is not None else max(3, round(0.01 * len(rows)))
    wanted = None if k is None else max(0, k - len(known))
    fresh, diagnostics = _new_groups(rows[rest], wanted, floor, least, seed)
    found = _assigned(rows[rest], fresh, np.full(len(fresh), floor))
    places, new = _places(fresh, known, floors)
    labels[rest] = np.where(found == OTHER, OTHER, np.append(places, OTHER)[found])
    centroids = np.concatenate([known, fresh[new]])
    similarity = _own_similarity(rows, centroids, labels)
    floors = np.concatenate([floors, _own_floors(similarity, labels, range(len(known), len(centroids)), floor)])
    return Grouping(labels, centroids, similarity, floors, len(known), {**diagnostics, "floor": floor})


def choose_k(points: np.ndarray, *, seed: int, largest: int = LARGEST_K) -> tuple[int, float, float]:
    """How many groups ``points`` (N, P) show: (k, silhouette, stability).

    Stability of k is the adjusted Rand index, over all points, of two k-means fits to disjoint halves: do both halves
    tell the same story? Among the k within 0.1 of the best stability the one with the largest silhouette is taken
    (Rousseeuw 1987; Ben-Hur, Elisseeff & Guyon 2002 for stability).
    """
    sizes = [k for k in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24) if k <= largest and 4 * k <= len(points)]
    if not sizes:
        return 1, 0.0, 1.0
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(points))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    tried = []
    for k in sizes:
        one, two = (_kmeans(points[half], k, seed).predict(points) for half in halves)
        labels = _kmeans(points, k, seed).labels_
        width = silhouette_score(points, labels, sample_size=min(1500, len(points)), random_state=seed)
        tried.append((k, float(width), float(adjusted_rand_score(one, two))))
    best = max(stability for _, _, stability in tried)
    return max((item for item in tried if item[2] >= best - 0.1), key=lambda item: item[1])


def background_floor(rows: np.ndarray, seed: int) -> float:
    """The similarity below which a text is no closer to a centre than texts are by chance.

    b + 0.3 (1 - b), b the mean similarity of random pairs: encoders differ widely in b (0.1 or 0.8), so that no fixed
    number would do.
    """
    if len(rows) < 2:
        return _FLOOR_SHARE
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, len(rows), size=(2, 20_000))
    apart = left != right
    background = float(np.einsum("nh,nh->n", rows[left[apart]], rows[right[apart]]).mean())
    return background + _FLOOR_SHARE * (1 - background)


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows (N, H) divided by their lengths; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)


def _assigned(rows: np.ndarray, centroids: np.ndarray, floors: np.ndarray) -> np.ndarray:
    """The nearest group whose floor is reached, else -1."""
    if not len(centroids) or not len(rows):
        return np.full(len(rows), OTHER)
    similarity = rows @ centroids.T
    allowed = np.where(similarity >= floors, similarity, -np.inf)
    return np.where(np.isfinite(allowed.max(axis=1)), allowed.argmax(axis=1), OTHER)


def _new_groups(
    rows: np.ndarray, wanted: int | None, floor: float, smallest: int, seed: int
) -> tuple[np.ndarray, dict[str, float]]:
    """Centroids (K1, H) of new groups, largest first, and how good they are."""
    nothing = rows[:0]
    if wanted == 0 or len(rows) < smallest:
        return nothing, {}
    points = _directions(rows, seed)
    rng = np.random.default_rng(seed)
    sample = points[rng.permutation(len(points))[:_SAMPLE]]
    k, width, stability = choose_k(sample, seed=seed) if wanted is None else (wanted, 0.0, 0.0)
    k = min(k, len(rows))
    model = _kmeans(sample, k, seed) if len(sample) >= k else _kmeans(points, k, seed)
    centroids = _refined(rows, model.predict(points), k, floor)
    labels = _assigned(rows, centroids, np.full(len(centroids), floor))
    sizes = np.bincount(labels + 1, minlength=len(centroids) + 1)[1:]
    largest_first = np.argsort(-sizes, kind="stable")
    kept = [g for g in largest_first if sizes[g] >= smallest and _coheres(rows[labels == g], floor)]
    diagnostics = {} if wanted is not None else {"silhouette": width, "stability": stability}
    return centroids[kept], diagnostics


def _coheres(members: np.ndarray, floor: float) -> bool:
    """Whether the typical text (n, H) is as near to the centre of the OTHERS as the floor asks.

    A few strangers are all near to their own mean, because each is part of it.
    """
    if len(members) < 2:
        return True
    total = members.sum(axis=0)
    others = unit(total - members)
    return bool(np.median(np.einsum("nh,nh->n", members, others)) >= floor)


def _places(fresh: np.ndarray, known: np.ndarray, floors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each found group goes, (K1,), and which of them are new, bool (K1,).

    The loosest texts of a known group can gather about a centre of their own; a centre more than half way from the
    known group's floor to its centroid is that group again.
    """
    if not len(known) or not len(fresh):
        return len(known) + np.arange(len(fresh)), np.ones(len(fresh), dtype=bool)
    similarity = fresh @ known.T
    new = ~(similarity >= (floors + 1) / 2).any(axis=1)
    return np.where(new, len(known) + np.cumsum(new) - 1, similarity.argmax(axis=1)), new


def _directions(rows: np.ndarray, seed: int) -> np.ndarray:
    """The rows in the few directions that vary most, of length 1 again: (N, P), P at most 48."""
    rng = np.random.default_rng(seed)
    sample = rows[rng.permutation(len(rows))[:_SAMPLE]]
    mean = sample.mean(axis=0)
    _, vectors = np.linalg.eigh(
        np.cov((sample - mean).T.astype(np.float64)) if len(sample) > 1 else np.eye(rows.shape[1])
    )
    return unit(((rows - mean) @ vectors[:, ::-1][:, :_DIRECTIONS]).astype(np.float64))


def _kmeans(points: np.ndarray, k: int, seed: int) -> KMeans:
    """On one thread: sums then never depend on the machine, and small fits do not wait for each other's threads."""
    with threadpool_limits(limits=1):
        return KMeans(n_clusters=min(k, len(points)), n_init=3, random_state=seed).fit(points)


def _refined(rows: np.ndarray, labels: np.ndarray, k: int, floor: float) -> np.ndarray:
    """Lloyd's steps with cosine in all dimensions; texts below the floor do not pull on a centre."""
    for _ in range(_REFINEMENTS):
        sums = np.zeros((k, rows.shape[1]))
        inside = labels >= 0
        np.add.at(sums, labels[inside], rows[inside])
        centroids = unit(sums).astype(np.float32)
        again = _assigned(rows, centroids, np.full(k, floor))
        if np.array_equal(again, labels):
            break
        labels = again
    return centroids[np.linalg.norm(centroids, axis=1) > 0]


def _own_similarity(rows: np.ndarray, centroids: np.ndarray, labels: np.ndarray) -> np.ndarray:
    if not len(centroids) or not len(rows):
        return np.zeros(len(rows), dtype=np.float32)
    similarity = rows @ centroids.T
    chosen = np.where(labels == OTHER, similarity.argmax(axis=1), labels)
    return similarity[np.arange(len(rows)), chosen]


def _own_floors(similarity: np.ndarray, labels: np.ndarray, groups: range, floor: float) -> np.ndarray:
    """A new group's lower fence, m - 3 (m - q) with m the median and q the lower decile; at least the common floor."""
    fences = [3 * np.quantile(similarity[labels == g], 0.1) - 2 * np.median(similarity[labels == g]) for g in groups]
    return np.array([max(floor, float(fence)) for fence in fences])
