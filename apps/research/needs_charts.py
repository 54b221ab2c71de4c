from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.research.needs_selectors import NeedRow

LONGEST_LABEL = 34


def opportunity_chart(rows: Sequence[NeedRow]) -> dict[str, Any] | None:
    found = [{"need": _short(row.need.name), **row.figures["opportunity"]} for row in rows if row.figures]
    if not found:
        return None
    return charts.bars_with_intervals(
        found,
        label="need",
        value="median",
        low="low",
        high="high",
        label_title=_("Need"),
        value_title=_("Opportunity, 0 to 20"),
        value_format=".1f",
    )


def segment_chart(figures: dict[str, Any] | None) -> dict[str, Any] | None:
    rows = [
        {"segment": row["segment"] or _("No segment"), **row["opportunity"]}
        for row in (figures or {}).get("by_segment", [])
    ]
    if len(rows) < 2:
        return None
    return charts.bars_with_intervals(
        rows,
        label="segment",
        value="median",
        low="low",
        high="high",
        label_title=_("Segment"),
        value_title=_("Opportunity, 0 to 20"),
        value_format=".1f",
        in_order=True,
    )


def history_chart(history: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if len(history) < 2:
        return None
    rows = [{name: row[name] for name in ("version", "median", "low", "high")} for row in history]
    return charts.interval_line(
        rows,
        x="version",
        y="median",
        low="low",
        high="high",
        x_title=_("Version of the result"),
        y_title=_("Opportunity"),
        x_type="ordinal",
        height=180,
    )


def saturation_chart(saturation: dict[str, Any] | None) -> dict[str, Any] | None:
    if not saturation:
        return None
    rows = [
        {"customers": customers, "needs": needs}
        for customers, needs in zip(saturation["customers"], saturation["needs_found"], strict=True)
    ]
    return charts.curve_with_band(
        rows,
        x="customers",
        y="needs",
        x_title=_("Customers asked"),
        y_title=_("Needs found"),
        zero=True,
        height=180,
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
