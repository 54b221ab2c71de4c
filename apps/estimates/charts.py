"""Charts as Vega-Lite specifications: pure functions from rows to a dict, the same for page, PNG and PDF.

Altair is imported when the first chart is made: its import takes a quarter of a second, which pages without a chart,
commands and workers need not wait for. Marks carry mid-tones that read on light and dark ground; axes, text and ground take their
colours from the page's theme. Rows are dicts; ``low`` and ``high`` name the fields of an interval's ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import altair as alt

Row = Mapping[str, Any]
Spec = dict[str, Any]

TEAL = "#1f8a96"
PALETTE = [TEAL, "#c07a1f", "#8067c9", "#c65a6f", "#5a9a4a", "#6f8791"]
GREY = "#7d9096"
BAND = 0.22
HEIGHT = 280


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
    curve: str = "linear",
    zero: bool = False,
    height: int = HEIGHT,
) -> Spec:
    """A line of medians in its band, one for each ``series``; ``markers`` are upright rules: {"x": 12, "label": "now"}."""
    import altair as alt

    across = (
        alt.X(f"{x}:{_short(x_type)}").title(x_title).axis(_axis(x_format, grid=False)).scale(zero=zero, nice=False)
    )
    tips = _tips(
        [
            (x, x_title, x_format),
            (series, series_title, ""),
            (y, y_title, y_format),
            (low, _low(low), y_format),
            (high, _high(high), y_format),
        ]
    )
    base = alt.Chart(_values(rows)).encode(x=across, **_colour(alt, rows, series, series_title))
    layers = []
    if low and high:
        layers.append(
            base.mark_area(opacity=BAND, interpolate=curve).encode(
                y=alt.Y(f"{low}:Q").title(y_title).axis(_axis(y_format)), y2=alt.Y2(f"{high}:Q")
            )
        )
    layers.append(
        base.mark_line(
            strokeWidth=2.2, interpolate=curve, point={"size": 18, "opacity": 0} if curve != "step-after" else False
        ).encode(y=alt.Y(f"{y}:Q").title(y_title).axis(_axis(y_format)).scale(zero=zero), tooltip=tips)
    )
    layers += _markers(alt, markers, x_type)
    columns = [(x, x_title), (series, series_title), (y, y_title), (low, _low(low)), (high, _high(high))]
    return _spec(alt.layer(*layers), rows, columns, height)


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
    """Lying bars with the interval as a whisker, longest first unless ``in_order``; ``highlight`` names a row's label."""
    import altair as alt

    labels = list(dict.fromkeys(row[label] for row in rows))
    order: Any = labels if in_order or series else [row[label] for row in sorted(rows, key=lambda row: -row[value])]
    down: dict[str, Any] = {"y": alt.Y(f"{label}:N").title(label_title or None).sort(order).axis(_axis("", grid=False))}
    if series:
        down["yOffset"] = alt.YOffset(f"{series}:N").sort(_names(rows, series))
    tips = _tips(
        [
            (label, label_title, ""),
            (series, series_title, ""),
            (value, value_title, value_format),
            (low, _low(low), value_format),
            (high, _high(high), value_format),
        ]
    )
    colour = _colour(alt, rows, series, series_title)
    if highlight:
        ours = alt.condition(alt.FieldEqualPredicate(field=label, equal=highlight), alt.value(TEAL), alt.value(GREY))
        colour = {"color": ours}
    base = alt.Chart(_values(rows)).encode(**down)
    along = alt.X(f"{value}:Q").title(value_title or None).axis(_axis(value_format))
    layers = [base.mark_bar(opacity=0.75, cornerRadiusEnd=3).encode(x=along, tooltip=tips, **colour)]
    if low and high:
        ends = {"x": alt.X(f"{low}:Q").title(value_title or None), "x2": alt.X2(f"{high}:Q")}
        layers.append(base.mark_rule(strokeWidth=2).encode(tooltip=tips, **ends))
    height = bar_height * len(labels) * max(1, len(_names(rows, series)) * 0.75) + 10
    columns = [
        (label, label_title),
        (series, series_title),
        (value, value_title),
        (low, _low(low)),
        (high, _high(high)),
    ]
    return _spec(alt.layer(*layers), rows, columns, int(height))


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
    base = alt.Chart(_values(rows)).encode(
        x=alt.X(f"{x}:N")
        .title(x_title)
        .sort(_names(rows, x))
        .axis(labelAngle=-45, grid=False, domain=False, ticks=False),
        y=alt.Y(f"{y}:N").title(y_title).sort(_names(rows, y)).axis(grid=False, domain=False, ticks=False),
    )
    tips = _tips([(x, x_title, ""), (y, y_title, ""), (value, value_title, value_format)])
    cells = base.mark_rect(color=TEAL, cornerRadius=2).encode(
        opacity=alt.Opacity(f"{value}:Q").scale(domain=[0, largest], range=[0.04, 1]).legend(None), tooltip=tips
    )
    layers: list[Any] = [cells]
    if len(_names(rows, x)) <= 12:
        text = alt.Text(f"{value}:Q", format=value_format) if value_format else alt.Text(f"{value}:Q")
        strong = alt.FieldGTEPredicate(field=value, gte=0.6 * largest)
        plain = base.transform_filter(alt.LogicalNotPredicate(**{"not": strong})).mark_text(fontSize=11)
        layers += [
            plain.encode(text=text),
            base.transform_filter(strong).mark_text(fontSize=11, color="white").encode(text=text),
        ]
    columns = [(y, y_title), (x, x_title), (value, value_title)]
    return _spec(alt.layer(*layers), rows, columns, cell * max(1, len(_names(rows, y))))


def histogram(
    values: Sequence[float] | np.ndarray,
    *,
    x_title: str = "",
    y_title: str = "",
    x_format: str = "",
    bins: int = 40,
    markers: Sequence[Row] = (),
    height: int = 220,
) -> Spec:
    """The distribution of draws: counts are made here, so that the page carries the bars and not the draws."""
    import altair as alt

    counts, edges = np.histogram(np.asarray(values, dtype=float), bins=bins)
    share = counts / max(1, counts.sum())
    rows = [
        {"from": float(left), "to": float(right), "share": float(part)}
        for left, right, part in zip(edges[:-1], edges[1:], share, strict=True)
    ]
    bars = (
        alt.Chart(_values(rows))
        .mark_bar(color=TEAL, opacity=0.75, binSpacing=1)
        .encode(
            x=alt.X("from:Q").bin("binned").title(x_title).axis(_axis(x_format, grid=False)),
            x2=alt.X2("to:Q"),
            y=alt.Y("share:Q").title(y_title).axis(_axis(".0%")),
            tooltip=_tips([("from", x_title, x_format), ("to", "", x_format), ("share", y_title, ".1%")]),
        )
    )
    columns = [("from", _low("x")), ("to", _high("x")), ("share", y_title)]
    return _spec(alt.layer(bars, *_markers(alt, markers, "quantitative")), rows, columns, height)


def table_of(spec: Spec) -> dict[str, list[Any]]:
    """The rows behind a specification as a table for those who cannot see the chart: {"columns": [...], "rows": [[...]]}."""
    table = spec.get("usermeta", {}).get("table", {})
    rows = spec.get("datasets", {}).get(table.get("data", ""), [])
    fields = table.get("columns", [])
    return {
        "columns": [title for _, title in fields],
        "rows": [[_cell(row.get(name)) for name, _ in fields] for row in rows],
    }


def _cell(value: Any) -> str:
    from apps.estimates.reading import number

    return (
        number(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else str("" if value is None else value)
    )


def _spec(chart: alt.LayerChart, rows: Sequence[Row], columns: Sequence[tuple[str, str]], height: int) -> Spec:
    sized = chart.properties(
        width="container",
        height=height,
        autosize={"type": "fit-x", "contains": "padding"},
        datasets={"rows": [dict(row) for row in rows]},
    )
    spec: Spec = sized.to_dict(validate=False)
    spec["usermeta"] = {
        "table": {"data": "rows", "columns": [(name, title or name) for name, title in columns if name]}
    }
    return spec


def _values(rows: Sequence[Row]) -> Any:
    import altair as alt

    return alt.NamedData(name="rows")


def _short(kind: str) -> str:
    return {"quantitative": "Q", "temporal": "T", "ordinal": "O", "nominal": "N"}[kind]


def _axis(format_: str, grid: bool = True) -> Any:
    import altair as alt

    return alt.Axis(grid=grid, **({"format": format_} if format_ else {}))


def _names(rows: Sequence[Row], field: str) -> list[Any]:
    return list(dict.fromkeys(row[field] for row in rows)) if field else []


def _colour(alt: Any, rows: Sequence[Row], series: str, title: str) -> dict[str, Any]:
    if not series:
        return {"color": alt.value(TEAL)}
    names = _names(rows, series)
    palette = [PALETTE[place % len(PALETTE)] for place in range(len(names))]
    legend = alt.Legend(orient="top", title=title or None, symbolType="circle", symbolOpacity=1)
    return {"color": alt.Color(f"{series}:N").scale(domain=names, range=palette).legend(legend)}


def _markers(alt: Any, markers: Sequence[Row], x_type: str) -> list[Any]:
    """Upright dashed rules with a word at their head."""
    if not markers:
        return []
    base = alt.Chart(alt.Data(values=[dict(marker) for marker in markers])).encode(x=alt.X(f"x:{_short(x_type)}"))
    rule = base.mark_rule(strokeDash=[4, 3], strokeWidth=1.5)
    word = base.mark_text(align="left", baseline="top", dx=5, fontSize=11).encode(y=alt.value(2), text="label:N")
    return [rule, word]


def _tips(fields: Sequence[tuple[str, str, str]]) -> list[Any]:
    import altair as alt

    return [
        alt.Tooltip(field=name, title=title or name, **({"format": format_, "type": "quantitative"} if format_ else {}))
        for name, title, format_ in fields
        if name
    ]


def _low(name: str) -> str:
    from django.utils.translation import gettext

    return gettext("from") if name else ""


def _high(name: str) -> str:
    from django.utils.translation import gettext

    return gettext("to") if name else ""
