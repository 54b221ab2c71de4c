"""A source's file as a table: names of columns and rows, whatever format it came in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.core.files.storage import default_storage

from apps.research import delimited, json_lines
from apps.research.delimited import LONGEST_CELL, RawRow
from apps.research.refusals import Refusal
from apps.research.sheets import too_wide

MOST_COLUMNS = 500
EXTRA_SHOWN = 20


@dataclass
class Table:
    """An open table; ``position`` of ``size`` bytes were read so far."""

    header: list[str]
    size: int
    _records: Iterator[RawRow]
    _file: IO[bytes]

    @property
    def position(self) -> int:
        return min(self._file.tell(), self.size)

    def rows(self, after: int = 0) -> Iterator[RawRow]:
        """The rows beyond number ``after``; rows of another width come with a refusal."""
        width = len(self.header)
        for record in self._records:
            if record.number <= after:
                continue
            if record.refusal is None and len(record.cells) != width:
                yield _fitted(record, width)
            else:
                yield record


def _fitted(record: RawRow, width: int) -> RawRow:
    cells = record.cells
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return RawRow(record.number, cells[:width])
    code = "more_cells" if len(cells) > width else "fewer_cells"
    values = {"cells": len(cells), "columns": width}
    return RawRow(record.number, cells[: width + EXTRA_SHOWN], Refusal("", code, values))


@contextmanager
def open_table(name: str, parameters: dict[str, Any]) -> Iterator[Table]:
    """Open a stored file under the format that was recognised when it came; raises Refused where it is too wide."""
    csv.field_size_limit(LONGEST_CELL)
    with default_storage.open(name, "rb") as stored:
        file: IO[bytes] = stored.file or stored  # type: ignore[assignment]
        # What decoded as a whole decodes here too; replacing only guards against a file that changed on disk.
        text = io.TextIOWrapper(file, encoding=parameters["encoding"], errors="replace", newline="")
        read = _json if parameters["format"] == "jsonl" else _delimited
        header, records = read(text, parameters["delimiter"])
        yield Table(header, stored.size, records, file)


def _delimited(text: io.TextIOWrapper, delimiter: str) -> tuple[list[str], Iterator[RawRow]]:
    records = delimited.records(text, delimiter)
    first = next(records, None)
    return distinct(first.cells if first else []), records


def _json(text: io.TextIOWrapper, delimiter: str) -> tuple[list[str], Iterator[RawRow]]:
    header = json_lines.names(islice(text, json_lines.LOOKED_AT))
    text.seek(0)
    if len(header) > MOST_COLUMNS:
        raise too_wide(MOST_COLUMNS)
    return header, json_lines.records(text, header)


def distinct(cells: list[str]) -> list[str]:
    """Names for all columns: trimmed, none empty, none twice."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise too_wide(MOST_COLUMNS)
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = base = storable(cell.strip().lstrip("\ufeff"))[:120] or f"#{number}"
        while name in names:
            name = f"{base} ({number})"
        names.append(name)
    return names


def storable(text: str) -> str:
    """The text with what no database keeps made visible: NUL and halves of characters."""
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode()
