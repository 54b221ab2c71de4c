"""Charts of errors and outcomes, as specifications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import chart_parts as parts
from apps.estimates import charts
from apps.estimates.models import Estimate

SHOWN = 12
HEIGHT = 280


def losses(estimate: Estimate) -> charts.Spec:
    """What the classes that cost most take from success."""
    rows = [
        {"label": row["label"], "value": row["loss"]["median"], "low": row["loss"]["low"], "high": row["loss"]["high"]}
        for row in estimate.diagnostics["classes"][:SHOWN]
    ]
    return charts.bars_with_intervals(
        rows, label="label", value="value", low="low", high="high", value_title=_("Taken from success"),
        label_title=_("Class"), value_format=".1%",
    )  # fmt: skip


def failing_by_error(estimate: Estimate) -> charts.Spec:
    """Unresolved requests against test errors: each class, and the fitted line in its band."""
    found = estimate.diagnostics
    seen = [{"x": row["error"], "share": row["unresolved"], "name": row["label"]} for row in found["rows"]]
    titles = (_("Test errors of the class"), _("Unresolved requests"), _("Class"))
    return _dots_about_a_line(_curve(found, "error") + seen, titles, ".0%")


def unhappy_by_latency(estimate: Estimate) -> charts.Spec:
    """Thumbs down against latency: bins of requests, and the fitted line in its band."""
    found = estimate.diagnostics
    seen = [
        {"x": row["latency"], "share": row["unhappy"], "name": _("%(count)s requests") % {"count": row["n"]}}
        for row in found["rows"]
    ]
    titles = (_("Latency, ms"), _("Thumbs down"), _("Seen in"))
    return _dots_about_a_line(_curve(found, "latency") + seen, titles, ",.0f")


def _curve(found: dict[str, Any], x: str) -> list[dict[str, Any]]:
    return [
        {"x": row[x], "share": row["median"], "low": row["low"], "high": row["high"], "name": _("Fitted")}
        for row in found["curve"]
    ]


def _dots_about_a_line(rows: list[dict[str, Any]], titles: tuple[str, str, str], x_format: str) -> charts.Spec:
    """What was seen as dots, the fitted line in its band; rows of the line have ``low`` and ``high``."""
    import altair as alt

    across, up, name = titles
    tips = parts.tips([("name", name, ""), ("x", across, x_format), ("share", up, ".1%")])
    base = alt.Chart(parts.values()).encode(
        x=alt.X("x:Q").title(across).axis(parts.axis(x_format, grid=False)).scale(zero=False)
    )
    share = alt.Y("share:Q").title(up).axis(parts.axis(".0%")).scale(zero=True)
    line, dots = base.transform_filter("isValid(datum.low)"), base.transform_filter("!isValid(datum.low)")
    layers = alt.layer(
        line.mark_area(opacity=charts.BAND, color=parts.TEAL).encode(y=alt.Y("low:Q").title(up), y2=alt.Y2("high:Q")),
        line.mark_line(strokeWidth=2.2, color=parts.TEAL).encode(y=share),
        dots.mark_circle(size=70, opacity=1, color=parts.PALETTE[1]).encode(y=share, tooltip=tips),
    )
    columns = [("name", name), ("x", across), ("share", up), ("low", parts.low("low")), ("high", parts.high("high"))]
    return parts.specification(layers, rows, columns, HEIGHT)
