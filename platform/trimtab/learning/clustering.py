"""Group embedded texts into needs that keep their identity from run to run."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sklearn.cluster import KMeans

OTHER = -1


@dataclass(frozen=True)
class Grouping:
    """N texts in K groups.

    ``labels`` (N,) in 0..K-1 or -1 for "other", unit ``centroids`` (K, H), cosine ``similarity`` (N,) of a text to its
    group. The first ``known`` groups are the fixed ones that were given, in the order given.
    """

    labels: np.ndarray
    centroids: np.ndarray
    similarity: np.ndarray
    known: int = 0
    diagnostics: dict[str, float] = field(default_factory=dict)


def group(
    embeddings: np.ndarray,
    *,
    seed: int,
    k: int | None = None,
    fixed: np.ndarray | None = None,
    floor: float | None = None,
) -> Grouping:
    """Spherical k-means of unit rows (N, H); see the README for how ``fixed`` centroids (K0, H) keep their place."""
    model = KMeans(n_clusters=min(k or 8, len(embeddings)), n_init=4, random_state=seed).fit(embeddings)
    centroids = model.cluster_centers_ / np.linalg.norm(model.cluster_centers_, axis=1, keepdims=True)
    similarity = embeddings @ centroids.T
    labels = similarity.argmax(axis=1)
    return Grouping(labels, centroids, similarity.max(axis=1))
