"""A run's candidates weighed by what their errors cost, all in the same worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.estimates.lineage import InputRef
from apps.estimates.models import Grade
from apps.modellab.models import CandidateMethod, FrequencySource, QualityMapping, TrainingRun
from apps.modellab.plans import DRAWS
from apps.modellab.quality_answers import HeldOut
from apps.modellab.quality_costs import Costs, costs_of
from apps.modellab.quality_frequency import Frequencies, frequencies
from trimtab.economics.decision.quality_success import Answers, Escalation, Stakes, TaskSuccess, task_success
from trimtab.economics.draws import Array, interval, summarise

THIN = 10
Draws = dict[str, Array]


@dataclass(frozen=True)
class Weighed:
    """What the estimate of one candidate holds."""

    draws: Draws
    parameters: dict[str, Any]
    diagnostics: dict[str, Any]
    grade: Grade
    inputs: tuple[InputRef, ...]


def weigh(
    training: TrainingRun, mapping: QualityMapping, held: HeldOut | None, tested: dict[str, tuple[Draws, Grade]]
) -> dict[str, Weighed]:
    """By method, for all that have a test: ``tested`` holds the draws of each one's evaluation and its grade.

    A model whose single answers are not known keeps its accuracy.
    """
    if held is None:
        return {method: _unweighed(*found) for method, found in tested.items()}
    rng = np.random.default_rng([training.seed, 31])
    use = mapping.frequency == FrequencySource.DATA
    asked = frequencies(training.workspace, held.labels, DRAWS, rng) if use else None
    costs = costs_of(training.workspace, mapping, held.labels)
    found = {
        method: _success(held, held.answers[method], mapping, asked, costs, np.random.default_rng([training.seed, 32]))
        for method in tested
        if method in held.answers
    }
    today = found.get(CandidateMethod.TODAY)
    return {
        method: _weighed(held, found[method], today, mapping, asked, costs, draws, grade)
        if method in found
        else _unweighed(draws, grade)
        for method, (draws, grade) in tested.items()
    }


def _success(
    held: HeldOut,
    answers: Answers,
    mapping: QualityMapping,
    asked: Frequencies | None,
    costs: Costs,
    rng: np.random.Generator,
) -> TaskSuccess:
    stakes = Stakes(error_cost=costs.k)
    if asked is not None:
        stakes = Stakes(asked.draws, costs.k, asked.share)
    return task_success(
        held.truth, len(held.labels), answers, held.counts, stakes, escalation_of(mapping, answers), rng
    )


def escalation_of(mapping: QualityMapping, answers: Answers) -> Escalation:
    """A model that tells no confidence is never escalated."""
    return Escalation(
        threshold=mapping.threshold if answers.confidence is not None else 0.0,
        success=mapping.escalation_success,
        cost=mapping.escalation_cost,
        latency_ms=mapping.escalation_latency_ms,
    )


def _unweighed(draws: Draws, grade: Grade) -> Weighed:
    accuracy = np.clip(draws["accuracy"], 0, 1)
    kept = {"success": accuracy, "success_segment": accuracy[:, None], "rejected": np.zeros_like(accuracy)}
    kept |= {name: draws[name] for name in ("latency_ms", "cost_per_1000")}
    return Weighed(kept, {"segments": [""], "weighed": False}, {"classes": []}, grade, ())


def _weighed(
    held: HeldOut,
    found: TaskSuccess,
    today: TaskSuccess | None,
    mapping: QualityMapping,
    asked: Frequencies | None,
    costs: Costs,
    draws: Draws,
    grade: Grade,
) -> Weighed:
    kept = {
        "success": found.success,
        "success_segment": found.success_segment,
        "rejected": found.rejected,
        "latency_ms": draws["latency_ms"] + found.rejected * mapping.escalation_latency_ms,
        "cost_per_1000": draws["cost_per_1000"] + 1000 * found.rejected * mapping.escalation_cost,
    }
    parameters = {
        "segments": asked.segments if asked else [""],
        "weighed": True,
        "frequency": asked.source if asked else FrequencySource.TEST.value,
        "seeds": found.seeds,
        **{name: value for name, value in mapping.settings().items() if name not in ("frequency", "error_cost")},
    }
    diagnostics = {
        "held_out_texts": int(held.truth.size),
        "counted": asked.counted if asked else 0,
        "counted_customers": asked.customers if asked else 0,
        "classes": _classes(held, found, today, asked, costs),
        "against_today": _difference(found.success, today.success)
        if today is not None and today is not found
        else None,
        "escalates": bool(np.any(found.rejected > 0)),
    }
    inputs = (*costs.inputs, *(asked.inputs if asked else ()))
    return Weighed(kept, parameters, diagnostics, _grade(grade, costs, found, mapping), inputs)


def _grade(tested: Grade, costs: Costs, found: TaskSuccess, mapping: QualityMapping) -> Grade:
    """That of the weakest part: a typed cost, or what a person is said to make of escalated requests, is assumed."""
    parts = [tested, costs.grade or tested]
    if np.any(found.rejected > 0):
        parts.append(Grade.ASSUMED)
    return min(parts, key=Grade.values.index)


def _classes(
    held: HeldOut, found: TaskSuccess, today: TaskSuccess | None, asked: Frequencies | None, costs: Costs
) -> list[dict[str, Any]]:
    texts = np.bincount(held.truth, minlength=len(held.labels))
    often, by_segment = _how_often(held, asked)
    spread = {"recall": found.recall, "loss": found.loss_by_class}
    if today is not None and today is not found:
        spread |= {"recall_today": today.recall, "change": today.loss_by_class - found.loss_by_class}
    columns = {name: interval(values) for name, values in spread.items()}
    cost = np.median(costs.k, axis=0)
    rows = []
    for place, label in enumerate(held.labels):
        row = {
            "label": label,
            "texts": int(texts[place]),
            "thin": bool(texts[place] < THIN),
            "share": float(often[place]),
            "segments": [float(value) for value in by_segment[:, place]],
            "cost": float(cost[place]),
        }
        for name, (middle, low, high) in columns.items():
            row[name] = {"median": float(middle[place]), "low": float(low[place]), "high": float(high[place])}
        rows.append(row)
    return sorted(rows, key=lambda one: -one["loss"]["median"])


def _how_often(held: HeldOut, asked: Frequencies | None) -> tuple[Array, Array]:
    """Share of each class (L,) of all requests and (S, L) of each segment's, the middle of the worlds."""
    if asked is None:
        share = np.bincount(held.truth, minlength=len(held.labels)) / held.truth.size
        return share, share[None, :]
    total = asked.draws.sum(axis=1)
    by_segment = asked.draws / np.maximum(asked.draws.sum(axis=2, keepdims=True), 1e-12)
    return np.median(total / total.sum(axis=1, keepdims=True), axis=0), np.median(by_segment, axis=0)


def _difference(ours: Array, today: Array) -> dict[str, Any]:
    gap = ours - today
    figure = summarise(gap, name="task_success_gain", unit="share").as_dict()
    return figure | {"p_better": float((gap > 0).mean() + 0.5 * (gap == 0).mean())}
