"""Curves of a training and the matrix of its errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.modellab import selectors
from apps.modellab.comparison import Line
from apps.modellab.models import Candidate, CandidateMethod, TrainingRun
from apps.modellab.plans import SEED_MARK

SHOWN_POINTS = 300
MOST_SHOWN_LABELS = 40


def curves(run: TrainingRun) -> dict[str, Any]:
    """The loss on the texts it learns from, and the scores on the validation part, as far as they are known."""
    points = list(
        selectors.metrics(run).exclude(candidate__contains=SEED_MARK).values("candidate", "name", "step", "value")
    )
    methods = dict(CandidateMethod.choices)
    losses = [_point(p, str(methods.get(p["candidate"], p["candidate"]))) for p in points if p["name"] == "loss"]
    words = {"validation_accuracy": _("accuracy"), "validation_macro_f1": _("macro F1")}
    named = _("%(candidate)s, %(measure)s")
    scores = [
        _point(p, named % {"candidate": methods.get(p["candidate"], p["candidate"]), "measure": words[p["name"]]})
        for p in points
        if p["name"] in words
    ]
    losses, scores = _lines(losses), _lines(scores)
    found: dict[str, Any] = {}
    if losses:
        found["loss"] = charts.interval_line(
            _thinned(losses), x="step", y="value", x_title=_("Step"), y_title=_("Loss"), series="series",
            series_title=_("Candidate"), zero=True, height=220,
        )  # fmt: skip
    if scores:
        found["scores"] = charts.interval_line(
            _thinned(scores), x="step", y="value", x_title=_("Step"), y_title=_("Score"), series="series",
            series_title=_("Candidate"), y_format=".0%", height=220,
        )  # fmt: skip
    return found


def _point(point: Mapping[str, Any], series: str) -> dict[str, Any]:
    return {"step": point["step"], "value": round(point["value"], 5), "series": series}


def _lines(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A series of one point is no curve: a head on frozen features has no steps."""
    counts = Counter(point["series"] for point in points)
    return [point for point in points if counts[point["series"]] > 1]


def _thinned(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    every = max(1, -(-len(points) // SHOWN_POINTS))
    return [point for place, point in enumerate(points) if place % every == 0 or place == len(points) - 1]


def scores(lines: list[Line]) -> dict[str, Any] | None:
    """Accuracy and macro F1 of all candidates with their intervals."""
    rows = [
        {"candidate": line.candidate.name, "score": title, "value": figure["median"]}
        | {end: figure[end] for end in ("low", "high")}
        for line in lines
        if line.estimate
        for name, title in (("accuracy", _("Accuracy")), ("macro_f1", _("Macro F1")))
        if (figure := line.estimate.figures.get(name))
    ]
    if not rows:
        return None
    return charts.bars_with_intervals(
        rows, label="candidate", value="value", low="low", high="high", label_title=_("Candidate"),
        value_title=_("Share of held-out texts"), value_format=".1%", series="score", series_title=_("Score"),
        in_order=True,
    )  # fmt: skip


def matrix(candidate: Candidate) -> dict[str, Any] | None:
    """Rows are right labels, columns answers: the labels with most errors where there are too many for a page."""
    report = candidate.report
    if not report.get("confusion"):
        return None
    labels = [*report["labels"], _("another label")]
    wrong = [0] * len(labels)
    for i, j, count in report["confusion"]:
        if i != j:
            wrong[i] += count
            wrong[j] += count
    chosen = sorted(range(len(report["labels"])), key=lambda place: (-wrong[place], place))[:MOST_SHOWN_LABELS]
    if wrong[len(labels) - 1]:
        chosen.append(len(labels) - 1)
    chosen.sort()
    cells = {(i, j): count for i, j, count in report["confusion"]}
    support = {i: sum(count for (a, _j), count in cells.items() if a == i) for i in chosen}
    rows = [
        {
            "label": labels[i],
            "support": support[i],
            "cells": [_cell(cells.get((i, j), 0), support[i], i, j) for j in chosen],
        }
        for i in chosen
        if support[i]
    ]
    return {"labels": [labels[j] for j in chosen], "rows": rows, "left_out": len(report["labels"]) - len(chosen)}


def _cell(count: int, support: int, i: int, j: int) -> dict[str, Any]:
    return {"count": count, "share": count / support if support else 0.0, "wrong": i != j and count > 0}
