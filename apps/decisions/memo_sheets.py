"""The tables behind the memo as a workbook: numbers as numbers, and never a formula of somebody's making."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext

from apps.decisions.comparison import OptionComparison
from apps.decisions.option_values import values
from apps.planning.answers import Answer, answer, saved_choice
from apps.planning.models import Scenario
from apps.planning.stands_on import assumption_rows, link_rows

Table = tuple[str, list[str], list[list[Any]]]
WIDEST = 60


def workbook(scenario: Scenario) -> bytes:
    """One sheet a table. Raises CannotEstimate where nothing can be forecast yet."""
    import xlsxwriter

    kept = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(kept, safe) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for name, columns, rows in tables(scenario):
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, columns, head)
            for place, row in enumerate(rows, start=1):
                sheet.write_row(place, 0, row)
            sheet.freeze_panes(1, 1)
            for column, title in enumerate(columns):
                sheet.set_column(column, column, _width(title, [row[column] for row in rows]))
    return kept.getvalue()


def tables(scenario: Scenario) -> list[Table]:
    told = OptionComparison(scenario, values(scenario))
    world = told.values.world
    found = answer(world, saved_choice(scenario, world))
    return [_options(told), _months(found), _links(scenario, told), _assumptions(scenario, told)]


def _options(told: OptionComparison) -> Table:
    columns = [
        gettext("Option"), gettext("Price"), gettext("Expected gain"), gettext("Low"), gettext("High"),
        gettext("Chance of being best"), gettext("Chance of a loss"), gettext("Regret"), gettext("Worst tenth"),
        gettext("Months to break even"), gettext("Never breaks even"), gettext("Revenue, 12 months"),
        gettext("Customers sold at a loss"), gettext("Grade"),
    ]  # fmt: skip
    rows: list[list[Any]] = []
    for row in told.ranked:
        one, paid = row.standing, row.paid
        rows.append(
            [
                row.name, row.choice.price, one.expected_gain, one.gain.low, one.gain.high, one.p_best, one.p_loss,
                one.regret, one.cvar, paid.median if paid else None, paid.never if paid else None,
                row.revenue_12.median, row.at_a_loss, row.grade,
            ]
        )  # fmt: skip
    return gettext("Options"), columns, rows


def _months(found: Answer) -> Table:
    columns = [
        gettext("Month"),
        gettext("Measure"),
        gettext("Whose"),
        gettext("Median"),
        gettext("Low"),
        gettext("High"),
    ]
    rows: list[list[Any]] = [
        [row["month"], measure, whose, row["median"], row["low"], row["high"]]
        for whose, told in ((gettext("Today"), found.today_months), (gettext("This choice"), found.months))
        for measure, series in told.items()
        for row in series
    ]
    return gettext("Months"), columns, rows


def _links(scenario: Scenario, told: OptionComparison) -> Table:
    columns = [gettext("Link"), gettext("Median"), gettext("Low"), gettext("High"), gettext("Unit"), gettext("Grade")]
    rows: list[list[Any]] = []
    for link in link_rows(told.values.world, scenario.workspace):
        figure = link.figure or {"median": None, "low": None, "high": None, "unit": ""}
        rows.append([link.label, figure["median"], figure["low"], figure["high"], figure["unit"], str(link.grade)])
    return gettext("What it stands on"), columns, rows


def _assumptions(scenario: Scenario, told: OptionComparison) -> Table:
    used, _idle = assumption_rows(scenario, told.values.world)
    columns = [gettext("Assumption"), gettext("Value"), gettext("Unit"), gettext("Source")]
    rows: list[list[Any]] = [
        [
            str(row.assumption.label),
            row.chosen or row.value,
            "" if row.chosen else str(row.unit),
            gettext("typed") if row.stated else gettext("default"),
        ]
        for row in used
    ]
    return gettext("Assumptions"), columns, rows


def _width(title: str, cells: list[Any]) -> float:
    return min(WIDEST, max(len(title), *(len(str(cell)) for cell in cells), 8) + 1) if cells else len(title) + 1
