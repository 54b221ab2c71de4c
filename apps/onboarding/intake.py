"""Files that the product loads by itself go the same way as a person's: upload, confirm the columns, import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from apps.research import services as research
from apps.research.models import Source
from apps.workspaces.models import User, Workspace


@dataclass(frozen=True)
class Sheet:
    """A file of one kind. ``columns`` and ``parameters`` correct what would be guessed; ``None`` drops a column."""

    kind: str
    name: str
    content: bytes
    collected_on: date
    simulated: bool
    columns: Mapping[str, list[str] | None] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


def bring_in(workspace: Workspace, sheet: Sheet, actor: User) -> Source:
    """Upload, confirm and enqueue the import; a file that is there already is left as it is."""
    upload = research.upload(
        workspace=workspace,
        kind=sheet.kind,
        file=ContentFile(sheet.content, name=sheet.name),
        actor=actor,
        simulated=sheet.simulated,
    )
    if upload.known:
        return upload.source
    columns = {name: chosen for name, chosen in (upload.source.columns | sheet.columns).items() if chosen}
    source = research.set_columns(
        source=upload.source,
        columns=columns,
        parameters=sheet.parameters,
        collected_on=sheet.collected_on,
        actor=actor,
    )
    research.start_import(source=source, actor=actor)
    return source
