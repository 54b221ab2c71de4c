"""Excel workbooks: looked at before they are opened, and opened by a process that may not grow or linger."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from apps.research import sheet_child
from apps.workspaces.errors import Refused

MOST_INFLATED = 768 << 20
MOST_TIMES = 120
SMALL = 16 << 20
MEMORY_MEGABYTES = 1536
SECONDS = 60


def to_csv(workbook: Path, target: Path, columns: int) -> list[str]:
    """Write the first filled sheet as CSV; gives the sheets' names, that one first. Raises Refused."""
    _check_size(workbook)
    limits = [str(limit) for limit in (MEMORY_MEGABYTES, SECONDS, columns)]
    program = [sys.executable, "-I", sheet_child.__file__, str(workbook), str(target), *limits]
    try:
        done = subprocess.run(program, capture_output=True, timeout=SECONDS * 2, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise _refused("workbook_too_slow", _("Reading this workbook took too long.")) from None
    if done.returncode == sheet_child.TOO_WIDE:
        raise too_wide(columns)
    if done.returncode == sheet_child.NOTHING:
        raise Refused("file_empty", _("No sheet of this workbook holds rows."), field="file")
    if done.returncode != 0:
        raise _refused("workbook_unreadable", _("This workbook cannot be read."))
    return json.loads(done.stdout)


def too_wide(columns: int) -> Refused:
    return Refused(
        "too_many_columns",
        _("The file has more than %(limit)d columns.") % {"limit": columns},
        field="file",
        remedy=_("Keep the columns that are needed."),
    )


def _check_size(workbook: Path) -> None:
    try:
        with zipfile.ZipFile(workbook) as archive:
            names = set(archive.namelist())
            inflated = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _refused("workbook_unreadable", _("This workbook cannot be read.")) from None
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        remedy = _("Upload CSV, an Excel workbook (.xlsx) or JSON Lines.")
        raise Refused("not_a_workbook", _("This is an archive, but no Excel workbook."), field="file", remedy=remedy)
    packed = workbook.stat().st_size
    if inflated > MOST_INFLATED or (inflated > SMALL and inflated > MOST_TIMES * packed):
        message = _("This workbook would unpack to %(megabytes)d MB.") % {"megabytes": inflated >> 20}
        raise _refused("workbook_too_large", message)


def _refused(code: str, message: str) -> Refused:
    return Refused(code, message, field="file", remedy=_("Save the sheet as CSV and upload that."))
