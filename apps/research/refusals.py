"""Why a row or a file is not taken, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Words: TypeAlias = "str | StrPromise"


@dataclass(frozen=True)
class Refusal:
    """A row's field (empty for the whole row), a code for programs, and the values its message names."""

    field: str
    code: str
    values: dict[str, Any] = dataclass_field(default_factory=dict)


class BadCell(Exception):
    """What a cell's reader raises; the checker adds the field."""

    def __init__(self, code: str, field: str = "", **values: Any) -> None:
        self.code, self.field, self.values = code, field, values
        super().__init__(code)


REASONS: dict[str, Words] = {
    "missing": _("This cell is empty, but it is needed."),
    "too_long": _("The text has %(length)s characters; %(limit)s is the most."),
    "nul": _("The text holds a NUL character."),
    "half_character": _("The text holds half a character, which no program can show."),
    "not_a_number": _("“%(cell)s” is not a number."),
    "number_out_of_range": _("“%(cell)s” lies outside %(low)s to %(high)s."),
    "out_of_scale": _("%(cell)s lies outside the survey's scale, %(low)s to %(high)s."),
    "negative": _("%(cell)s is negative."),
    "not_a_date": _("“%(cell)s” is not a date that can be read. Write it as 2026-03-31."),
    "date_not_possible": _("“%(cell)s” is no day of the calendar, read as %(order)s."),
    "no_such_day": _("“%(cell)s” is no day of the calendar."),
    "date_out_of_range": _("“%(cell)s” lies before 1970 or more than two years ahead."),
    "not_yes_or_no": _("“%(cell)s” is neither yes nor no."),
    "ended_before_start": _("It ended on %(ended)s, before it started on %(started)s."),
    "active_and_ended": _("It is marked as active, but has the end date %(ended)s."),
    "end_missing": _("It is marked as ended, but the end date is missing."),
    "start_missing": _("Neither a start date nor a number of months is given."),
    "more_cells": _("The row has %(cells)s cells, the file has %(columns)s columns."),
    "fewer_cells": _("The row has only %(cells)s cells, the file has %(columns)s columns."),
    "broken_quotes": _("A quotation mark is not closed, so the cells cannot be told apart."),
    "cell_too_long": _("A cell is longer than %(limit)s characters."),
    "not_json": _("The line is not valid JSON."),
    "not_an_object": _("The line is not a JSON object with names and values."),
}

DATE_ORDERS: dict[str, Words] = {"dmy": _("day/month/year"), "mdy": _("month/day/year")}


def reason(code: str, values: Mapping[str, Any]) -> str:
    """The message of a refusal in the reader's language."""
    text = str(REASONS[code]) if code in REASONS else gettext("This row cannot be taken.")
    shown = {**values, "order": DATE_ORDERS.get(values.get("order", ""), "")}
    try:
        return text % shown
    except (KeyError, TypeError, ValueError):
        return text
