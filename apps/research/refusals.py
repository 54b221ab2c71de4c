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
    "not_whole": _("“%(cell)s” is not a whole number."),
    "no_such_month": _("“%(cell)s” is no month of the calendar. Write it as 2026-03."),
    "not_best_or_worst": _("“%(cell)s” is neither best nor worst. Write 1, -1 or 0, or best and worst."),
    "not_a_feeling": _(
        "“%(cell)s” is none of the five answers. Write 1 to 5, or like, must be, neutral, live with, dislike."
    ),
    "best_and_worst": _("The item is marked as the best and as the worst."),
    "marks_contradict": _("The answer says something else than the columns for best and worst."),
    "period_missing": _("Neither a period nor its number is given."),
    "outcome_missing": _("It is neither marked as resolved or not, nor with a thumb up or down."),
    "task_spoiled": _(
        "Row %(row)s of task %(task)s of respondent %(customer)s cannot be taken, and a task is only taken whole. "
        "Correct that row; then correct this one without a change."
    ),
    "task_of_one": _(
        "Task %(task)s of respondent %(customer)s has only this row, so there was nothing to choose from. Check the "
        "columns of respondent and task."
    ),
    "alternative_twice": _(
        "Task %(task)s of respondent %(customer)s shows the alternative “%(name)s” twice. Name them differently, or "
        "discard one of the rows."
    ),
    "none_twice": _(
        "Task %(task)s of respondent %(customer)s has more than one alternative that reads as “none of these”. Give a "
        "column that says which one it is."
    ),
    "none_chosen": _("In task %(task)s of respondent %(customer)s nothing is chosen. Mark one alternative as chosen."),
    "several_chosen": _(
        "In task %(task)s of respondent %(customer)s %(count)s alternatives are chosen. Leave exactly one."
    ),
    "item_twice": _(
        "Task %(task)s of respondent %(customer)s shows the item “%(name)s” twice. Discard one of the rows."
    ),
    "no_best": _("In task %(task)s of respondent %(customer)s no item is marked as the best. Mark one."),
    "no_worst": _("In task %(task)s of respondent %(customer)s no item is marked as the worst. Mark one."),
    "several_best": _(
        "In task %(task)s of respondent %(customer)s %(count)s items are marked as the best. Leave exactly one."
    ),
    "several_worst": _(
        "In task %(task)s of respondent %(customer)s %(count)s items are marked as the worst. Leave exactly one."
    ),
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
