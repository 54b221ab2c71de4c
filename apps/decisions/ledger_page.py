"""What the pages of the ledger show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.decisions import ledger_selectors, selectors
from apps.decisions.ledger_facts import facts, month_name
from apps.decisions.ledger_forecast import first_month
from apps.decisions.ledger_models import Actual, Decision
from apps.decisions.ledger_scoring import MeasureScored, scored
from apps.decisions.models import Option
from apps.estimates import charts
from apps.estimates.models import Estimate
from apps.planning.models import Scenario
from apps.workspaces.models import Workspace


@dataclass(frozen=True)
class Entry:
    """A decision with its scores."""

    decision: Decision
    measures: list[MeasureScored]

    @property
    def revenue(self) -> MeasureScored:
        return self.measures[0]

    @property
    def known(self) -> list[MeasureScored]:
        return [one for one in self.measures if one.known]


@dataclass(frozen=True)
class Ledger:
    """All decisions, what came, and what the past says of the next forecast.

    ``months`` were scored in all, ``held`` of them lay in their interval.
    """

    entries: list[Entry]
    actuals: list[Actual]
    known_months: int
    correction: Estimate | None

    @property
    def months(self) -> int:
        return sum(one.known for entry in self.entries for one in entry.measures)

    @property
    def held(self) -> int:
        return sum(one.held for entry in self.entries for one in entry.measures)


def ledger(workspace: Workspace) -> Ledger:
    known = facts(workspace)
    found = [Entry(one, scored(one, known)) for one in ledger_selectors.standing(workspace)]
    actuals = list(ledger_selectors.actuals(workspace))
    return Ledger(found, actuals, len(known["revenue"]), ledger_selectors.correction(workspace))


def entry(decision: Decision) -> Entry:
    return Entry(decision, scored(decision, facts(decision.workspace)))


def ledger_page(workspace: Workspace, scenario: Scenario, option: Option | None) -> dict[str, Any]:
    options = [] if scenario.pk is None else list(selectors.options_of(scenario))
    begins, found = month_name(first_month(workspace)), ledger(workspace)
    return {
        "scenario": scenario,
        "scenarios": list(selectors.scenarios(workspace)),
        "ledger": found,
        "shift_down": -found.correction.parameters["shift"] if found.correction else 0.0,
        "withdrawn": list(ledger_selectors.decisions(workspace).exclude(withdrawn_at=None)[:20]),
        "options": options,
        "chosen": option,
        "first_month": begins,
    }


def decision_page(decision: Decision) -> dict[str, Any]:
    found = entry(decision)
    return {
        "entry": found,
        "decision": decision,
        "charts": [(one, foretold(one)) for one in found.measures],
    }


def foretold(measure: MeasureScored) -> charts.Spec:
    """The frozen band of a measure, with what came."""
    rows: list[dict[str, Any]] = [
        {"month": month.name, "value": month.median, "low": month.low, "high": month.high, "line": _("Forecast")}
        for month in measure.months
    ]
    rows += [
        {"month": month.name, "value": month.value, "low": month.value, "high": month.value, "line": _("What came")}
        for month in measure.months
        if month.value is not None
    ]
    return charts.interval_line(
        rows,
        x="month",
        y="value",
        low="low",
        high="high",
        series="line",
        x_type="temporal",
        y_title=measure.label,
        y_format="~s",
        zero=True,
    )
