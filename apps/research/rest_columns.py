"""Which of the columns that no field took are worth keeping: attributes of a choice, or traits of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from apps.research import cells
from apps.research.column_names import plain
from apps.research.fields import MOST_REST, Kind
from apps.research.refusals import BadCell

MOST_LEVELS = 30
_PERSONAL = """email e-mail mail name firstname lastname fullname surname phone telephone mobile address street
    postcode zip zipcode iban birthday birthdate dateofbirth dob ip ipaddress password passport notes note comment
    姓名 电话 手机 手机号 邮箱 地址 身份证 身份证号 生日 密码 备注"""
PERSONAL = frozenset(plain(name) for name in _PERSONAL.split())


def guess(
    kind: Kind, header: Sequence[str], rows: Sequence[Sequence[str]], taken: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The columns to keep under the kind's field for the rest, none where it has no such field."""
    if kind.rest is None:
        return {}
    used = {name for names in taken.values() for name in names}
    free = [position for position, name in enumerate(header) if name not in used and plain(name) not in PERSONAL]
    wide = [row for row in rows if len(row) >= len(header)]
    kept = [position for position in free if _has_levels([row[position] for row in wide])]
    if kind.in_tasks:
        places = [header.index(taken[name][0]) for name in ("customer", "task") if taken.get(name)]
        kept = [position for position in kept if len(places) == 2 and _varies(wide, places, position)]
    return {kind.rest.name: [header[position] for position in kept[:MOST_REST]]} if kept else {}


def _has_levels(values: Sequence[str]) -> bool:
    """Whether a model can use them: a number that is no mere count of rows, or few different words."""
    filled = [value.strip() for value in values if value.strip()]
    different = set(filled)
    if len(different) < 2 or any("@" in value for value in filled[:50]):
        return False
    if not all(map(_is_number, filled[:200])):
        return len(different) <= MOST_LEVELS
    return len(different) < len(filled) or not _counts_rows(filled)


def _is_number(cell: str) -> bool:
    for mark in ".,":
        try:
            cells.number(cell, mark)
        except BadCell:
            continue
        return True
    return False


def _counts_rows(filled: Sequence[str]) -> bool:
    return len(filled) > 2 and all(value.isdigit() for value in filled) and _rises_by_one([int(v) for v in filled])


def _rises_by_one(numbers: Sequence[int]) -> bool:
    return all(after - before == 1 for before, after in pairwise(numbers))


def _varies(rows: Sequence[Sequence[str]], places: Sequence[int], position: int) -> bool:
    """Whether the alternatives of any one task differ in it; what a respondent is like does not."""
    first: dict[tuple[str, ...], str] = {}
    return any(first.setdefault(tuple(row[p] for p in places), row[position]) != row[position] for row in rows)
