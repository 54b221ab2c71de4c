"""A given file kept under a name of ours, with a plain table beside it where it is a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from apps.research.formats import Format, recognise
from apps.research.reading import MOST_COLUMNS, storable
from apps.research.sheets import to_csv
from apps.workspaces.models import Workspace
from apps.workspaces.storage import workspace_path


def keep_table(workspace: Workspace, room: str, file: File) -> tuple[str, str, dict[str, Any]]:
    """Its kind of file, its name in the storage, and the facts needed to read it again. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="trimtab-") as folder:
        given, table = Path(folder, "given"), Path(folder, "table.csv")
        with given.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        form = recognise(given)
        facts: dict[str, Any] = form.as_dict()
        if form.name == "xlsx":
            facts = Format("csv").as_dict() | {"sheets": to_csv(given, table, MOST_COLUMNS)}
            facts["table"] = _store(workspace, room, table, ".csv")
        facts["format"] = facts.pop("name")
        return form.name, _store(workspace, room, given, f".{form.name}"), facts


def drop_table(stored: str | None, facts: Mapping[str, Any]) -> None:
    for name in (stored, facts.get("table")):
        if name:
            default_storage.delete(name)


def shown_name(name: str) -> str:
    """What people see of the uploader's name; it is never a path."""
    plain = storable(PurePath(name.replace("\\", "/")).name)
    return "".join(sign for sign in plain if sign.isprintable()).strip()[:160]


def _store(workspace: Workspace, room: str, path: Path, suffix: str) -> str:
    with path.open("rb") as file:
        return default_storage.save(workspace_path(workspace, room, suffix), File(file))
