"""What the months really brought: typed or imported figures first, else the subscription log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.decisions.ledger_models import Actual
from apps.retention.revenue_rows import revenue_book
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.recurring_revenue import movements

LOG = "log"


@dataclass(frozen=True)
class Fact:
    """``month`` 12 * year + month - 1; ``origin`` typed, imported or log; ``actual`` the row where there is one."""

    month: int
    value: float
    origin: str
    actual: Actual | None = None


Facts = dict[str, dict[int, Fact]]


def facts(workspace: Workspace) -> Facts:
    """By measure and month. The log knows recurring revenue and customers at the end of its full months."""
    found: Facts = {measure: {} for measure in Actual.Measure.values}
    for measure, month, value in _of_log(workspace):
        found[measure][month] = Fact(month, value, LOG)
    for row in Actual.objects.filter(workspace=workspace):
        month = month_index(row.month)
        found[row.measure][month] = Fact(month, row.value, row.origin, row)
    return found


def month_index(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_start(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def month_name(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _of_log(workspace: Workspace) -> list[tuple[str, int, float]]:
    try:
        moved: Any = movements(revenue_book(workspace).log)
    except CannotEstimate:
        return []
    told = []
    for place, month in enumerate(moved.month):
        told.append((str(Actual.Measure.REVENUE), int(month), float(moved.closing[place])))
        told.append((str(Actual.Measure.CUSTOMERS), int(month), float(moved.customers[place])))
    return told
