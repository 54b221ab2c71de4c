"""CSV that goes out: cells that a spreadsheet would run as a formula are made text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from apps.research import selectors
from apps.research.fields import Kind
from apps.research.models import Source

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What csv.writer takes for a file: it gives the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def quarantine(source: Source) -> Iterator[Sequence[str]]:
    header = source.parameters["header"]
    yield ["row", "field", "reason", *header]
    for refused in selectors.quarantine(source.workspace).filter(source=source, resolved_at=None).iterator(2_000):
        yield [str(refused.row_number), refused.field, selectors.refusal_reason(refused), *refused.raw["cells"]]


def template(kind: Kind) -> Iterator[Sequence[str]]:
    yield kind.example_header
    yield from kind.example


def answer(rows: Iterable[Sequence[str]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Line())
    # The mark at the start lets spreadsheets see that this is UTF-8.
    lines = (writer.writerow([defused(cell) for cell in row]) for row in rows)
    response = StreamingHttpResponse(_marked(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _marked(lines: Iterable[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines
