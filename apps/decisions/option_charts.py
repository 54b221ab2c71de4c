"""The chart of options, as a specification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.decisions.comparison import Row
from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import Spec

HEIGHT = 360
SHORT = 28


def frontier(rows: Sequence[Row], currency: str) -> Spec:
    """Each option by what it risks and what it gains; those that no other beats in both are joined and named."""
    import altair as alt

    drawn = [_point(row) for row in rows]
    edge = [point for point in drawn if point["edge"]]
    x_title = _("Mean gain in the worst tenth of the worlds (%(currency)s)") % {"currency": currency}
    y_title = _("Expected gain (%(currency)s)") % {"currency": currency}
    across = alt.X("risk:Q").title(x_title).axis(alt.Axis(format="~s", grid=True)).scale(padding=48)
    up = alt.Y("gain:Q").title(y_title).axis(parts.axis("~s"))
    tips = parts.tips([("option", _("Option"), ""), ("gain", y_title, ",.0f"), ("risk", x_title, ",.0f"),
                       ("best", _("Chance of being the best"), ".0%")])  # fmt: skip
    every = alt.Chart(parts.values()).encode(x=across, y=up)
    named = alt.Chart(alt.Data(values=edge)).encode(x="risk:Q", y="gain:Q")
    on_edge = alt.FieldEqualPredicate(field="edge", equal=True)
    colour = alt.condition(on_edge, alt.value(parts.TEAL), alt.value(parts.GREY))
    layers = [
        named.mark_line(strokeDash=[5, 4], strokeWidth=1.5, color=parts.TEAL).encode(order="risk:Q"),
        every.mark_circle(opacity=0.85, size=90).encode(color=colour, tooltip=tips),
        named.mark_text(align="left", baseline="bottom", dx=7, dy=-5, fontSize=11).encode(text="label:N"),
    ]
    columns = [("option", _("Option")), ("gain", y_title), ("risk", x_title), ("best", _("Chance of being the best"))]
    return parts.specification(alt.layer(*layers), drawn, columns, HEIGHT)


def _point(row: Row) -> dict[str, Any]:
    standing = row.standing
    name = row.name if len(row.name) <= SHORT else row.name[: SHORT - 1] + "…"
    return {
        "option": row.name,
        "label": name,
        "gain": standing.expected_gain,
        "risk": standing.cvar,
        "best": standing.p_best,
        "edge": standing.on_frontier,
    }
