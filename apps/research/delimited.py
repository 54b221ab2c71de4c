"""CSV, row by row: what cannot be read is handed out with a reason, and reading goes on at the next line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.research.refusals import Refusal

LONGEST_CELL = 131_072
MOST_BROKEN = 1_000
SHOWN_LINE = 2_000


@dataclass(frozen=True)
class RawRow:
    """``number`` counts as a spreadsheet does: the names stand in row 1."""

    number: int
    cells: list[str]
    refusal: Refusal | None = None


class TooManyBrokenRows(Exception):
    """So many quotation marks are open that the file is probably no CSV, or cut by another sign."""


class _Lines:
    """Lines with a memory of those taken for the present row, so that they can be given back."""

    def __init__(self, source: Iterable[str]) -> None:
        self._source, self._waiting = iter(source), deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._source)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        first, *others = self.taken
        self._waiting.extendleft(reversed(others))
        return first


def records(source: Iterable[str], delimiter: str) -> Iterator[RawRow]:
    """Every record of a CSV text; blank lines are no records, but they count."""
    lines = _Lines(source)
    number = broken = 0
    # In strict mode a quotation mark that is never closed is an error instead of swallowing what follows.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken += 1
            if broken > MOST_BROKEN:
                raise TooManyBrokenRows from error
            yield _broken(number, lines.give_back_all_but_first(), delimiter, error)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if row:
            yield RawRow(number, row)


def _broken(number: int, line: str, delimiter: str, error: csv.Error) -> RawRow:
    if "field larger" in str(error) and len(line) > LONGEST_CELL:
        return RawRow(number, [line[:SHOWN_LINE]], Refusal("", "cell_too_long", {"limit": LONGEST_CELL}))
    cells = line[:SHOWN_LINE].rstrip("\r\n").split(delimiter)
    return RawRow(number, [cell.strip('"') for cell in cells], Refusal("", "broken_quotes"))
