"""What the page of the position shows beyond the table: segments, methods side by side, and what turns round."""

from __future__ import annotations

from collections import Counter
from typing import Any

from apps.differentiation import method_words
from apps.estimates.models import Estimate


def shown(estimate: Estimate | None) -> dict[str, Any]:
    """Results that were made before a part existed show it empty."""
    if estimate is None:
        return {}
    found = estimate.diagnostics
    return {
        "weighing": method_words.weighing_name(estimate.parameters.get("method", "needs")),
        "segments": _segments(found.get("segments", []), estimate.parameters["offers"]),
        "methods": _methods(found.get("methods", []), estimate.parameters["offers"]),
        "disagreements": [_disagreement(one) for one in found.get("disagreements", [])],
        "anyone": found.get("whatever_the_weights", []),
        "turned": turned(found.get("turned_by_leaving", [])),
        "entrant": _entrant(estimate),
    }


def _segments(segments: list[dict[str, Any]], offers: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "segment": one["segment"],
            "customers": one["customers"],
            "p_first": [row["p_first"] for row in one["offers"]],
            "score": one["offers"][0]["score"],
            "first": max(one["offers"], key=lambda row: row["p_first"])["offer"],
            "ours_is_first": max(one["offers"], key=lambda row: row["p_first"])["offer"] == offers[0],
        }
        for one in segments
    ]


def _methods(methods: list[dict[str, Any]], offers: list[str]) -> dict[str, Any] | None:
    """One row for each offer, with what each method says of it."""
    if not methods:
        return None
    rows = [
        {"offer": offer, "ours": at == 0, "cells": [one["offers"][at] for one in methods]}
        for at, offer in enumerate(offers)
    ]
    return {"names": [method_words.ranking_name(one["method"]) for one in methods], "rows": rows}


def _disagreement(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        side: ", ".join(method_words.ranking_name(method) for method in one[side])
        for side in ("one_first", "other_first")
    }


def turned(reversals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By method how many pairs turn round, with the first few; every method is named, those without any too."""
    counts = Counter(one["method"] for one in reversals)
    return [
        {
            "method": str(name),
            "count": counts[method],
            "pairs": [one for one in reversals if one["method"] == method][:4],
        }
        for method, name in method_words.RANKING.items()
    ]


def _entrant(estimate: Estimate) -> dict[str, Any] | None:
    """A form for a newcomer, filled with the ratings of the strongest rival."""
    found = estimate.diagnostics
    if len(found["offers"]) < 2 or "ratings" not in found:
        return None
    at = max(range(1, len(found["offers"])), key=lambda place: found["offers"][place]["score"]["median"])
    rows = [
        {"criterion_id": one["criterion_id"], "name": one["name"], "percent": round(100 * found["ratings"][at][place])}
        for place, one in enumerate(found["criteria"])
        if one["weight"]["high"] > 0
    ]
    return {"like": estimate.parameters["offers"][at], "rows": rows}
