"""What people do with refused rows: correct them, set them aside, or take that back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.research import storing, task_corrections
from apps.research.checking import CheckedRow
from apps.research.importing import checker_of
from apps.research.models import QuarantinedRow, Source, SourceState
from apps.research.refusals import Refusal, reason
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User


@dataclass(frozen=True)
class Correction:
    """``added`` rows are new to the workspace. ``waiting`` says why a row that is fine by itself still has to wait."""

    added: int
    waiting: str = ""


@transaction.atomic
def correct_row(*, refused: QuarantinedRow, values: Mapping[str, str], actor: User | None = None) -> Correction:
    """Import a refused row with corrected values; one of a task once the task is whole, together with the others."""
    source = _open(refused)
    checker = checker_of(source, source.parameters["header"])
    checked = checker.check_values(refused.row_number, values)
    if not isinstance(checked, CheckedRow):
        raise Refused(checked.code, reason(checked.code, checked.values), field=checked.field or None)
    together = [refused]
    rows = [checked]
    if checker.kind.in_tasks:
        whole = task_corrections.whole_task(refused, checked, values, checker)
        if isinstance(whole, Refusal):
            return Correction(0, reason(whole.code, whole.values))
        together, rows = whole
    elif checker.kind.repeats:
        rows = [storing.next_of_its_content(source, checked)]
    added = storing.insert(source, rows)
    for row in together:
        _resolve(row, discarded=False)
    _count(source, rows, added)
    audit.note(workspace=source.workspace, actor=actor, action="row.corrected", target=refused)
    return Correction(added)


def _count(source: Source, rows: list[CheckedRow], added: int) -> None:
    # The hash only has to change with the content; reading a million rows again would keep the person waiting.
    content = hashlib.sha256(source.content_sha256.encode() + b"".join(row.sha256 for row in rows)).hexdigest()
    Source.objects.filter(pk=source.pk).update(
        rows_refused=F("rows_refused") - len(rows),
        rows_imported=F("rows_imported") + added,
        rows_known=F("rows_known") + len(rows) - added,
        content_sha256=content if added else source.content_sha256,
    )


@transaction.atomic
def discard_row(*, refused: QuarantinedRow, actor: User | None = None) -> QuarantinedRow:
    """Set a refused row aside; it stays in the list of discarded rows and can be brought back."""
    source = _open(refused)
    audit.note(workspace=source.workspace, actor=actor, action="row.discarded", target=refused)
    return _resolve(refused, discarded=True)


@transaction.atomic
def bring_back_row(*, refused: QuarantinedRow, actor: User | None = None) -> QuarantinedRow:
    if not refused.discarded:
        raise Refused("row_not_discarded", _("Only a discarded row can be brought back."))
    refused.resolved_at, refused.discarded = None, False
    refused.save(update_fields=["resolved_at", "discarded"])
    audit.note(workspace=refused.workspace, actor=actor, action="row.brought_back", target=refused)
    return refused


@transaction.atomic
def discard_all(*, source: Source, actor: User | None = None) -> int:
    count = QuarantinedRow.objects.filter(source=source, resolved_at=None).update(
        resolved_at=timezone.now(), discarded=True
    )
    audit.note(workspace=source.workspace, actor=actor, action="rows.discarded", target=source, details={"rows": count})
    return count


def _open(refused: QuarantinedRow) -> Source:
    if refused.resolved_at is not None:
        raise Refused("row_resolved", _("This row was dealt with already."))
    source = refused.source
    if source.state != SourceState.IMPORTED:
        raise Refused("import_running", _("Wait until the import has ended."))
    return source


def _resolve(refused: QuarantinedRow, *, discarded: bool) -> QuarantinedRow:
    refused.resolved_at, refused.discarded = timezone.now(), discarded
    refused.save(update_fields=["resolved_at", "discarded"])
    return refused
