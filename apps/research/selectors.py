from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Min, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.checking import ANONYMOUS, rest_key, told_apart
from apps.research.fields import Field, Kind
from apps.research.importing import checker_of
from apps.research.kinds import KINDS
from apps.research.models import FeedbackItem, NeedMention, QuarantinedRow, Row, Source, SourceKind, SourceState
from apps.research.refusals import reason
from apps.research.storing import rows_of
from apps.workspaces.models import Workspace

SOURCE = "source"
FEEDBACK = "feedback"
PAGE = 50


def sources(workspace: Workspace, kind: str = "") -> QuerySet[Source]:
    found = Source.objects.filter(workspace=workspace).select_related("workspace", "uploaded_by")
    return found.filter(kind=kind) if kind else found


def source(workspace: Workspace, source_id: int) -> Source:
    found = sources(workspace).filter(pk=source_id).first()
    if found is None:
        raise Http404
    return found


def imported(workspace: Workspace, kind: str | SourceKind) -> QuerySet[Source]:
    """The sources whose rows count."""
    return sources(workspace, kind).filter(state=SourceState.IMPORTED)


def same_file(workspace: Workspace, kind: str, sha256: str) -> Source | None:
    return sources(workspace, kind).filter(sha256=sha256).first()


def source_ref(source: Source) -> InputRef:
    """The source as what an estimate was made from."""
    return InputRef(SOURCE, str(source.pk), source.name, source.content_sha256, source.simulated)


def source_refs(workspace: Workspace, kind: str | SourceKind) -> list[InputRef]:
    return [source_ref(found) for found in imported(workspace, kind)]


def expires_at(workspace: Workspace, kinds: Iterable[str]) -> datetime | None:
    """When the first of the sources of these kinds ceases to hold."""
    first = Source.objects.filter(workspace=workspace, state=SourceState.IMPORTED, kind__in=list(kinds)).aggregate(
        first=Min("expires_on")
    )["first"]
    return timezone.make_aware(datetime.combine(first, time.max)) if first else None


def source_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = Source.objects.filter(workspace=workspace, pk__in=object_ids).values_list("pk", "content_sha256")
    return {str(pk): sha256 for pk, sha256 in found}


def feedback_contents(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    found = feedback(workspace).filter(pk__in=object_ids).values_list("pk", "sha256")
    return {str(pk): bytes(sha256).hex() for pk, sha256 in found}


def import_job(source: Source) -> Job | None:
    return jobs.latest(source.workspace, "research.import", subject=str(source.pk))


def figures_moved_by_source(source: Source) -> list[Estimate]:
    return estimates.figures_moved_by(source.workspace, SOURCE, str(source.pk))


def figures_moved_by_feedback(item: FeedbackItem) -> list[Estimate]:
    own = estimates.figures_moved_by(item.workspace, FEEDBACK, str(item.pk))
    seen = {estimate.pk for estimate in own}
    return own + [estimate for estimate in figures_moved_by_source(item.source) if estimate.pk not in seen]


def rows(source: Source, after: int = 0, limit: int = PAGE) -> list[Row]:
    """The rows of a source beyond a row's number, in the order of the file."""
    return list(rows_of(source).filter(row_number__gt=after).order_by("row_number")[:limit])


@dataclass(frozen=True)
class RowTable:
    """Rows as a page shows them: for each a key, its number in the file and its values as they are."""

    labels: list[str]
    rows: list[tuple[int, int, list[Any]]]


def row_table(kind: Kind, rows: list[Row]) -> RowTable:
    stored = {field.name for field in kind.model._meta.concrete_fields}
    fields = [field for field in kind.fields if field.name in stored]
    return RowTable(
        [str(field.label) for field in fields],
        [(row.pk, row.row_number, [_shown(getattr(row, field.name)) for field in fields]) for row in rows],
    )


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        return told_apart(value)
    return "" if isinstance(value, str) and value.startswith(ANONYMOUS) else value


def mention_of(item: FeedbackItem) -> NeedMention | None:
    return NeedMention.objects.filter(feedback=item).select_related("need").first()


def rows_of_kind(workspace: Workspace, kind: str) -> QuerySet[Row]:
    return KINDS[kind].model._default_manager.filter(workspace=workspace)


def feedback(workspace: Workspace) -> QuerySet[FeedbackItem]:
    return FeedbackItem.objects.filter(workspace=workspace)


def feedback_item(workspace: Workspace, feedback_id: int) -> FeedbackItem:
    found = feedback(workspace).select_related("source", "workspace").filter(pk=feedback_id).first()
    if found is None:
        raise Http404
    return found


def feedback_choices(workspace: Workspace) -> dict[str, list[str]]:
    """The segments and plans to filter by, the first of each by name."""
    found = feedback(workspace)
    return {
        name: [value for value in found.order_by(name).values_list(name, flat=True).distinct()[:100] if value]
        for name in ("segment", "plan")
    }


@dataclass(frozen=True)
class RefusedCell:
    name: str
    label: str
    value: str
    required: bool
    at_fault: bool


def quarantine(workspace: Workspace) -> QuerySet[QuarantinedRow]:
    return QuarantinedRow.objects.filter(workspace=workspace).select_related("source", "source__workspace")


@dataclass(frozen=True)
class Refused:
    """A refused row as a page lists it."""

    row: QuarantinedRow
    reason: str
    label: str
    cells: list[RefusedCell]


def quarantine_page(source: Source, *, discarded: bool = False) -> list[Refused]:
    """The first refused rows of a source; as they are dealt with, the next come up."""
    found = quarantine(source.workspace).filter(source=source, discarded=discarded)
    labels = {field.name: str(field.label) for field in KINDS[source.kind].fields}
    return [
        Refused(row, refusal_reason(row), labels.get(row.field, ""), refused_cells(row))
        for row in found.filter(resolved_at__isnull=not discarded).order_by("row_number")[:PAGE]
    ]


def refused_row(workspace: Workspace, refused_id: int) -> QuarantinedRow:
    found = quarantine(workspace).filter(pk=refused_id).first()
    if found is None:
        raise Http404
    return found


def refused_cells(refused: QuarantinedRow, given: Mapping[str, str] | None = None) -> list[RefusedCell]:
    """A refused row by field, as far as its cells can be told apart; fields without a column are empty."""
    checker = checker_of(refused.source, refused.source.parameters["header"])
    found = given or refused.raw.get("given") or checker.cells_of(refused.raw["cells"])
    return [
        RefusedCell(name, label, found.get(name, ""), field.required and not field.is_rest, field.name == refused.field)
        for field in checker.kind.fields
        for name, label in _cell_names(field, checker.rest_names)
    ]


def _cell_names(field: Field, rest_names: list[str]) -> list[tuple[str, str]]:
    if field.is_rest:
        return [(rest_key(field, name), name) for name in rest_names]
    return [(field.name, str(field.label))]


def refusal_reason(refused: QuarantinedRow) -> str:
    return reason(refused.reason_code, refused.reason_values)
