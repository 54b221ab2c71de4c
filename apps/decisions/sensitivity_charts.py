from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import GREY, PALETTE, TEAL, Spec

ROW = 34
LABEL = 220


def effects(rows: list[dict[str, Any]]) -> Spec:
    """Total effects as bars with their interval; the dark part is what an input does alone."""
    if not rows:
        return {}
    import altair as alt

    base = alt.Chart(parts.values()).encode(y=_down(alt, [row["label"] for row in rows]))
    along = alt.X("total:Q").title(_("Part of the uncertainty")).axis(alt.Axis(format=".0%", tickCount=6))
    tips = parts.tips(
        [("label", _("What is uncertain"), ""), ("total", _("In all"), ".1%"), ("first", _("Alone"), ".1%")]
    )
    layers = [
        base.mark_bar(opacity=0.35, color=TEAL, cornerRadiusEnd=3).encode(x=along, tooltip=tips),
        base.mark_bar(opacity=0.9, color=TEAL, height={"band": 0.45}).encode(x=alt.X("first:Q"), tooltip=tips),
        base.mark_rule(strokeWidth=2, color=GREY).encode(
            x=alt.X("total_low:Q"), x2=alt.X2("total_high:Q"), tooltip=tips
        ),
    ]
    columns = [
        ("label", _("What is uncertain")), ("first", _("Alone")), ("total", _("In all")), ("total_low", _("from")),
        ("total_high", _("to")),
    ]  # fmt: skip
    return parts.specification(alt.layer(*layers), rows, columns, ROW * len(rows) + 10)


def tornado(swings: list[dict[str, Any]], currency: str) -> Spec:
    """Expected gain with each input low and high, widest swing on top."""
    rows = [
        {"label": swing["label"], "end": end, "gain": swing[f"gain_{key}"], "other": swing[f"gain_{other}"],
         "value": swing[key]}
        for swing in swings
        if swing["gain_low"] != swing["gain_high"]
        for key, other, end in (("low", "high", _("low")), ("high", "low", _("high")))
    ]  # fmt: skip
    if not rows:
        return {}
    import altair as alt

    labels = list(dict.fromkeys(row["label"] for row in rows))
    ends = list(dict.fromkeys(row["end"] for row in rows))
    base = alt.Chart(parts.values()).encode(y=_down(alt, labels))
    title = _("Expected gain, %(currency)s") % {"currency": currency}
    along = alt.X("gain:Q").title(title).axis(alt.Axis(format="~s", tickCount=5)).scale(zero=False)
    shown = [("label", _("What is uncertain"), ""), ("end", _("Lies at its"), "")]
    tips = parts.tips([*shown, ("value", _("That is"), ".4~g"), ("gain", _("Expected gain"), "~s")])
    colour = (
        alt.Color("end:N").scale(domain=ends, range=[PALETTE[1], TEAL]).legend(alt.Legend(orient="top", title=None))
    )
    layers = [
        base.mark_rule(strokeWidth=9, opacity=0.3, color=GREY).encode(x=along, x2=alt.X2("other:Q")),
        base.mark_point(filled=True, size=120, opacity=1).encode(x=along, color=colour, tooltip=tips),
    ]
    columns = [
        ("label", _("What is uncertain")), ("end", _("Lies at its")), ("value", _("That is")),
        ("gain", _("Expected gain")),
    ]  # fmt: skip
    return parts.specification(alt.layer(*layers), rows, columns, ROW * len(labels) + 40)


def _down(alt: Any, labels: list[str]) -> Any:
    return alt.Y("label:N").title(None).sort(labels).axis(alt.Axis(grid=False, labelLimit=LABEL))
