"""The import of one source: chunk by chunk, each kept together with the place where the next one begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from apps.jobs.run import JobFailure, JobRun
from apps.research import storing
from apps.research.cell_parsers import Reading
from apps.research.checking import CheckedRow, Place, RowChecker
from apps.research.delimited import RawRow, TooManyBrokenRows
from apps.research.judging import Judge, look_at
from apps.research.kinds import KINDS
from apps.research.models import Source, SourceState
from apps.research.reading import Table, open_table
from apps.research.refusals import Refusal
from apps.research.task_survey import TaskSurvey
from apps.workspaces.errors import Refused

CHUNK = 5_000
ALL_REFUSED = 1_000
LOOK_EACH = 20_000
READ = _("%(rows)s rows read")
LOOKING = _("Looking at the tasks: %(rows)s rows")
HOPELESS = _("None of the first %(rows)s rows can be taken. Correct the columns, then import again.")
BROKEN = _("More than a thousand rows have open quotation marks. Save the file again as CSV, then upload it.")
LOST = _("The uploaded file is no longer there. Upload it again.")


def run_import(run: JobRun, *, source_id: int) -> dict[str, Any]:
    source = Source.objects.select_related("workspace").get(pk=source_id, workspace=run.workspace)
    Source.objects.filter(pk=source.pk).update(state=SourceState.IMPORTING)
    try:
        with open_table(table_name(source), source.parameters["file"]) as table:
            _import(run, source, table)
    except (JobFailure, Refused):
        _mark_failed(run, source)
        raise
    except FileNotFoundError:
        _mark_failed(run, source)
        raise JobFailure("file_lost", LOST) from None
    counts = _counts(run.checkpoint)
    with run.finish(result=counts):
        content = storing.content_sha256(source)
        Source.objects.filter(pk=source.pk).update(state=SourceState.IMPORTED, content_sha256=content, **_shown(counts))
    return counts


def table_name(source: Source) -> str:
    return str(source.parameters["file"].get("table") or source.file.name)


def checker_of(source: Source, header: list[str]) -> RowChecker:
    columns = {
        field: [header.index(name) for name in names if name in header] for field, names in source.columns.items()
    }
    reading = Reading.of(source.parameters, timezone.localdate())
    return RowChecker(KINDS[source.kind], columns, reading, Place(source.pk, source.sha256), header)


def _import(run: JobRun, source: Source, table: Table) -> None:
    checker = checker_of(source, table.header)
    kept_until = run.checkpoint.get("row", 0)
    try:
        judge = Judge(checker, _survey(run, source, checker) if checker.kind.in_tasks else None)
        for chunk in _chunks(table.rows(after=0 if judge.needs_all else kept_until)):
            good, refused = _sorted_out(judge, chunk, kept_until)
            if chunk[-1].number <= kept_until:
                continue
            if not good and not run.checkpoint.get("row") and len(chunk) >= ALL_REFUSED:
                raise JobFailure("all_refused", HOPELESS, rows=len(chunk))
            with run.step() as draft:
                added = storing.insert(source, good)
                storing.quarantine(source, refused, checker.task_of)
                _count(draft, chunk[-1].number, added, len(good) - added, len(refused))
                Source.objects.filter(pk=source.pk).update(**_shown(_counts(draft)))
            rows = sum(_counts(run.checkpoint).values())
            looked = table.size if judge.survey is not None else 0
            run.progress(looked + table.position, looked + table.size, READ, rows=f"{rows:,}")
    except TooManyBrokenRows:
        raise JobFailure("broken_quotes", BROKEN) from None


def _survey(run: JobRun, source: Source, checker: RowChecker) -> TaskSurvey:
    """A first look through the whole file; it keeps nothing, so it is simply done again after a kill."""
    survey = TaskSurvey(checker.kind.kind)
    with open_table(table_name(source), source.parameters["file"]) as table:
        for count, row in enumerate(table.rows(), start=1):
            look_at(survey, checker, row)
            if count % LOOK_EACH == 0:
                run.progress(table.position, 2 * table.size, LOOKING, rows=f"{count:,}")
    return survey


def _chunks(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    chunk: list[RawRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _sorted_out(
    judge: Judge, chunk: list[RawRow], kept_until: int
) -> tuple[list[CheckedRow], list[tuple[RawRow, Refusal]]]:
    """The good rows and the refused ones of a chunk; rows kept already are only judged, for the sake of the others."""
    good: list[CheckedRow] = []
    refused: list[tuple[RawRow, Refusal]] = []
    for row in chunk:
        found = judge.judge(row)
        if row.number <= kept_until:
            continue
        if isinstance(found, CheckedRow):
            good.append(found)
        else:
            refused.append((row, found))
    return good, refused


def _count(draft: dict[str, Any], row: int, imported: int, known: int, refused: int) -> None:
    before = _counts(draft)
    draft["row"] = row
    draft["imported"] = before["imported"] + imported
    draft["known"] = before["known"] + known
    draft["refused"] = before["refused"] + refused


def _counts(checkpoint: dict[str, Any]) -> dict[str, int]:
    return {name: checkpoint.get(name, 0) for name in ("imported", "known", "refused")}


def _shown(counts: dict[str, int]) -> dict[str, int]:
    return {f"rows_{name}": count for name, count in counts.items()} | {"rows_total": sum(counts.values())}


def _mark_failed(run: JobRun, source: Source) -> None:
    with run.step():
        Source.objects.filter(pk=source.pk).update(state=SourceState.FAILED)
