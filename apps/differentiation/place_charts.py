"""Charts of the perceptual map and of the strategy canvas."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.differentiation.map_labels import Window, label_places
from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import GREY, PALETTE, TEAL, Spec
from apps.estimates.models import Estimate

HEIGHT = 460
CANVAS_HEIGHT = 360


def map_chart(estimate: Estimate | None) -> Spec | None:
    """Offers with their ellipses and the high ends of the criteria, both axes in one unit of length."""
    if estimate is None:
        return None
    import altair as alt

    found = estimate.diagnostics
    outline = [
        {"name": one["offer"], "x": x, "y": y, "order": at}
        for one in found["offers"]
        for at, (x, y) in enumerate(one["ellipse"])
    ]
    share = found["share"]
    axes = [
        _("Axis %(number)d, %(share)s%% of the differences") % {"number": at + 1, "share": round(100 * share[at])}
        for at in (0, 1)
    ]
    window = Window.around([*_places(found), *outline])
    rows = label_places(_places(found), window)
    ticks: dict[str, Any] = {"tickCount": 7, "format": ".1f"}
    place: dict[str, Any] = {
        "x": alt.X("x:Q").title(axes[0]).scale(domain=window.across, nice=False).axis(**ticks),
        "y": alt.Y("y:Q").title(axes[1]).scale(domain=window.up, nice=False).axis(**ticks),
    }
    label_up = alt.Y("label_y:Q").title(axes[1])
    offers = [one["offer"] for one in found["offers"]]
    colour = alt.Color("name:N").scale(domain=offers, range=_colours(offers)).legend(None)
    base = alt.Chart(parts.values()).encode(**place)
    tips = parts.tips([("name", _("Offer or criterion"), ""), ("x", axes[0], ".2f"), ("y", axes[1], ".2f")])
    around = (
        alt.Chart(alt.Data(values=outline))
        .mark_line(filled=True, fillOpacity=0.14, strokeWidth=1.2)
        .encode(**place, detail="name:N", order="order:Q", color=colour)
    )
    is_offer = alt.FieldEqualPredicate(field="kind", equal="offer")
    is_other = alt.LogicalNotPredicate(**{"not": is_offer})
    layers = [
        around,
        base.transform_filter(is_other).mark_point(shape="diamond", size=40, color=GREY).encode(tooltip=tips),
        base.transform_filter(is_other).mark_text(fontSize=11, color=GREY).encode(text="name:N", y=label_up),
        base.transform_filter(is_offer).mark_circle(size=110, opacity=1).encode(color=colour, tooltip=tips),
        base.transform_filter(is_offer)
        .mark_text(fontSize=13, fontWeight="bold")
        .encode(text="name:N", color=colour, y=label_up),
    ]
    columns = [("name", _("Offer or criterion")), ("x", axes[0]), ("y", axes[1])]
    return parts.specification(alt.layer(*layers), rows, columns, HEIGHT)


def _places(found: dict[str, Any]) -> list[dict[str, Any]]:
    offers = [{"kind": "offer", "name": one["offer"], "x": one["x"], "y": one["y"]} for one in found["offers"]]
    criteria = [
        {"kind": "criterion", "name": one["criterion"], "x": one["x"], "y": one["y"]} for one in found["criteria"]
    ]
    ideal = {"kind": "ideal", "name": _("Best on everything"), "x": found["ideal"][0], "y": found["ideal"][1]}
    return [*offers, *criteria, ideal]


def _colours(offers: list[str]) -> list[str]:
    return [TEAL, *(PALETTE[1 + at % (len(PALETTE) - 1)] for at in range(len(offers) - 1))]


def canvas_chart(estimate: Estimate | None) -> Spec | None:
    """Value curves over the criteria, heaviest first; ours in its band, the others as lines."""
    if estimate is None:
        return None
    import altair as alt

    offers = estimate.parameters["offers"]
    rows = [
        {"criterion": one["criterion"], **{key: cell[key] for key in ("offer", "median", "low", "high")}}
        for one in estimate.diagnostics["criteria"]
        for cell in one["offers"]
    ]
    legend = alt.Legend(orient="top", title=None, symbolType="circle", symbolOpacity=1, columns=2)
    colour = alt.Color("offer:N").scale(domain=offers, range=_colours(offers)).legend(legend)
    across = alt.X("criterion:N").title(None).sort(parts.names(rows, "criterion")).axis(labelAngle=-35, grid=True)
    up = alt.Y("median:Q").title(_("Rating, 0 to 1")).scale(domain=[0, 1]).axis(parts.axis(".1f"))
    tips = parts.tips(
        [
            ("criterion", _("Criterion"), ""),
            ("offer", _("Offer"), ""),
            ("median", _("Rating, 0 to 1"), ".2f"),
            ("low", parts.low("low"), ".2f"),
            ("high", parts.high("high"), ".2f"),
        ]
    )
    base = alt.Chart(parts.values()).encode(x=across, color=colour)
    is_ours = alt.FieldEqualPredicate(field="offer", equal=offers[0])
    band = (
        base.transform_filter(is_ours)
        .mark_area(opacity=0.18)
        .encode(y=alt.Y("low:Q").title(_("Rating, 0 to 1")), y2=alt.Y2("high:Q"))
    )
    width = alt.condition(is_ours, alt.value(3.4), alt.value(1.6))
    lines = base.mark_line().encode(y=up, strokeWidth=width)
    points = base.mark_circle(size=46, opacity=1).encode(y=up, tooltip=tips)
    columns = [
        ("criterion", _("Criterion")),
        ("offer", _("Offer")),
        ("median", _("Rating, 0 to 1")),
        ("low", parts.low("low")),
        ("high", parts.high("high")),
    ]
    return parts.specification(alt.layer(band, lines, points), rows, columns, CANVAS_HEIGHT)
