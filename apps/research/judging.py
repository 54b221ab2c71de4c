"""Rows judged as parts of their file: as one of a task's, or as one of several that are alike."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from apps.research.checking import CheckedRow, RowChecker
from apps.research.delimited import RawRow
from apps.research.refusals import Refusal
from apps.research.task_survey import TaskSurvey


class Repeats:
    """Tells rows of the same content in one file apart by their count, so that a second such file adds nothing."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._again: dict[int, int] = {}

    def numbered(self, row: CheckedRow) -> CheckedRow:
        content = int.from_bytes(row.sha256[:8], "big")
        if content not in self._seen:
            self._seen.add(content)
            return row
        count = self._again[content] = self._again.get(content, 1) + 1
        return nth(row, count)


def nth(row: CheckedRow, count: int) -> CheckedRow:
    """The row as the ``count``-th of its content in a file."""
    if count == 1:
        return row
    return replace(row, sha256=hashlib.sha256(row.sha256 + count.to_bytes(8, "big")).digest())


class Judge:
    """Judges the rows of one file, in its order and from its beginning where ``needs_all``."""

    def __init__(self, checker: RowChecker, survey: TaskSurvey | None = None) -> None:
        self.checker, self.survey = checker, survey
        self.needs_all = checker.kind.repeats or checker.kind.in_tasks
        self._repeats = Repeats() if self.needs_all else None

    def judge(self, row: RawRow) -> CheckedRow | Refusal:
        found = row.refusal or self.checker.check(row.number, row.cells)
        if self._repeats is None or isinstance(found, Refusal):
            return found
        if self.survey is not None:
            fault = self.survey.fault(found)
            if fault is not None:
                return fault
            found = self.survey.sealed(found)
        return self._repeats.numbered(found)


def look_at(survey: TaskSurvey, checker: RowChecker, row: RawRow) -> None:
    """Take a row into the survey of its file's tasks."""
    found = row.refusal or checker.check(row.number, row.cells)
    if isinstance(found, Refusal):
        survey.spoil(checker.task_of(row.cells), row.number)
    else:
        survey.add(found)
