"""A file as it comes in: looked at, kept under a name of ours, its columns guessed. Nothing is imported yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.research import columns as guessing
from apps.research import keeping, selectors
from apps.research.importing import table_name
from apps.research.kinds import KINDS
from apps.research.models import Source
from apps.research.preview import Sample, sample
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from apps.workspaces.storage import file_sha256

HOLDS_DAYS = 365


@dataclass(frozen=True)
class Upload:
    """``known``: the very same file had been uploaded before, and this is what became of it."""

    source: Source
    known: bool


def upload(
    *, workspace: Workspace, kind: str, file: File, actor: User | None, name: str = "", simulated: bool = False
) -> Upload:
    """Keep a file and guess its columns; nothing is imported yet."""
    if kind not in KINDS:
        raise Refused("kind_unknown", _("There is no such kind of source."), field="kind")
    if file.size > settings.TRIMTAB_UPLOAD_MEGABYTES << 20:
        raise Refused(
            "file_too_large",
            _("The file is larger than %(limit)d MB.") % {"limit": settings.TRIMTAB_UPLOAD_MEGABYTES},
            field="file",
            remedy=_("Split it, or leave out columns that are not needed."),
        )
    sha256 = file_sha256(file)
    if known := selectors.same_file(workspace, kind, sha256):
        return Upload(known, known=True)
    source = Source(
        workspace=workspace,
        kind=kind,
        name=shown_name(name or file.name or "", kind),
        sha256=sha256,
        simulated=simulated or workspace.is_simulated,
        uploaded_by=actor,
        collected_on=timezone.localdate(),
        expires_on=timezone.localdate() + timedelta(days=HOLDS_DAYS),
    )
    _keep_file(source, file)
    return _save_new(source, actor)


def _save_new(source: Source, actor: User | None) -> Upload:
    try:
        with transaction.atomic():
            source.save(force_insert=True)
            audit.note(workspace=source.workspace, actor=actor, action="source.uploaded", target=source)
    except IntegrityError:
        drop_files(source)
        known = selectors.same_file(source.workspace, source.kind, source.sha256)
        if known is None:
            raise
        return Upload(known, known=True)
    return Upload(source, known=False)


def shown_name(name: str, kind: str) -> str:
    return keeping.shown_name(name) or str(KINDS[kind].label)


def _keep_file(source: Source, file: File) -> None:
    source.format, source.file.name, facts = keeping.keep_table(source.workspace, "sources", file)
    source.parameters = {"file": facts, "currency": source.workspace.currency}
    try:
        _guess(source)
    except Refused:
        drop_files(source)
        raise


def _guess(source: Source) -> None:
    file = source.parameters["file"]
    seen = sample(table_name(source), file)
    if not seen.header or not seen.rows:
        raise Refused("file_empty", _("The file has no rows below the names of its columns."), field="file")
    source.columns = guessing.guess(KINDS[source.kind], seen.header, seen.cells)
    source.parameters |= {"header": seen.header} | guess_reading(source, seen)


def guess_reading(source: Source, seen: Sample) -> dict[str, Any]:
    """How the cells under the source's present columns are to be read."""
    kind, workspace = KINDS[source.kind], source.workspace
    return guessing.guess_reading(kind, seen.header, seen.cells, source.columns, workspace.currency, workspace.name)


def drop_files(source: Source) -> None:
    keeping.drop_table(source.file.name, source.parameters.get("file", {}))
