"""The charts of the retention page, as specifications."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.retention.what_if import cell_slopes, kept_shares, link_at
from apps.retention.words import GROUPS
from trimtab.economics.draws import interval

AHEAD = 12
LAST = 60
MOST_COUNTS = 8
MOST_LINES = 6


def survival_curve(estimate: Estimate) -> charts.Spec:
    """What was seen, in steps, and the projection, a year further."""
    seen, ahead = estimate.diagnostics["kaplan_meier"], estimate.diagnostics["projection"]
    until = min(max(seen[-1]["month"] + AHEAD, AHEAD), LAST)
    seen_label, projected = _("Seen (Kaplan-Meier)"), _("Projected")
    rows = [
        {"month": row["month"], "share": row["survival"], "low": row["low"], "high": row["high"], "line": seen_label}
        for row in seen
    ]
    rows += [
        {"month": row["month"], "share": row["median"], "low": row["low"], "high": row["high"], "line": projected}
        for row in ahead[: until + 1]
    ]
    return charts.step_survival(
        rows,
        x="month",
        y="share",
        low="low",
        high="high",
        series="line",
        x_title=_("Months as a customer"),
        y_title=_("Still a customer"),
        height=320,
    )


def at_risk(estimate: Estimate) -> list[dict[str, float]]:
    """How many customers are still watched at some months across the curve: where few are, its steps mean little."""
    seen = estimate.diagnostics["kaplan_meier"]
    apart = max(1, -(-(len(seen) - 1) // MOST_COUNTS))
    return [{"month": row["month"], "customers": row["at_risk"]} for row in seen[::apart]]


def arrivals_line(estimate: Estimate) -> charts.Spec:
    seen_label, expected = _("Came"), _("Expected")
    rows = [
        {
            "month": f"{row['month']}-01",
            "customers": row["customers"],
            "low": row["customers"],
            "high": row["customers"],
        }
        | {"line": seen_label}
        for row in estimate.diagnostics["months"][-36:]
    ]
    rows += [
        {"month": f"{row['month']}-01", "customers": row["median"], "low": row["low"], "high": row["high"]}
        | {"line": expected}
        for row in estimate.diagnostics["ahead"][:AHEAD]
    ]
    return charts.interval_line(
        rows,
        x="month",
        y="customers",
        low="low",
        high="high",
        series="line",
        x_title=_("Month"),
        y_title=_("New customers"),
        x_type="temporal",
        zero=True,
    )


def link_curve(link: Estimate, survival: Estimate) -> charts.Spec:
    """Retention after a year by satisfaction."""
    rows = []
    for level in np.linspace(0, 1, 21):
        middle, low, high = interval(kept_shares(np.full(1, level), link, survival)[0])
        rows.append({"u": float(level), "share": float(middle), "low": float(low), "high": float(high)})
    return charts.curve_with_band(
        rows,
        x="u",
        y="share",
        low="low",
        high="high",
        x_title=_("Satisfaction, U"),
        y_title=_("Retained after 12 months"),
        x_format=".2f",
        y_format=".0%",
        zero=True,
        markers=[{"x": link.diagnostics["u_reference"], "label": _("today")}],
    )


def link_by_segment(link: Estimate) -> charts.Spec | None:
    """h(U) of the established customers of each segment, or of new and established ones where there is one segment."""
    slopes, names = cell_slopes(link), link.parameters.get("segments", [""])
    if slopes is None or link.grade == "assumed":
        return None
    lines = (
        {str(GROUPS[group]): slopes[:, 0, place] for place, group in enumerate(("new", "established"))}
        if len(names) < 2
        else {name: slopes[:, place, -1] for place, name in enumerate(names[:MOST_LINES])}
    )
    rows = []
    for label, slope in lines.items():
        for level in np.linspace(0, 1, 21):
            middle, low, high = interval(link_at(link, np.full(1, level), slope))
            row = {"u": float(level), "h": float(middle), "low": float(low), "high": float(high)}
            rows.append(row | {"segment": label})
    return charts.curve_with_band(
        rows,
        x="u",
        y="h",
        low="low",
        high="high",
        series="segment",
        x_title=_("Satisfaction, U"),
        y_title=_("h(U): log of how much less often customers leave"),
        x_format=".2f",
        y_format=".1f",
        markers=[{"x": link.diagnostics["u_reference"], "label": _("today")}],
    )
