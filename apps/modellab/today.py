"""The model in service as a candidate: tested where the file holds its answers, else as somebody states it.

Notation: N held-out items, L labels, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.draws import Array
from trimtab.learning import evaluation
from trimtab.learning.metrics import confusion_matrix, ratio, scores_of

# What a hosted large model asked over the network takes and costs, where nobody has said what theirs does.
STATED = {"latency_p50_ms": 800.0, "latency_p95_ms": 1900.0, "cost_per_1000": 2.0}
ACCURACY_SPREAD = 0.03
LATENCY_SPREAD = 0.10
COST_SPREAD = 0.10
_BLOCK = 64
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Today:
    """``draws`` and ``report`` as a trained candidate has them; ``stated`` names what nobody measured or typed."""

    draws: dict[str, Array]
    report: dict[str, Any]
    stated: list[str] = field(default_factory=list)


def typed(facts: Mapping[str, float], draws: int, rng: np.random.Generator) -> Today:
    """Draws around what somebody typed: accuracy ~ beta with a spread of .03, latency and cost lognormal.

    ``facts`` holds accuracy (0..1) and may hold latency_p50_ms, latency_p95_ms and cost_per_1000. Macro and micro F1
    are taken to be the accuracy, as nothing else is known of them.
    """
    mean = min(max(float(facts["accuracy"]), 0.005), 0.995)
    weight = max(mean * (1 - mean) / ACCURACY_SPREAD**2 - 1, 10.0)
    accuracy = rng.beta(mean * weight, (1 - mean) * weight, size=draws)
    scores = {"accuracy": accuracy, "macro_f1": accuracy.copy(), "micro_f1": accuracy.copy()}
    point = {name: float(facts["accuracy"]) for name in scores}
    return _with_service(scores, point, facts, None, rng)


def tested(
    truth: Places,
    predicted: Places,
    latencies_ms: Array,
    facts: Mapping[str, float],
    labels: Sequence[str],
    counts: NDArray[np.uint16],
    rng: np.random.Generator,
) -> Today:
    """Scores of known answers on the same resamples as the candidates.

    ``truth``, ``predicted`` (N,) are places of labels, ``predicted`` being L where the answer is no known label;
    ``latencies_ms`` any number of measured times; ``counts`` (D, N) of ``evaluation.resample_counts``.
    """
    width = len(labels)
    confusion = confusion_matrix(truth, predicted, width + 1)
    scores = scores_of(confusion)
    present = (scores.support[:width] + confusion[:, :width].sum(axis=0)) > 0
    point: dict[str, Any] = {
        "accuracy": scores.accuracy,
        "micro_f1": scores.micro_f1,
        "macro_f1": float(scores.f1[:width][present].mean()) if present.any() else 0.0,
        "weighted_f1": scores.weighted_f1,
        "per_class": [
            {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
            for label, p, r, f, s in zip(
                labels, scores.precision, scores.recall, scores.f1, scores.support, strict=False
            )
        ],
        "confusion": confusion.tolist(),
    }
    draws = resampled_scores(truth, predicted, width, counts)
    return _with_service(draws, point, facts, latencies_ms if len(latencies_ms) >= 20 else None, rng)


def restated(
    draws: Mapping[str, Array], report: Mapping[str, Any], facts: Mapping[str, float], rng: np.random.Generator
) -> Today:
    """Scores that stay as they were tested, with another latency (unless it was measured) and cost."""
    scores = {name: draws[name] for name in ("accuracy", "macro_f1", "micro_f1")}
    found = _with_service(scores, dict(report), facts, None, rng)
    if report.get("latency_measured"):
        kept = {name: report[name] for name in ("latency_p50_ms", "latency_p95_ms")}
        stated = [name for name in found.stated if not name.startswith("latency")]
        report = {**found.report, **kept, "stated": stated, "latency_measured": True}
        return Today({**found.draws, "latency_ms": draws["latency_ms"]}, report, stated)
    return found


def resampled_scores(truth: Places, predicted: Places, labels: int, counts: NDArray[np.uint16]) -> dict[str, Array]:
    """Accuracy, macro and micro F1 (D,) on each resample; an answer that is no label is wrong and names no label."""
    places = np.arange(labels)
    is_true = (truth[:, None] == places).astype(np.float32)
    is_named = (predicted[:, None] == places).astype(np.float32)
    accuracy, macro = np.empty(len(counts)), np.empty(len(counts))
    for start in range(0, len(counts), _BLOCK):
        block = counts[start : start + _BLOCK].astype(np.float32)
        support, named, hits = block @ is_true, block @ is_named, block @ (is_true * is_named)
        f1 = ratio(2 * hits, support + named)
        present = (support + named) > 0
        accuracy[start : start + _BLOCK] = hits.sum(axis=1) / np.maximum(support.sum(axis=1), 1)
        macro[start : start + _BLOCK] = f1.sum(axis=1) / np.maximum(present.sum(axis=1), 1)
    return {"accuracy": accuracy, "macro_f1": macro, "micro_f1": accuracy.copy()}


def _with_service(
    scores: dict[str, Array],
    point: dict[str, Any],
    facts: Mapping[str, float],
    latencies_ms: Array | None,
    rng: np.random.Generator,
) -> Today:
    """Add latency and cost: measured, else typed, else the stated default."""
    worlds = len(scores["accuracy"])
    known = {name: float(facts.get(name) or STATED[name]) for name in STATED}
    stated = [name for name in STATED if not facts.get(name)]
    if latencies_ms is not None:
        latency, _mean = evaluation.latency_draws(latencies_ms, worlds, rng)
        known["latency_p50_ms"] = float(np.percentile(latencies_ms, 50))
        known["latency_p95_ms"] = float(np.percentile(latencies_ms, 95))
        stated = [name for name in stated if not name.startswith("latency")]
    else:
        latency = known["latency_p50_ms"] * np.exp(LATENCY_SPREAD * rng.standard_normal(worlds))
    cost = known["cost_per_1000"] * np.exp(COST_SPREAD * rng.standard_normal(worlds))
    draws = {**scores, "latency_ms": latency, "cost_per_1000": cost}
    report = {**point, **known, "stated": stated, "latency_measured": latencies_ms is not None}
    return Today(draws, report, stated)
