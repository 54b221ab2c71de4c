"""Band charts as plain SVG, made on the server: a moved slider shows them at once, without drawing code in the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, log10
from typing import Any

from babel.numbers import format_compact_currency
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from apps.estimates import reading

Row = dict[str, float]
WIDTH = HEIGHT = 100.0
TICKS = 4
KEPT_TEXTS = 20_000


@dataclass(frozen=True)
class Band:
    """A line of medians in its 80 % band, as points on a square of 100 by 100."""

    label: str
    css: str
    area: str
    line: str


@dataclass(frozen=True)
class Hover:
    x: str
    width: str
    text: str


@dataclass(frozen=True)
class Picture:
    """``ticks`` from the top down and ``months`` from the left, both evenly spaced; ``rows`` the same as a table."""

    key: str
    title: str
    bands: list[Band]
    hovers: list[Hover]
    ticks: list[str]
    months: list[str]
    rows: list[list[str]]
    zero: str

    @property
    def hover_marks(self) -> SafeString:
        """Made here and not in a template: a hundred marks and rows come back with every move of a slider."""
        marks = ((hover.x, hover.width, hover.text) for hover in self.hovers)
        mark = '<rect class="hover" x="{}" width="{}" y="0" height="100"><title>{}</title></rect>'
        return format_html_join("", mark, marks)

    @property
    def table_rows(self) -> SafeString:
        row = "<tr><td>{}</td><td>{}</td>" + '<td class="number">{}</td>' * 3 + "</tr>"
        return format_html_join("", row, self.rows)


def picture(key: str, title: str, unit: str, series: Sequence[tuple[str, str, Sequence[Row]]]) -> Picture:
    """``series``: label, class and monthly rows of each band, drawn in this order."""
    low, high = _scale(series)
    bands = [Band(label, css, *_points(rows, low, high)) for label, css, rows in series]
    months = len(series[0][2])
    span = high - low
    return Picture(
        key=key,
        title=title,
        bands=bands,
        hovers=_hovers(series, unit),
        ticks=[_written(high - span * step / TICKS, unit) for step in range(TICKS + 1)],
        months=[str(round(1 + (months - 1) * step / TICKS)) for step in range(TICKS + 1)],
        rows=_rows(series, unit),
        zero=f"{HEIGHT * high / span:.2f}",
    )


def _scale(series: Sequence[tuple[str, str, Sequence[Row]]]) -> tuple[float, float]:
    """From zero, or a round number below it, to a round number above all bands."""
    most = max(row["high"] for _label, _css, rows in series for row in rows)
    least = min(0.0, min(row["low"] for _label, _css, rows in series for row in rows))
    size = max(most - least, 1e-9)
    unit = 10 ** floor(log10(size / TICKS))
    step = next(unit * part for part in (1, 2, 2.5, 5, 10, 20) if _reaches(unit * part, least, most))
    bottom = floor(least / step) * step
    return bottom, bottom + TICKS * step


def _reaches(step: float, least: float, most: float) -> bool:
    return floor(least / step) + TICKS >= ceil(most / step - 1e-9)


def _points(rows: Sequence[Row], low: float, high: float) -> tuple[str, str]:
    def place(index: int, value: float) -> str:
        across = WIDTH * index / max(1, len(rows) - 1)
        return f"{across:.2f},{HEIGHT * (high - value) / (high - low):.2f}"

    upper = [place(i, row["high"]) for i, row in enumerate(rows)]
    lower = [place(i, row["low"]) for i, row in enumerate(rows)]
    line = [place(i, row["median"]) for i, row in enumerate(rows)]
    return " ".join(upper + lower[::-1]), " ".join(line)


def _hovers(series: Sequence[tuple[str, str, Sequence[Row]]], unit: str) -> list[Hover]:
    months = len(series[0][2])
    width = WIDTH / months
    return [Hover(f"{width * i:.2f}", f"{width:.2f}", "\n".join(_lines(series, unit, i))) for i in range(months)]


def _lines(series: Sequence[tuple[str, str, Sequence[Row]]], unit: str, index: int) -> list[str]:
    lines = [gettext("Month %(month)s") % {"month": index + 1}]
    for label, _css, rows in reversed(series):
        row = rows[index]
        words: dict[str, Any] = {"label": label, "median": _written(row["median"], unit)}
        words |= {"low": _written(row["low"], unit), "high": _written(row["high"], unit)}
        lines.append(gettext("%(label)s: %(median)s (%(low)s to %(high)s)") % words)
    return lines


def _rows(series: Sequence[tuple[str, str, Sequence[Row]]], unit: str) -> list[list[str]]:
    return [
        [str(index + 1), label, *(_written(row[part], unit) for part in ("median", "low", "high"))]
        for label, _css, rows in reversed(series)
        for index, row in enumerate(rows)
    ]


def _written(value: float, unit: str) -> str:
    return _in_language(value, unit, get_language())


@lru_cache(maxsize=KEPT_TEXTS)
def _in_language(value: float, unit: str, _language: str | None) -> str:
    """Each number stands in the hover and in the table, and today's come back with every move of a slider."""
    if unit == "share":
        return reading.percent(value, 0)
    text = format_compact_currency(value, unit, locale=reading.locale(), fraction_digits=0 if abs(value) < 1000 else 1)
    return text.replace("-", "−").replace(".0K", "K").replace(".0M", "M")
