"""Writing the ledger: deciding, withdrawing, noting what came, and what all that says of the next forecast."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.decisions import ledger_selectors as selectors
from apps.decisions.ledger_facts import facts, month_index, month_start
from apps.decisions.ledger_forecast import first_month, frozen
from apps.decisions.ledger_models import Actual, Decision
from apps.decisions.ledger_scoring import CORRECTED_BY, correction_of
from apps.decisions.models import Option
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.messages import reason
from apps.estimates.models import Grade
from apps.estimates.selectors import current
from apps.planning.models import Scenario
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from trimtab.economics.draws import Figure
from trimtab.economics.errors import CannotEstimate

LONGEST_TITLE, LONGEST_REASONS, MOST_ROWS = 160, 4000, 600
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


@transaction.atomic
def decide(
    *,
    scenario: Scenario,
    option: Option | None = None,
    title: str = "",
    reasons: str = "",
    starts_on: date | None = None,
    actor: User | None = None,
) -> Decision:
    """Freeze the forecast of an option, without one of the scenario's own choice, with the reasons. Raises Refused."""
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE or len(reasons) > LONGEST_REASONS:
        field = "title" if len(title) > LONGEST_TITLE else "reasons"
        raise Refused("text_too_long", _("The text is too long."), field=field)
    begins = _first_of(starts_on) if starts_on else month_start(first_month(scenario.workspace))
    try:
        made = frozen(scenario, option)
    except CannotEstimate as error:
        raise Refused(error.code, reason(error)) from error
    decision = Decision(
        workspace=scenario.workspace,
        scenario=scenario if scenario.pk else None,
        title=title or (option.name if option else scenario.title),
        reasons=reasons.strip(),
        choice=made.choice,
        options=made.options,
        starts_on=begins,
        decided_by=actor,
    )
    decision.estimate = made.record(decision)
    decision.save()
    audit.note(workspace=scenario.workspace, actor=actor, action="decision.made", target=decision)
    learn(workspace=scenario.workspace)
    return decision


@transaction.atomic
def withdraw(*, decision: Decision, actor: User | None = None) -> None:
    """Take a decision out of the scores; it can be restored."""
    _set_withdrawn(decision, timezone.now(), actor, "decision.withdrawn")


@transaction.atomic
def restore(*, decision: Decision, actor: User | None = None) -> None:
    _set_withdrawn(decision, None, actor, "decision.restored")


def _set_withdrawn(decision: Decision, when: Any, actor: User | None, action: str) -> None:
    decision.withdrawn_at = when
    decision.save(update_fields=["withdrawn_at"])
    audit.note(workspace=decision.workspace, actor=actor, action=action, target=decision)
    learn(workspace=decision.workspace)


@dataclass(frozen=True)
class Noted:
    """``kept`` figures were noted; ``refused`` are lines that were not, each with its row, its text and the reason."""

    kept: int
    refused: list[dict[str, Any]]


@transaction.atomic
def note_actual(*, workspace: Workspace, measure: str, month: date, value: float, actor: User | None = None) -> Actual:
    """What a month brought; a figure noted before is replaced. Raises Refused."""
    row = _noted(workspace, measure, month, value, Actual.Origin.TYPED, actor)
    audit.note(workspace=workspace, actor=actor, action="actual.noted", target=row)
    learn(workspace=workspace)
    return row


@transaction.atomic
def import_actuals(*, workspace: Workspace, text: str, actor: User | None = None) -> Noted:
    """Lines of month, measure and value, as a table holds them; bad lines come back, the good ones are kept."""
    kept, refused = 0, []
    for number, line in enumerate(csv.reader(io.StringIO(text.replace("\t", ","))), start=1):
        if not "".join(line).strip() or (number == 1 and _is_head(line)):
            continue
        try:
            if number > MOST_ROWS:
                raise Refused("too_many_rows", _("Only the first 600 rows are read: paste the rest apart."))
            month, measure, value = _read(line)
            _noted(workspace, measure, month, value, Actual.Origin.IMPORTED, actor)
        except Refused as refusal:
            refused.append({"row": number, "text": ",".join(line), "field": refusal.field, "message": str(refusal)})
        else:
            kept += 1
    if kept:
        audit.note(workspace=workspace, actor=actor, action="actuals.imported", details={"count": kept})
        learn(workspace=workspace)
    return Noted(kept, refused)


@transaction.atomic
def remove_actual(*, actual: Actual, actor: User | None = None) -> None:
    """Where the log knows the month, its figure counts again."""
    workspace = actual.workspace
    audit.note(workspace=workspace, actor=actor, action="actual.removed", target=actual)
    actual.delete()
    learn(workspace=workspace)


def learn(*, workspace: Workspace) -> None:
    """Keep what the scored decisions say of the next forecast, where that changed."""
    known = facts(workspace)
    found, behind = correction_of(selectors.standing(workspace), known)
    before = current(workspace, selectors.CORRECTION)
    told = {"shift": found.shift, "widen": found.widen, "scored": found.scored}
    if (before is None and not found.scored) or (before and before.parameters == told):
        return
    estimates.record(
        workspace=workspace,
        kind=selectors.CORRECTION,
        grade=Grade.OBSERVED if found.scored else Grade.ASSUMED,
        draws={"shift": np.array([found.shift]), "widen": np.array([found.widen])},
        figures=[
            Figure("forecast_shift", found.shift, found.shift, found.shift),
            Figure("forecast_widening", found.widen, found.widen, found.widen),
        ],
        parameters=told,
        diagnostics={"measure": str(CORRECTED_BY), "decisions": [decision.title for decision in behind]},
        inputs=[InputRef.of(decision.estimate) for decision in behind],
    )


def _is_head(line: list[str]) -> bool:
    return not any(character.isdigit() for cell in line for character in cell)


def _read(line: list[str]) -> tuple[date, str, float]:
    if len(line) < 3:
        message = _("The row has %(count)s columns: month, measure and value are needed.") % {"count": len(line)}
        raise Refused("columns_missing", message, remedy=_("Write for example: 2026-11, revenue, 12500"))
    try:
        month = date.fromisoformat(f"{line[0].strip()[:7]}-01")
    except ValueError:
        message = _("“%(given)s” is not a month.") % {"given": line[0].strip()[:40]}
        raise Refused("month_unknown", message, field="month", remedy=_("Write it as 2026-11.")) from None
    return month, _measure(line[1]), _number("".join(line[2:]))


def _measure(given: str) -> str:
    word = given.strip().casefold()
    names = {str(value): str(value) for value in Actual.Measure.values}
    names |= {str(label).casefold(): str(value) for value, label in Actual.Measure.choices}
    if word not in names:
        message = _("“%(given)s” is not a measure.") % {"given": given.strip()[:40]}
        raise Refused("measure_unknown", message, field="measure", remedy=_("Write revenue, margin or customers."))
    return names[word]


def _number(given: str) -> float:
    try:
        return float(given.strip().replace(" ", ""))
    except ValueError:
        message = _("“%(given)s” is not a number.") % {"given": given.strip()[:40]}
        raise Refused("not_a_number", message, field="value", remedy=_("Write it with digits alone.")) from None


def _noted(workspace: Workspace, measure: str, month: date, value: float, origin: str, actor: User | None) -> Actual:
    if measure not in Actual.Measure.values:
        raise Refused("measure_unknown", _("There is no such measure."), field="measure")
    if not isfinite(value) or abs(value) > 1e12 or (value < 0 and measure != Actual.Measure.MARGIN):
        raise Refused("value_out_of_range", _("The value must be a number from zero up."), field="value")
    begins = _first_of(month)
    if month_index(begins) >= month_index(timezone.localdate()):
        raise Refused("month_not_over", _("This month is not over yet."), field="month")
    row, _made = Actual.objects.update_or_create(
        workspace=workspace, measure=measure, month=begins,
        defaults={"value": value, "origin": origin, "noted_by": actor},
    )  # fmt: skip
    return row


def _first_of(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise Refused("month_out_of_range", _("The month must lie between 1990 and 2100."), field="month")
    return day.replace(day=1)
