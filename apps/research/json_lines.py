"""JSON Lines: an object a line, its names the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from apps.research.delimited import LONGEST_CELL, SHOWN_LINE, RawRow
from apps.research.refusals import Refusal

LOOKED_AT = 200


def names(lines: Iterable[str]) -> list[str]:
    """The names in the first objects, in the order in which they come up."""
    found: dict[str, None] = {}
    for line in islice(lines, LOOKED_AT):
        value = _loads(line)
        if isinstance(value, dict):
            found |= dict.fromkeys(value)
    return list(found)


def records(lines: Iterable[str], header: list[str]) -> Iterator[RawRow]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_CELL * 8:
            yield RawRow(number, [line[:SHOWN_LINE]], Refusal("", "cell_too_long", {"limit": LONGEST_CELL}))
            continue
        value = _loads(line)
        if isinstance(value, dict):
            yield RawRow(number, [_cell(value.get(name)) for name in header])
        else:
            code = "not_json" if value is _loads else "not_an_object"
            yield RawRow(number, [line[:SHOWN_LINE]], Refusal("", code))


def _loads(line: str) -> Any:
    """The line's value, or this function itself where there is none: null is a value too."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return _loads


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)
