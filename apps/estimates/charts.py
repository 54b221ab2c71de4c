"""Charts as Vega-Lite specifications: pure functions from rows to a dict, the same for page, PNG and PDF.

Altair is imported when the first chart is made: its import takes a quarter of a second, which pages without a chart,
commands and workers need not wait for. Marks carry mid-tones that read on light and dark ground; axes, text and ground
take their colours from the page's theme. Rows are dicts; ``low`` and ``high`` name the fields of an interval's ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import Row, Spec

HEIGHT = 280
BAND = 0.22


def interval_line(
    rows: Sequence[Row],
    *,
    x: str,
    y: str,
    low: str = "",
    high: str = "",
    x_title: str = "",
    y_title: str = "",
    series: str = "",
    series_title: str = "",
    x_format: str = "",
    y_format: str = "",
    x_type: str = "quantitative",
    markers: Sequence[Row] = (),
    marker_title: str = "",
    curve: Any = "linear",
    zero: bool = False,
    height: int = HEIGHT,
) -> Spec:
    """A line of medians in its band, one a ``series``; ``markers`` are upright rules: {"x": 12, "label": "now"}."""
    import altair as alt

    across = (
        alt.X(f"{x}:{parts.short(x_type)}")
        .title(x_title)
        .axis(parts.axis(x_format, grid=False))
        .scale(zero=zero if x_type == "quantitative" else alt.Undefined, nice=False)
    )
    tips = parts.tips(
        [
            (x, x_title, x_format),
            (series, series_title, ""),
            (y, y_title, y_format),
            (low, parts.low(low), y_format),
            (high, parts.high(high), y_format),
        ],
        {x: x_type},
    )
    base = alt.Chart(parts.values()).encode(x=across, **parts.colour(alt, rows, series, series_title))
    layers = []
    if low and high:
        layers.append(
            base.mark_area(opacity=BAND, interpolate=curve).encode(
                y=alt.Y(f"{low}:Q").title(y_title).axis(parts.axis(y_format)), y2=alt.Y2(f"{high}:Q")
            )
        )
    layers.append(
        base.mark_line(
            strokeWidth=2.2, interpolate=curve, point={"size": 18, "opacity": 0} if curve != "step-after" else False
        ).encode(y=alt.Y(f"{y}:Q").title(y_title).axis(parts.axis(y_format)).scale(zero=zero), tooltip=tips)
    )
    layers += parts.upright_rules(alt, markers, x_type)
    columns = [(x, x_title), (series, series_title), (y, y_title), (low, parts.low(low)), (high, parts.high(high))]
    return parts.specification(alt.layer(*layers), rows, columns, height)


def curve_with_band(rows: Sequence[Row], **options: Any) -> Spec:
    """As ``interval_line``, smooth: for curves that are computed on a grid (demand, Van Westendorp, links)."""
    return interval_line(rows, curve="monotone", **options)


def step_survival(rows: Sequence[Row], *, x: str, y: str, **options: Any) -> Spec:
    """A survival curve: steps from 1 downwards, with its band, one for each series."""
    return interval_line(rows, x=x, y=y, curve="step-after", **{"zero": True, "y_format": ".0%", **options})


def bars_with_intervals(
    rows: Sequence[Row],
    *,
    label: str,
    value: str,
    low: str = "",
    high: str = "",
    label_title: str = "",
    value_title: str = "",
    value_format: str = "",
    highlight: str = "",
    series: str = "",
    series_title: str = "",
    in_order: bool = False,
    bar_height: int = 26,
) -> Spec:
    """Lying bars with the interval as a whisker, longest first unless ``in_order``; ``highlight`` is a label."""
    import altair as alt

    labels = list(dict.fromkeys(row[label] for row in rows))
    order: Any = labels if in_order or series else [row[label] for row in sorted(rows, key=lambda row: -row[value])]
    down: dict[str, Any] = {
        "y": alt.Y(f"{label}:N").title(label_title or None).sort(order).axis(parts.axis("", grid=False))
    }
    if series:
        down["yOffset"] = alt.YOffset(f"{series}:N").sort(parts.names(rows, series))
    tips = parts.tips(
        [
            (label, label_title, ""),
            (series, series_title, ""),
            (value, value_title, value_format),
            (low, parts.low(low), value_format),
            (high, parts.high(high), value_format),
        ]
    )
    colour = parts.colour(alt, rows, series, series_title)
    if highlight:
        ours = alt.condition(
            alt.FieldEqualPredicate(field=label, equal=highlight), alt.value(parts.TEAL), alt.value(parts.GREY)
        )
        colour = {"color": ours}
    base = alt.Chart(parts.values()).encode(**down)
    along = alt.X(f"{value}:Q").title(value_title or None).axis(parts.axis(value_format))
    layers = [base.mark_bar(opacity=0.75, cornerRadiusEnd=3).encode(x=along, tooltip=tips, **colour)]
    if low and high:
        ends = {"x": alt.X(f"{low}:Q").title(value_title or None), "x2": alt.X2(f"{high}:Q")}
        layers.append(base.mark_rule(strokeWidth=2).encode(tooltip=tips, **ends))
    height = bar_height * len(labels) * max(1, len(parts.names(rows, series)) * 0.75) + 10
    columns = [
        (label, label_title),
        (series, series_title),
        (value, value_title),
        (low, parts.low(low)),
        (high, parts.high(high)),
    ]
    return parts.specification(alt.layer(*layers), rows, columns, int(height))


def heat_map(
    rows: Sequence[Row],
    *,
    x: str,
    y: str,
    value: str,
    x_title: str = "",
    y_title: str = "",
    value_title: str = "",
    value_format: str = "",
    cell: int = 30,
) -> Spec:
    """A table of coloured cells with their numbers, rows and columns in the order of the data."""
    import altair as alt

    largest = max((float(row[value]) for row in rows), default=1.0) or 1.0
    base = alt.Chart(parts.values()).encode(
        x=alt.X(f"{x}:N")
        .title(x_title)
        .sort(parts.names(rows, x))
        .axis(labelAngle=-45, grid=False, domain=False, ticks=False),
        y=alt.Y(f"{y}:N").title(y_title).sort(parts.names(rows, y)).axis(grid=False, domain=False, ticks=False),
    )
    tips = parts.tips([(x, x_title, ""), (y, y_title, ""), (value, value_title, value_format)])
    cells = base.mark_rect(color=parts.TEAL, cornerRadius=2).encode(
        opacity=alt.Opacity(f"{value}:Q").scale(domain=[0, largest], range=[0.04, 1]).legend(None), tooltip=tips
    )
    layers: list[Any] = [cells]
    if len(parts.names(rows, x)) <= 12:
        text = alt.Text(f"{value}:Q", format=value_format) if value_format else alt.Text(f"{value}:Q")
        strong = alt.FieldGTEPredicate(field=value, gte=0.6 * largest)
        plain = base.transform_filter(alt.LogicalNotPredicate(**{"not": strong})).mark_text(fontSize=11)
        layers += [
            plain.encode(text=text),
            base.transform_filter(strong).mark_text(fontSize=11, color="white").encode(text=text),
        ]
    columns = [(y, y_title), (x, x_title), (value, value_title)]
    return parts.specification(alt.layer(*layers), rows, columns, cell * max(1, len(parts.names(rows, y))))


def histogram(
    values: Sequence[float] | np.ndarray,
    *,
    x_title: str = "",
    y_title: str = "",
    x_format: str = "",
    bins: int | Sequence[float] = 40,
    weights: Sequence[float] | None = None,
    markers: Sequence[Row] = (),
    height: int = 220,
) -> Spec:
    """The distribution of draws: counts are made here, so that the page carries the bars and not the draws."""
    import altair as alt

    counts, edges = np.histogram(np.asarray(values, dtype=float), bins=bins, weights=weights)
    share = counts / max(1, counts.sum())
    rows = [
        {"from": float(left), "to": float(right), "share": float(part)}
        for left, right, part in zip(edges[:-1], edges[1:], share, strict=True)
    ]
    bars = (
        alt.Chart(parts.values())
        .mark_bar(color=parts.TEAL, opacity=0.75, binSpacing=1)
        .encode(
            x=alt.X("from:Q").bin("binned").title(x_title).axis(parts.axis(x_format, grid=False)),
            x2=alt.X2("to:Q"),
            y=alt.Y("share:Q").title(y_title).axis(parts.axis(".0%")).scale(domainMax=float(share.max()) * 1.12),
            tooltip=parts.tips([("from", x_title, x_format), ("to", "", x_format), ("share", y_title, ".1%")]),
        )
    )
    columns = [("from", parts.low("x")), ("to", parts.high("x")), ("share", y_title)]
    return parts.specification(
        alt.layer(bars, *parts.upright_rules(alt, markers, "quantitative")), rows, columns, height
    )


def table_of(spec: Spec) -> dict[str, list[Any]]:
    """The rows behind a chart as a table, for those who cannot see it: {"columns": [...], "rows": [[...]]}."""
    table = spec.get("usermeta", {}).get("table", {})
    rows = spec.get("datasets", {}).get(table.get("data", ""), [])
    fields = table.get("columns", [])
    return {
        "columns": [title for _, title in fields],
        "rows": [[parts.cell(row.get(name)) for name, _ in fields] for row in rows],
    }
