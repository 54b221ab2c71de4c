"""Months, quarters and years as people write them, each known by its first day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Protocol

from apps.research import cells
from apps.research.refusals import BadCell

EARLIEST = date(1800, 1, 1)
_YEAR = re.compile(r"(\d{4})年?$")
_QUARTER = re.compile(r"(\d{4})[-/. 年]*(?:q|第?)([1-4一二三四])(?:季度|季)?$|q([1-4])[-/. ]*(\d{4})$")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})$")
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})$")
_MONTH_NAME = re.compile(r"([a-z]{3,9})\.?[- ,/]+(\d{4}|\d{2})$")
_NAME_LAST = re.compile(r"(\d{4})[- ,/]+([a-z]{3,9})\.?$")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


class Reads(Protocol):
    @property
    def date_order(self) -> str: ...
    @property
    def today(self) -> date: ...


def month(cell: str, reading: Reads) -> date:
    """The first day of the month that is named, or in which the day lies."""
    return _within(_month(_plain(cell), cell) or _day(cell, reading, cells.EARLIEST), cell, reading, cells.EARLIEST)


def first_day(cell: str, reading: Reads) -> date:
    """The first day of a year, quarter or month, or the day itself."""
    text = _plain(cell)
    found = _year(text) or _quarter(text, cell) or _month(text, cell)
    return (
        _within(found, cell, reading, EARLIEST)
        if found
        else cells.day(cell, reading.date_order, reading.today, EARLIEST)
    )


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def _day(cell: str, reading: Reads, earliest: date) -> date:
    return cells.day(cell, reading.date_order, reading.today, earliest).replace(day=1)


def _year(text: str) -> date | None:
    match = _YEAR.match(text)
    return date(int(match[1]), 1, 1) if match and int(match[1]) else None


def _quarter(text: str, cell: str) -> date | None:
    match = _QUARTER.match(text)
    if match is None or ("q" not in text and "季" not in text):
        return None
    year, number = int(match[1] or match[4]), match[2] or match[3]
    return _made(year, 3 * (_QUARTERS.get(number) or int(number)) - 2, cell)


def _month(text: str, cell: str) -> date | None:
    if match := _COMPACT_MONTH.match(text):
        return _made(int(match[1]), int(match[2]), cell)
    if match := _MONTH_FIRST.match(text):
        return _made(int(match[2]), int(match[1]), cell)
    if match := _MONTH_NAME.match(text):
        return _made(cells.year(match[2]), cells.MONTHS.get(match[1], 0), cell)
    if match := _NAME_LAST.match(text):
        return _made(int(match[1]), cells.MONTHS.get(match[2], 0), cell)
    return None


def _made(year: int, month: int, cell: str) -> date:
    try:
        return date(year, month, 1)
    except ValueError:
        raise BadCell("no_such_month", cell=cell[: cells.SHOWN]) from None


def _within(day: date, cell: str, reading: Reads, earliest: date) -> date:
    if not earliest <= day <= reading.today + cells.AHEAD:
        raise BadCell("date_out_of_range", cell=cell[: cells.SHOWN])
    return day
