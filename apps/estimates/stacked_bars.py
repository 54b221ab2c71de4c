"""Stacked bars around zero: what adds to a sum goes up, what takes from it goes down."""

from __future__ import annotations

from collections.abc import Sequence

from apps.estimates import chart_parts as parts
from apps.estimates.chart_parts import Row, Spec

HEIGHT = 300


def stacked_bars(
    rows: Sequence[Row],
    *,
    x: str,
    y: str,
    series: str,
    x_title: str = "",
    y_title: str = "",
    series_title: str = "",
    y_format: str = "",
    colours: Sequence[str] = (),
    height: int = HEIGHT,
) -> Spec:
    """One bar for each ``x`` in the order of the data; rows with y > 0 pile up, those with y < 0 down.

    ``colours`` of the series in the order of the data; those of all charts unless given.
    """
    import altair as alt

    shown = parts.names(rows, series)
    colour = parts.colour(alt, rows, series, series_title)
    if colours:
        colour["color"] = colour["color"].scale(domain=shown, range=list(colours))
    tips = parts.tips([(x, x_title, ""), (series, series_title, ""), (y, y_title, y_format)])
    bars = (
        alt.Chart(parts.values())
        .mark_bar(opacity=0.8)
        .encode(
            x=alt.X(f"{x}:O")
            .title(x_title)
            .sort(parts.names(rows, x))
            .axis(labelAngle=-45, labelOverlap=True, grid=False),
            y=alt.Y(f"{y}:Q").title(y_title).stack("zero").axis(parts.axis(y_format)),
            order=alt.Order("place:Q"),
            tooltip=tips,
            **colour,
        )
    )
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(strokeWidth=1).encode(y="zero:Q")
    placed = [{**row, "place": shown.index(row[series])} for row in rows]
    columns = [(x, x_title), (series, series_title), (y, y_title)]
    return parts.specification(alt.layer(bars, zero), placed, columns, height)
