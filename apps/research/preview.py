"""The first rows of a source as they would be imported, before anything is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from apps.research import columns
from apps.research.checking import CheckedRow, RowChecker, rest_key, told_apart
from apps.research.delimited import RawRow, TooManyBrokenRows
from apps.research.fields import Kind
from apps.research.importing import checker_of, table_name
from apps.research.judging import Judge, look_at
from apps.research.kinds import KINDS
from apps.research.models import Source, SourceKind
from apps.research.reading import open_table
from apps.research.refusals import Refusal, reason
from apps.research.task_survey import TaskSurvey
from trimtab.economics.price.answers import ColumnSuggestion

SAMPLE_ROWS = 2_000
SHOWN_ROWS = 12


@dataclass(frozen=True)
class Sample:
    header: list[str]
    rows: list[RawRow]

    @property
    def cells(self) -> list[list[str]]:
        return [row.cells for row in self.rows if row.refusal is None]


@dataclass(frozen=True)
class PreviewRow:
    """A row as it came, and as it would be read: ``values`` by field, or the refusal's reason."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any]
    field: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Preview:
    looked_at: int
    good: int
    problems: list[tuple[str, str, int]]
    rows: list[PreviewRow]
    missing: list[str]
    swap: ColumnSuggestion | None


def sample(name: str, file: dict[str, Any]) -> Sample:
    with open_table(name, file) as table:
        rows: list[RawRow] = []
        with suppress(TooManyBrokenRows):
            rows.extend(islice(table.rows(), SAMPLE_ROWS))
        return Sample(table.header, rows)


def preview(source: Source, seen: Sample | None = None) -> Preview:
    """Check the first rows under the source's present columns and parameters."""
    seen = seen or sample(table_name(source), source.parameters["file"])
    checker = checker_of(source, seen.header)
    judge = Judge(checker, _survey(checker, seen.rows))
    found = [(row, judge.judge(row)) for row in seen.rows]
    refused = [result for _row, result in found if isinstance(result, Refusal)]
    kind = KINDS[source.kind]
    missing = missing_columns(kind, source.columns)
    labels = {field.name: str(field.label) for field in kind.fields}
    counted = Counter((result.field, result.code) for result in refused)
    first = {(result.field, result.code): result for result in reversed(refused)}
    problems = [
        (labels.get(field, ""), reason(code, first[field, code].values), count)
        for (field, code), count in counted.most_common(8)
    ]
    # Refused rows first: they are what needs a look.
    shown = sorted(found, key=lambda item: not isinstance(item[1], Refusal))[: SHOWN_ROWS // 3]
    shown += [item for item in found if item not in shown][: SHOWN_ROWS - len(shown)]
    return Preview(
        looked_at=len(found),
        good=0 if missing else len(found) - len(refused),
        problems=problems,
        rows=[_shown(checker, row, result) for row, result in sorted(shown, key=lambda item: item[0].number)],
        missing=missing,
        swap=_swap(source, seen),
    )


def _survey(checker: RowChecker, rows: list[RawRow]) -> TaskSurvey | None:
    """The tasks as far as the first rows show them whole."""
    if not checker.kind.in_tasks:
        return None
    survey = TaskSurvey(checker.kind.kind)
    for row in rows:
        look_at(survey, checker, row)
    is_cut = len(rows) == SAMPLE_ROWS
    if is_cut:
        survey.forgive(checker.task_of(rows[-1].cells))
    return None if is_cut and survey.is_scattered else survey


def missing_columns(kind: Kind, chosen: Mapping[str, list[str]]) -> list[str]:
    """The labels of needed fields that have no column yet."""
    missing = [str(field.label) for field in kind.fields if field.required and not chosen.get(field.name)]
    if kind.one_of and not any(chosen.get(name) for name in kind.one_of):
        missing.append(" / ".join(str(kind.field(name).label) for name in kind.one_of))
    return missing


def _shown(checker: RowChecker, row: RawRow, result: CheckedRow | Refusal) -> PreviewRow:
    if isinstance(result, Refusal):
        return PreviewRow(row.number, _cells(checker, row), {}, result.field, reason(result.code, result.values))
    return PreviewRow(row.number, _cells(checker, row), result.values)


def _cells(checker: RowChecker, row: RawRow) -> dict[str, str]:
    """By field; the columns of the rest in one."""
    found = checker.cells_of(row.cells)
    kept = checker.kind.rest
    if kept is None or not checker.rest_names:
        return found
    told = {name: found.pop(rest_key(kept, name)) for name in checker.rest_names}
    return found | {kept.name: told_apart(told)}


def _swap(source: Source, seen: Sample) -> ColumnSuggestion | None:
    if source.kind != SourceKind.PRICES:
        return None
    return columns.swapped_prices(seen.header, seen.cells, source.columns, source.parameters.get("decimal", "."))
