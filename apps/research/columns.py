"""Which column holds which field: guessed from names and values, for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from apps.research import cell_words, cells, periods, rest_columns
from apps.research.cell_parsers import Reading
from apps.research.column_names import names_of, plain
from apps.research.fields import CellType, Field, Kind
from apps.research.models import SourceKind
from apps.research.refusals import BadCell
from trimtab.economics.price.answers import ROLES, ColumnSuggestion, better_columns

NAMED_ENOUGH = 0.35
READABLE_ENOUGH = 0.6
SCALES = ((0, 1), (1, 3), (1, 4), (1, 5), (0, 5), (1, 7), (0, 7), (1, 9), (1, 10), (0, 10), (0, 100))
OURS = {"ours", "us", "we", "our product", "our offer", "我们", "我方", "本公司", "自家"}
_DATED = (CellType.DATE, CellType.MONTH, CellType.PERIOD)
Columns = dict[str, list[str]]


def guess(kind: Kind, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """For each field the names of its columns; a field that no column suits is left out."""
    values = [[row[position] for row in rows if position < len(row)] for position in range(len(header))]
    scored = [
        (_likeness(kind, field, name) * _readable(field, values[position]), -position, field, name)
        for field in kind.fields
        if not field.is_rest
        for position, name in enumerate(header)
    ]
    found: Columns = {}
    for score, _position, field, name in sorted(scored, key=lambda item: item[:2], reverse=True):
        if score >= NAMED_ENOUGH and field.name not in found and [name] not in found.values():
            found[field.name] = [name]
    found = _prefer_dates(_fill_by_values(kind, header, values, found))
    return found | rest_columns.guess(kind, header, rows, found)


def _likeness(kind: Kind, field: Field, name: str) -> float:
    bare = plain(name)
    words = {plain(word) for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name)}
    best = 0.0
    for rank, known in enumerate(names_of(kind.name, field.name)):
        if bare == known:
            best = max(best, 1.0 - 0.01 * rank)
        elif len(known) > 2 and known in words:
            best = max(best, 0.7 * len(known) / len(bare) + 0.1)
        elif not known.isascii() and len(known) > 1 and known in bare:
            best = max(best, 0.8 * len(known) / len(bare))
    return best


def _readable(field: Field, values: Sequence[str]) -> float:
    """1 where the values can be read as the field's type, 0 where mostly not."""
    filled = [value for value in values if not cells.is_nothing(value)][:200]
    if not filled or field.type == CellType.TEXT:
        return 1.0
    share = sum(_can_be_read(field.type, value) for value in filled) / len(filled)
    return 1.0 if share >= READABLE_ENOUGH else 0.0


def _can_be_read(cell_type: CellType, value: str) -> bool:
    readers = _READERS.get(cell_type, _NUMBER_READERS)
    return any(_reads(read, value) for read in readers)


def _reads(read: Callable[[str], Any], value: str) -> bool:
    try:
        read(value)
    except BadCell:
        return False
    return True


def _date(order: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        return None if text.strip().casefold() in cell_words.STAYS else cells.day(text, order, date.today())

    return read


def _either(order: str) -> Reading:
    return Reading(today=date.today(), date_order=order)


_DATE_READERS = [_date("dmy"), _date("mdy")]
_YES_NO_READERS: list[Callable[[str], Any]] = [
    partial(
        cells.yes_or_no,
        also_yes=cell_words.STAYS
        | cell_words.CHOSEN
        | cell_words.BUYS
        | cell_words.SETTLED
        | cell_words.LIKED
        | cell_words.HANDED_OVER,
        also_no=cell_words.LEFT | cell_words.BUYS_NOT | cell_words.UNSETTLED | cell_words.DISLIKED | cell_words.KEPT,
    )
]
_NUMBER_READERS: list[Callable[[str], Any]] = [partial(cells.rating, decimal=mark) for mark in ".,"]
_READERS: dict[CellType, list[Callable[[str], Any]]] = {
    CellType.DATE: _DATE_READERS,
    CellType.MONTH: [partial(periods.month, reading=_either(order)) for order in ("dmy", "mdy")],
    CellType.PERIOD: [partial(periods.first_day, reading=_either(order)) for order in ("dmy", "mdy")],
    CellType.YES_NO: _YES_NO_READERS,
    CellType.BEST_WORST: [cells.best_or_worst],
    CellType.FEELING: [cells.feeling],
}


def _fill_by_values(kind: Kind, header: Sequence[str], values: list[list[str]], found: Columns) -> Columns:
    """Where names do not tell: the longest texts are the feedback, four numeric columns in rising order the prices."""
    taken = {name for names in found.values() for name in names}
    free = [position for position, name in enumerate(header) if name not in taken]
    if kind.kind == SourceKind.FEEDBACK and "text" not in found and free:
        longest = max(free, key=lambda position: np.mean([len(value) for value in values[position]] or [0]))
        if not _is_numeric(values[longest]):
            found["text"] = [header[longest]]
    if kind.kind == SourceKind.PRICES and not any(role in found for role in ROLES):
        numeric = [position for position in free if _is_numeric(values[position])]
        if len(numeric) == len(ROLES):
            rising = sorted(numeric, key=lambda position: np.median(numbers(values[position])))
            found |= {role: [header[position]] for role, position in zip(ROLES, rising, strict=True)}
    return found


def _is_numeric(values: Sequence[str]) -> bool:
    return bool(values) and bool(_readable(Field("", "", CellType.PRICE), values)) and bool(numbers(values))


def _prefer_dates(found: Columns) -> Columns:
    """A log with a start date needs no tenure, and one of the two is enough."""
    if "started_on" in found:
        found.pop("tenure_months", None)
    return found


def numbers(values: Iterable[str], decimal: str = ".") -> list[float]:
    """Those of the values that are numbers."""
    result = []
    for value in values:
        try:
            result.append(cells.rating(value, decimal))
        except BadCell:
            continue
    return result


def guess_reading(
    kind: Kind, header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns, currency: str, ours: str
) -> dict[str, Any]:
    """How the cells are to be read, as far as they tell: order of dates, decimal mark, scale, our offer."""
    found: dict[str, Any] = {}
    if kind.has(*_DATED):
        dates = [value for name in _DATED for value in _of(name, kind, header, rows, columns)]
        order, day_first, month_first = cells.date_order(dates)
        doubt = not order and cells.has_ambiguous_dates(dates)
        found |= {"date_order": order or ("mdy" if currency == "USD" else "dmy"), "date_order_doubtful": doubt}
        found |= {"date_evidence": {"dmy": day_first, "mdy": month_first}}
    if kind.has_numbers:
        # The attributes of a choice are kept as text; whoever reads them needs to know the mark as well.
        types = [name for name in CellType if name.is_number or (name == CellType.REST and kind.in_tasks)]
        found["decimal"] = cells.decimal_mark(
            value for name in types for value in _of(name, kind, header, rows, columns)
        )
    if kind.kind == SourceKind.SATISFACTION:
        low, high = scale(numbers(_of(CellType.SCALE, kind, header, rows, columns), found["decimal"]))
        found |= {"scale_min": low, "scale_max": high}
    if kind.kind == SourceKind.COMPETITORS and "offer" in columns:
        offers = dict.fromkeys(value.strip() for value in values_of("offer", header, rows, columns))
        found["our_offer"] = next((offer for offer in offers if offer.casefold() in OURS | {ours.casefold()}), "")
    return found


def scale(answers: Sequence[float]) -> tuple[float, float]:
    """The narrowest usual scale that holds the answers, else their own ends; a single odd answer does not widen it."""
    if not answers:
        return 1.0, 5.0
    low, high = np.quantile(answers, [0.005, 0.995], method="nearest")
    fitting = [ends for ends in SCALES if ends[0] <= low and high <= ends[1]]
    whole = all(float(answer).is_integer() for answer in answers)
    if whole and high > 1:
        fitting = [ends for ends in fitting if ends != (0, 1)]
    if not fitting:
        return float(low), float(high)
    begin, end = min(fitting, key=lambda ends: ends[1] - ends[0])
    return float(begin), float(end)


def values_of(field: str, header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns) -> list[str]:
    positions = [header.index(name) for name in columns.get(field, []) if name in header]
    return [row[position] for row in rows for position in positions if position < len(row)]


def _of(
    cell_type: CellType, kind: Kind, header: Sequence[str], rows: Sequence[Sequence[str]], columns: Columns
) -> list[str]:
    names = [field.name for field in kind.fields if field.type == cell_type]
    return [value for name in names for value in values_of(name, header, rows, columns)]


def swapped_prices(
    header: Sequence[str], rows: Sequence[Sequence[str]], columns: Mapping[str, list[str]], decimal: str
) -> ColumnSuggestion | None:
    """Another order of the four price columns, where far more answers make sense under it."""
    if not all(len(columns.get(role, [])) == 1 for role in ROLES):
        return None
    names = tuple(columns[role][0] for role in ROLES)
    positions = [header.index(name) for name in names]
    answers = [
        [_number_or_nan(row[position], decimal) for position in positions] for row in rows if len(row) >= len(header)
    ]
    return better_columns(np.asarray(answers), names) if answers else None  # type: ignore[arg-type]


def _number_or_nan(cell: str, decimal: str) -> float:
    try:
        return cells.number(cell, decimal)
    except BadCell:
        return float("nan")
