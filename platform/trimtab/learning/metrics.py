"""Scores of a classifier from its confusion matrix; numpy only.

Notation: N items, L labels, D draws. A confusion matrix counts items with true label i (row) predicted as j (column).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    """``precision``, ``recall``, ``f1`` (0..1) and ``support`` (items), each (L,); the rest are single numbers, 0..1.

    A ratio without a denominator is 0, as in scikit-learn with ``zero_division=0``. Macro scores are means over the
    labels that occur in the truth or among the predictions, which is scikit-learn's default too.
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray
    accuracy: float
    macro_f1: float
    micro_f1: float
    weighted_f1: float
    macro_precision: float
    macro_recall: float


def confusion_matrix(truth: np.ndarray, predicted: np.ndarray, labels: int) -> np.ndarray:
    """Counts (L, L) of places of labels ``truth`` (N,) and ``predicted`` (N,), both in 0..labels-1."""
    return np.bincount(truth * labels + predicted, minlength=labels * labels).reshape(labels, labels)


def scores_of(confusion: np.ndarray) -> Scores:
    """All scores of one confusion matrix (L, L).

    precision = hits / predicted, recall = hits / support, F1 = 2 hits / (support + predicted). With one label per item
    micro F1 is the accuracy.
    """
    hits = np.diag(confusion).astype(float)
    support, predicted = confusion.sum(axis=1).astype(float), confusion.sum(axis=0).astype(float)
    total = support.sum()
    f1, precision, recall = ratio(2 * hits, support + predicted), ratio(hits, predicted), ratio(hits, support)
    present = (support + predicted) > 0
    accuracy = float(hits.sum() / total) if total else 0.0
    return Scores(
        precision,
        recall,
        f1,
        support.astype(int),
        accuracy=accuracy,
        macro_f1=_mean(f1, present),
        micro_f1=accuracy,
        weighted_f1=float((f1 * support).sum() / total) if total else 0.0,
        macro_precision=_mean(precision, present),
        macro_recall=_mean(recall, present),
    )


def calibration_error(confidence: np.ndarray, right: np.ndarray, *, bins: int = 15) -> float:
    """Expected calibration error, 0..1: sum over bins of (n_b / N) |mean confidence - share right|.

    ``confidence`` (N,) in 0..1, ``right`` (N,) bool; ``bins`` of equal width (Guo et al. 2017, ICML, eq. 3).
    """
    if len(confidence) == 0:
        return 0.0
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gap = np.bincount(place, weights=confidence - right.astype(float), minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below, and 0 where below is 0."""
    return np.divide(above, below, out=np.zeros_like(np.asarray(above, dtype=float)), where=below > 0)


def _mean(values: np.ndarray, present: np.ndarray) -> float:
    return float(values[present].mean()) if present.any() else 0.0
