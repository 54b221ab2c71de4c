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
    across = alt.X("risk:Q").title(x_title).axis(parts.axis("~s")).scale(padding=48)
    up = alt.Y("gain:Q").title(y_title).axis(parts.axis("~s"))
    tips = parts.tips([("option", _("Option"), ""), ("gain", y_title, ",.0f"), ("risk", x_title, ",.0f"),
                       ("best", _("Chance of being the best"), ".0%")])  # fmt: skip
    every = alt.Chart(parts.values()).encode(x=across, y=up)
    named = alt.Chart(alt.Data(values=edge)).encode(x="risk:Q", y="gain:Q")
    middle = (min(point["risk"] for point in drawn) + max(point["risk"] for point in drawn)) / 2
    on_edge = alt.FieldEqualPredicate(field="edge", equal=True)
    colour = alt.condition(on_edge, alt.value(parts.TEAL), alt.value(parts.GREY))
    layers = [
        named.mark_line(strokeDash=[5, 4], strokeWidth=1.5, color=parts.TEAL).encode(order="risk:Q"),
        every.mark_circle(opacity=0.85, size=90).encode(color=colour, tooltip=tips),
        *(_label(point, point["risk"] > middle) for point in edge),
    ]
    columns = [("option", _("Option")), ("gain", y_title), ("risk", x_title), ("best", _("Chance of being the best"))]
    return parts.specification(alt.layer(*layers), drawn, columns, HEIGHT)


def _label(point: dict[str, Any], right: bool) -> Any:
    """A name that reads inwards, so that the side does not cut it; today's stands below, where it meets no other."""
    import altair as alt

    below = point["gain"] <= 0
    drawn = alt.Chart(alt.Data(values=[point])).encode(x="risk:Q", y="gain:Q", text="label:N")
    return drawn.mark_text(
        align="right" if right else "left",
        baseline="top" if below else "bottom",
        dx=-7 if right else 7,
        dy=6 if below else -5,
        fontSize=11,
    )


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
