"""What the charts of ``apps.estimates.charts`` are put together from: data, axes, colours, tips and markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from apps.estimates.reading import number

Row = Mapping[str, Any]
Spec = dict[str, Any]

TEAL = "#1f8a96"
PALETTE = [TEAL, "#c07a1f", "#8067c9", "#c65a6f", "#5a9a4a", "#6f8791"]
GREY = "#7d9096"


def cell(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return "" if value is None else str(value)


def specification(chart: Any, rows: Sequence[Row], columns: Sequence[tuple[str, str]], height: int) -> Spec:
    sized = chart.properties(
        width="container",
        height=height,
        autosize={"type": "fit-x", "contains": "padding"},
        datasets={"rows": [dict(row) for row in rows]},
    )
    made: Spec = sized.to_dict(validate=False)
    made["usermeta"] = {
        "table": {"data": "rows", "columns": [(name, title or name) for name, title in columns if name]}
    }
    return made


def values() -> Any:
    import altair as alt

    return alt.NamedData(name="rows")


def short(kind: str) -> str:
    return {"quantitative": "Q", "temporal": "T", "ordinal": "O", "nominal": "N"}[kind]


def axis(format_: str, grid: bool = True) -> Any:
    import altair as alt

    # Numbers that crowd each other are left out, every second or more; names all stay.
    options: dict[str, Any] = {"format": format_, "labelOverlap": True, "labelSeparation": 10} if format_ else {}
    return alt.Axis(grid=grid, **options)


def names(rows: Sequence[Row], field: str) -> list[Any]:
    return list(dict.fromkeys(row[field] for row in rows)) if field else []


def colour(alt: Any, rows: Sequence[Row], series: str, title: str) -> dict[str, Any]:
    if not series:
        return {"color": alt.value(TEAL)}
    shown = names(rows, series)
    palette = [PALETTE[place % len(PALETTE)] for place in range(len(shown))]
    # Four names in one row do not fit a narrow screen.
    rows_of = {"columns": 2} if len(shown) > 3 else {}
    legend = alt.Legend(orient="top", title=title or None, symbolType="circle", symbolOpacity=1, **rows_of)
    return {"color": alt.Color(f"{series}:N").scale(domain=shown, range=palette).legend(legend)}


def upright_rules(alt: Any, markers: Sequence[Row], x_type: str) -> list[Any]:
    """Upright dashed rules with a word at their head."""
    if not markers:
        return []
    base = alt.Chart(alt.Data(values=[dict(marker) for marker in markers])).encode(x=alt.X(f"x:{short(x_type)}"))
    rule = base.mark_rule(strokeDash=[4, 3], strokeWidth=1.5)
    word = base.mark_text(align="left", baseline="top", dx=5, fontSize=11).encode(y=alt.value(2), text="label:N")
    return [rule, word]


def tips(fields: Sequence[tuple[str, str, str]], types: Mapping[str, str] | None = None) -> list[Any]:
    """What the pointer shows: (field, title, format) each; a formatted field is a number unless ``types`` says more."""
    import altair as alt

    shown: list[Any] = []
    for name, title, format_ in fields:
        options: dict[str, Any] = {"format": format_, "type": "quantitative"} if format_ else {}
        options |= {"type": types[name]} if types and name in types else {}
        shown += [alt.Tooltip(field=name, title=title or name, **options)] if name else []
    return shown


def low(name: str) -> str:
    return gettext("from") if name else ""


def high(name: str) -> str:
    return gettext("to") if name else ""
