"""Candidates side by side on one held-out split: scores, latency, size and cost, each with draws.

Notation: N items, L labels, D draws. Draw d is the same resample of the items for every candidate, so that differences
between candidates can be taken draw by draw (a paired bootstrap: Efron & Tibshirani 1993, chapter 8).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trimtab.learning.metrics import ratio

MILLISECONDS_PER_HOUR = 3_600_000.0
_BLOCK = 64


@dataclass(frozen=True)
class ScoreDraws:
    """``accuracy``, ``macro_f1``, ``micro_f1`` (D,), ``recall`` (D, L); all 0..1."""

    accuracy: np.ndarray
    macro_f1: np.ndarray
    micro_f1: np.ndarray
    recall: np.ndarray


class Answers(Protocol):
    """Whatever answers one text; the answer itself is not looked at."""

    def __call__(self, texts: Sequence[str], /) -> object: ...


def resample_counts(items: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each of N items is in each of D resamples of size N: uint16 (D, N), rows sum to N."""
    counts = np.empty((draws, items), dtype=np.uint16)
    for draw in range(draws):
        counts[draw] = np.bincount(rng.integers(0, items, size=items), minlength=items)
    return counts


def score_draws(truth: np.ndarray, predicted: np.ndarray, labels: int, counts: np.ndarray) -> ScoreDraws:
    """Scores on each resample: ``truth``, ``predicted`` (N,) in 0..labels-1, ``counts`` (D, N) of ``resample_counts``.

    Hits, support and predictions per label are sums of counts over items, so items are sorted by label once and summed
    by ``np.add.reduceat``; no resample is ever built. As in ``metrics``, a ratio without a denominator is 0, and macro
    F1 is the mean over labels that occur in the resample or among its predictions.
    """
    hit = truth == predicted
    support = _sums(truth, labels, counts)
    named = _sums(predicted, labels, counts)
    hits = _sums(truth[hit], labels, counts[:, hit])
    f1 = ratio(2 * hits, support + named)
    present = (support + named) > 0
    accuracy = hits.sum(axis=1) / np.maximum(support.sum(axis=1), 1)
    macro = f1.sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return ScoreDraws(accuracy, macro, accuracy.copy(), ratio(hits, support))


def measure_latency(
    answer: Answers,
    texts: Sequence[str],
    *,
    requests: int,
    warm_up: int = 10,
    on_request: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Milliseconds (requests,) of single-text requests, one after the other, going round ``texts``, after a warm-up."""
    for index in range(warm_up):
        answer([texts[index % len(texts)]])
    taken = np.empty(requests)
    for index in range(requests):
        text = [texts[index % len(texts)]]
        started = time.perf_counter()
        answer(text)
        taken[index] = (time.perf_counter() - started) * 1000
        on_request()
    return taken


def latency_draws(milliseconds: np.ndarray, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap of the median and the mean of request times (R,): two arrays (D,), in milliseconds."""
    chosen = milliseconds[rng.integers(0, len(milliseconds), size=(draws, len(milliseconds)))]
    return np.median(chosen, axis=1), chosen.mean(axis=1)


def cost_per_1000(mean_milliseconds: np.ndarray, price_per_cpu_hour: float, *, cpus: int = 1) -> np.ndarray:
    """Currency per 1,000 requests: 1000 * mean time * CPUs held * price per CPU-hour; any shape."""
    return 1000.0 * np.asarray(mean_milliseconds) * cpus * price_per_cpu_hour / MILLISECONDS_PER_HOUR


def _sums(places: np.ndarray, labels: int, counts: np.ndarray) -> np.ndarray:
    """For each draw and label, the sum of counts (D, N) over the items at that label: float (D, L)."""
    out = np.zeros((len(counts), labels))
    if len(places) == 0:
        return out
    order = np.argsort(places, kind="stable")
    found, starts = np.unique(places[order], return_index=True)
    for start in range(0, len(counts), _BLOCK):
        block = counts[start : start + _BLOCK, order].astype(np.int64)
        out[start : start + _BLOCK, found] = np.add.reduceat(block, starts, axis=1)
    return out
