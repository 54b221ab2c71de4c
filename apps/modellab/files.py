"""The file of a labelled set: kept under a name of ours, and read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from apps.modellab.models import LabelledSet
from apps.research import keeping
from apps.research.delimited import RawRow, TooManyBrokenRows
from apps.research.reading import open_table, storable
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace

MOST_MEGABYTES = 100
MOST_ROWS = 200_000
SAMPLE_ROWS = 500


@dataclass(frozen=True)
class Row:
    """A row under the chosen columns; ``refused`` is the code of why it could not be read."""

    number: int
    text: str = ""
    label: str = ""
    predicted_today: str = ""
    latency_today_ms: str = ""
    refused: str = ""


def keep(workspace: Workspace, file: File) -> tuple[str, dict[str, Any]]:
    """Store a file that can be read as a table; its format and the facts needed to open it again. Raises Refused."""
    limit = min(MOST_MEGABYTES, settings.TRIMTAB_UPLOAD_MEGABYTES)
    if (file.size or 0) > limit << 20:
        raise Refused(
            "file_too_large",
            _("The file is larger than %(limit)d MB.") % {"limit": limit},
            field="file",
            remedy=_("Some ten thousand texts are enough to train on."),
        )
    form, stored, facts = keeping.keep_table(workspace, "labelled-sets", file)
    return form, facts | {"stored": stored}


def drop(facts: dict[str, Any]) -> None:
    keeping.drop_table(facts.get("stored"), facts)


def shown_name(name: str) -> str:
    return keeping.shown_name(name) or _("Labelled texts")


def sample(facts: dict[str, Any], rows: int = SAMPLE_ROWS) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the first rows that can be read."""
    with open_table(facts.get("table") or facts["stored"], facts) as table:
        found = [row.cells for row in islice(_whole(table.rows()), rows) if row.refusal is None]
        return table.header, found


def rows(labelled_set: LabelledSet) -> Iterator[Row]:
    """All rows of the file under the set's present columns; those of another shape come with a reason."""
    facts, columns = labelled_set.parameters["file"], labelled_set.columns
    with open_table(facts.get("table") or facts["stored"], facts) as table:
        place = {field: table.header.index(name) for field, name in columns.items() if name in table.header}
        for raw in _whole(table.rows()):
            if raw.refusal is not None:
                yield Row(raw.number, refused=raw.refusal.code)
            else:
                yield Row(raw.number, **{field: storable(raw.cells[at]).strip() for field, at in place.items()})


def _whole(records: Iterator[RawRow]) -> Iterator[RawRow]:
    """All records; a file of open quotation marks is no table."""
    try:
        yield from records
    except TooManyBrokenRows:
        raise Refused(
            "broken_quotes",
            _("So many quotation marks are open that the rows cannot be told apart."),
            field="file",
            remedy=_("Save the sheet as CSV again, or as an Excel workbook."),
        ) from None
