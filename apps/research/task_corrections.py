"""A task of which rows were refused, put together again from what people corrected."""

from __future__ import annotations

from collections.abc import Mapping

from apps.research import storing
from apps.research.checking import CheckedRow, RowChecker
from apps.research.judging import Repeats
from apps.research.models import QuarantinedRow
from apps.research.refusals import Refusal
from apps.research.task_survey import TaskSurvey

Whole = tuple[list[QuarantinedRow], list[CheckedRow]]


def whole_task(
    refused: QuarantinedRow, checked: CheckedRow, values: Mapping[str, str], checker: RowChecker
) -> Whole | Refusal:
    """The refused rows that can be imported now with the one corrected, or what the task still lacks.

    What was corrected is kept with the row, so that a task can be mended row by row.
    """
    task = (checked.values["customer"], checked.values["task"])
    refused.raw = refused.raw | {"given": dict(values), "task": storing.task_key(task)}
    waiting = QuarantinedRow.objects.filter(
        source_id=refused.source_id, resolved_at=None, raw__task=storing.task_key(task)
    ).exclude(pk=refused.pk)
    found = [(refused, checked), *((row, _checked(row, checker)) for row in waiting)]
    survey = TaskSurvey(checker.kind.kind)
    for row, result in found:
        if isinstance(result, CheckedRow):
            survey.add(result)
        else:
            survey.spoil(task, row.row_number)
    for imported in storing.rows_of_task(refused.source, task):
        survey.add(imported)
    fault = survey.fault(checked)
    if fault is not None:
        _keep_waiting(refused, fault)
        return fault
    repeats = Repeats()
    rows = [repeats.numbered(survey.sealed(result)) for _row, result in found if isinstance(result, CheckedRow)]
    return [row for row, _result in found], rows


def _checked(row: QuarantinedRow, checker: RowChecker) -> CheckedRow | Refusal:
    if given := row.raw.get("given"):
        return checker.check_values(row.row_number, given)
    if len(row.raw["cells"]) != len(checker.header):
        return Refusal(row.field, row.reason_code, row.reason_values)
    return checker.check(row.row_number, row.raw["cells"])


def _keep_waiting(refused: QuarantinedRow, fault: Refusal) -> None:
    refused.field, refused.reason_code, refused.reason_values = fault.field, fault.code, fault.values
    refused.save(update_fields=["raw", "field", "reason_code", "reason_values"])
