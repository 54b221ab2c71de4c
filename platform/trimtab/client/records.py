"""How answers become records: frozen dataclasses whose fields have the names and types of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from trimtab.client.connection import Connection

R = TypeVar("R", bound="Record")


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the server said; it does not change by itself: ask again for what is now.

    A value that a newer server adds is passed over.
    """

    connection: Connection = field(repr=False, compare=False)

    @classmethod
    def of(cls: type[R], connection: Connection, given: Mapping[str, Any]) -> R:
        hints = _hints(cls)  # type: ignore[arg-type]
        known = {name: value for name, value in given.items() if name in hints and name != "connection"}
        return cls(connection=connection, **{name: _read(hints[name], known[name], connection, name) for name in known})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any, connection: Connection, name: str) -> Any:
    """A value of JSON as the type of its field says."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
        return _read(hint, value, connection, name)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], each, connection, name) for each in value)
    if origin is dict:
        return {key: _read(get_args(hint)[1], each, connection, key) for key, each in value.items()}
    return _read_one(hint, value, connection, name)


def _read_one(hint: Any, value: Any, connection: Connection, name: str) -> Any:
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.of(connection, value)
    if is_dataclass(hint):
        # A figure is named by the field or the key that holds it, unless it has a name of its own.
        given = {"name": name, **value}
        parts = _hints(hint)  # type: ignore[arg-type]
        return hint(**{f.name: _read(parts[f.name], given[f.name], connection, f.name) for f in fields(hint)})  # type: ignore[operator]
    return value
