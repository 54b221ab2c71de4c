"""What the Kano page shows, from the estimate."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.estimates import charts
from apps.estimates.reading import percent
from apps.research.kano_selectors import KanoStudy
from trimtab.economics.needs.kano import CATEGORIES

CATEGORY_WORDS: dict[str, str | Promise] = {
    "M": gettext_lazy("Expected"),
    "O": gettext_lazy("The more the better"),
    "A": gettext_lazy("Delights"),
    "I": gettext_lazy("All the same"),
    "R": gettext_lazy("Unwanted"),
    "Q": gettext_lazy("Doubtful answers"),
}
LONGEST_LABEL = 34
CLEAR = 0.9
MOST_SURE = 0.99


def shown(study: KanoStudy) -> dict[str, Any]:
    if study.estimate is None:
        return {}
    about = study.estimate.diagnostics
    rows = [_row(row) for row in about["features"]]
    return {
        "about": about,
        "rows": rows,
        "chart": better_and_worse(about["features"]),
        "categories": [CATEGORY_WORDS[name] for name in CATEGORIES],
        "unclear": sum(not row["is_clear"] for row in rows),
        "doubtful": [row["feature"] for row in rows if row["doubtful"]],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "word": CATEGORY_WORDS[row["category"]],
        "sure": sure(row["p_category"]),
        "is_clear": row["p_category"] >= CLEAR and row["is_significant"],
        "cells": [row["shares"][name] for name in CATEGORIES],
        "by_segment": [
            one
            | {
                "word": CATEGORY_WORDS[one["category"]],
                "sure": sure(one["p_category"]),
                "differs": one["category"] != row["category"],
            }
            for one in row["by_segment"]
        ],
    }


def sure(chance: float) -> str:
    """A chance as people read it: 2,000 worlds do not show that anything is certain."""
    return f"> {percent(MOST_SURE, 0)}" if chance > MOST_SURE else percent(chance, 0)


def better_and_worse(features: list[dict[str, Any]]) -> charts.Spec:
    """CS+ to the right and CS- to the left, each with its interval."""
    rows = [
        {
            "feature": _short(row["feature"]),
            "side": side,
            **{name: row[key][name] for name in ("median", "low", "high")},
        }
        for row in features
        for side, key in ((_("If it is there"), "better"), (_("If it is missing"), "worse"))
    ]
    return charts.bars_with_intervals(
        rows,
        label="feature",
        value="median",
        low="low",
        high="high",
        series="side",
        label_title=_("Feature"),
        value_title=_("What it adds to satisfaction, CS+ and CS−"),
        value_format=".0%",
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
