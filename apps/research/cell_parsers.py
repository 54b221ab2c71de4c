"""How the cells of each type of field are read in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from apps.research import cell_words, cells, periods
from apps.research.fields import CellType, Field
from apps.research.refusals import BadCell

MOST = 1e12
Parser = Callable[[str], Any]


@dataclass(frozen=True)
class Reading:
    """How the cells of one file are to be read; ``as_of`` is the day on which a log of tenures was taken."""

    today: date
    date_order: str = "dmy"
    decimal: str = "."
    scale_min: float = 1.0
    scale_max: float = 5.0
    as_of: date | None = None
    our_offer: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, Any], today: date) -> Reading:
        as_of = parameters.get("as_of")
        return cls(
            today=today,
            date_order=parameters.get("date_order") or "dmy",
            decimal=parameters.get("decimal") or ".",
            scale_min=float(parameters.get("scale_min", 1.0)),
            scale_max=float(parameters.get("scale_max", 5.0)),
            as_of=date.fromisoformat(as_of) if as_of else None,
            our_offer=parameters.get("our_offer") or "",
        )


def parser(field: Field, reading: Reading) -> Parser:
    """Raises BadCell for what cannot be read; None stands for an empty cell."""
    if field.type in (CellType.TEXT, CellType.REST):
        return _text(field)
    read: dict[CellType, Parser] = {
        CellType.DATE: _day(field, reading),
        CellType.MONTH: _first_of_month(reading),
        CellType.PERIOD: lambda cell: None if cells.is_nothing(cell) else periods.first_day(cell, reading),
        CellType.YES_NO: _yes_or_no(field),
        CellType.BEST_WORST: cells.best_or_worst,
        CellType.FEELING: cells.feeling,
        CellType.NUMBER: _between(0, MOST, "number_out_of_range", reading),
        CellType.PRICE: _between(0, MOST, "number_out_of_range", reading),
        CellType.MONTHS: _between(0, 1200, "number_out_of_range", reading),
        CellType.RATING: _between(-1000, 1000, "number_out_of_range", reading),
        CellType.SCALE: _between(reading.scale_min, reading.scale_max, "out_of_scale", reading),
        CellType.ORDINAL: _ordinal(reading),
    }
    # A column of days or ratings repeats itself over and over.
    return lru_cache(maxsize=20_000)(read[field.type])


def _text(field: Field) -> Parser:
    def text(cell: str) -> str | None:
        cell = cell.strip()
        if "\x00" in cell:
            raise BadCell("nul")
        if len(cell) > field.longest:
            raise BadCell("too_long", length=len(cell), limit=field.longest)
        if not cell.isascii():
            _refuse_half_characters(cell)
        return cell or None

    return text


def _between(low: float, high: float, code: str, reading: Reading) -> Parser:
    def number(cell: str) -> float | None:
        if cells.is_nothing(cell):
            return None
        value = cells.rating(cell, reading.decimal)
        if not low <= value <= high:
            raise BadCell(code, cell=cell[: cells.SHOWN], low=f"{low:g}", high=f"{high:g}")
        return value

    return number


def _ordinal(reading: Reading) -> Parser:
    between = _between(0, 100_000, "number_out_of_range", reading)

    def ordinal(cell: str) -> int | None:
        value = between(cell)
        if value is not None and value != int(value):
            raise BadCell("not_whole", cell=cell[: cells.SHOWN])
        return None if value is None else int(value)

    return ordinal


def _day(field: Field, reading: Reading) -> Parser:
    def day(cell: str) -> date | None:
        if cells.is_nothing(cell) or (field.name == "ended_on" and cell.strip().casefold() in cell_words.STAYS):
            return None
        return cells.day(cell, reading.date_order, reading.today)

    return day


def _first_of_month(reading: Reading) -> Parser:
    def month(cell: str) -> date | None:
        if cells.is_nothing(cell):
            return None
        return periods.month(cell, reading)

    return month


def _yes_or_no(field: Field) -> Parser:
    words: dict[str, tuple[set[str], set[str]]] = {
        "active": (cell_words.STAYS, cell_words.LEFT),
        "churned": (cell_words.LEFT, cell_words.STAYS),
        "chosen": (cell_words.CHOSEN, cell_words.NOT_CHOSEN),
        "would_buy": (cell_words.BUYS, cell_words.BUYS_NOT),
        "resolved": (cell_words.SETTLED, cell_words.UNSETTLED),
        "thumbs_up": (cell_words.LIKED, cell_words.DISLIKED),
        "escalated": (cell_words.HANDED_OVER, cell_words.KEPT),
    }
    also_yes, also_no = words.get(field.name, (set(), set()))

    def yes_or_no(cell: str) -> bool | None:
        if cells.is_nothing(cell) and cell.strip() != "无":
            # Whoever marks the chosen alternative alone leaves the others empty.
            return False if field.name == "chosen" else None
        return cells.yes_or_no(cell, also_yes=also_yes, also_no=also_no)

    return yes_or_no


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadCell("half_character") from None
