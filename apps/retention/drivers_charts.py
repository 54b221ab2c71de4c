"""The chart of hazard ratios, as a specification."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import Spec
from apps.retention import drivers_words

ROW = 26


def ratio_chart(terms: list[dict[str, Any]]) -> Spec:
    """A dot with its 80% bar for each comparison, on a scale on which half and double lie equally far from 1."""
    import altair as alt

    rows = [
        {"term": drivers_words.term(row), "against": drivers_words.reference(row), "ratio": row["median"]}
        | {"low": row["low"], "high": row["high"]}
        for row in terms
    ]
    titles = [("term", _("Comparison")), ("against", _("Against")), ("ratio", _("Hazard ratio"))]
    titles += [("low", parts.low("low")), ("high", parts.high("high"))]
    tips = parts.tips([(name, title, ".2f" if name in ("ratio", "low", "high") else "") for name, title in titles])
    order = [row["term"] for row in sorted(rows, key=lambda row: -float(row["ratio"]))]
    base = alt.Chart(parts.values()).encode(
        y=alt.Y("term:N").title(None).sort(order).axis(alt.Axis(grid=False, labelLimit=260)),
        color=alt.value(parts.TEAL),
        tooltip=tips,
    )
    scale, title = alt.Scale(type="log", nice=False, padding=12), _("Hazard ratio")
    ticks = alt.Axis(tickCount=5, labelOverlap=True, format="~g")
    bars = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q").scale(scale).title(title).axis(ticks), x2=alt.X2("high:Q")
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("ratio:Q").scale(scale).title(title).axis(ticks)
    )
    same = alt.Chart(alt.Data(values=[{"x": 1}])).mark_rule(strokeDash=[4, 3], strokeWidth=1.5).encode(x="x:Q")
    return parts.specification(alt.layer(same, bars, dots), rows, titles, ROW * len(rows) + 40)
