"""A design as a person types it: one line for each attribute, prohibited pair, expected part-worth or item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.workspaces.errors import Refused

COLON = re.compile("[:：]")
COMMA = re.compile("[,，、]")
SEMICOLON = re.compile("[;；]")


def attributes(text: str) -> list[dict[str, Any]]:
    """Lines such as “speed: slow, fast”; levels that hold a comma are parted by semicolons."""
    found = []
    for number, line in _lines(text):
        name, colon, rest = _parted(line)
        mark = SEMICOLON if SEMICOLON.search(rest) else COMMA
        levels = [level.strip() for level in mark.split(rest) if level.strip()]
        if not colon or not name or not levels:
            raise _unreadable("attributes", number, line, _("Write a line as name: level, level, level."))
        found.append({"name": name, "levels": levels})
    return found


def prohibited(text: str) -> list[dict[str, str]]:
    """Lines such as “speed: fast + price: 10”."""
    found = []
    for number, line in _lines(text):
        pairs = [_parted(part) for part in line.split("+")]
        named = {name: level for name, colon, level in pairs if colon and name and level}
        if len(named) < 2 or len(named) < len(pairs):
            raise _unreadable("prohibited", number, line, _("Write a line as name: level + name: level."))
        found.append(named)
    return found


def prior(text: str) -> dict[str, float]:
    """Lines such as “price: 20 = -0.5”."""
    found = {}
    for number, line in _lines(text):
        name, equals, worth = line.rpartition("=")
        try:
            level = ": ".join(part.strip() for part in COLON.split(name, maxsplit=1))
            found[level] = float(worth)
        except ValueError:
            equals = ""
        if not equals or not name.strip() or not abs(found.get(level, 1e9)) < 100:
            raise _unreadable("prior", number, line, _("Write a line as name: level = number."))
    return found


def items(text: str) -> list[str]:
    return [line for _number, line in _lines(text)]


def written(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as somebody would type it: what the form of another design begins with."""
    texts = {name: "\n".join(lines) for name, lines in _written(plan).items()}
    return {name: value for name, value in plan.items() if name not in texts} | texts


def _written(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    if "items" in plan:
        return {"items": plan["items"]}
    return {
        "attributes": [f"{one['name']}: {_joined(one['levels'])}" for one in plan["attributes"]],
        "prohibited": [" + ".join(f"{name}: {level}" for name, level in ban.items()) for ban in plan["prohibited"]],
        "prior": [f"{name} = {worth:g}" for name, worth in plan["prior"].items()],
    }


def _joined(levels: list[str]) -> str:
    mark = "; " if any(COMMA.search(level) for level in levels) else ", "
    return mark.join(levels)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line.strip()


def _parted(line: str) -> tuple[str, bool, str]:
    parts = COLON.split(line, maxsplit=1)
    return parts[0].strip(), len(parts) == 2, parts[-1].strip()


def _unreadable(field: str, number: int, line: str, remedy: str) -> Refused:
    text = _("Line %(number)d cannot be read: “%(line)s”.") % {"number": number, "line": line[:80]}
    return Refused("line_not_readable", text, field=field, remedy=remedy)
