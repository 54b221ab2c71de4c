"""A row of cells into the values of a model, or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.research.cell_parsers import Reading, parser
from apps.research.completing import Values, complete
from apps.research.fields import Field, Kind
from apps.research.refusals import BadCell, Refusal

ANONYMOUS = "~"
REST_MARK = ":"


@dataclass(frozen=True)
class Place:
    """Where the file lies among others: names rows that nobody signed."""

    source_id: int
    file_sha256: str


@dataclass(frozen=True)
class CheckedRow:
    number: int
    sha256: bytes
    values: Values


class RowChecker:
    """Checks the rows of one file. ``columns`` gives for each field the positions of its columns in ``header``."""

    def __init__(
        self, kind: Kind, columns: Mapping[str, Sequence[int]], reading: Reading, place: Place, header: Sequence[str]
    ) -> None:
        self.kind, self.reading, self.place, self.header = kind, reading, place, header
        self.fields = [(field, tuple(columns[field.name])) for field in kind.fields if columns.get(field.name)]
        self._parse = {field.name: parser(field, reading) for field in kind.fields}
        self._is_signed = any(field.name == "customer" for field in kind.fields)
        kept = columns.get(kind.rest.name, ()) if kind.rest else ()
        self.rest_names = [header[position] for position in kept]

    def check(self, number: int, row: Sequence[str]) -> CheckedRow | Refusal:
        found: Values = {}
        try:
            for field, positions in self.fields:
                if field.is_rest:
                    found[field.name] = self._rest(field, [row[position] for position in positions])
                elif len(positions) == 1:
                    found[field.name] = self._value(field, row[positions[0]])
                else:
                    found[field.name] = self._mean(field, [row[position] for position in positions])
            return self._complete(number, found)
        except BadCell as bad:
            return Refusal(bad.field, bad.code, bad.values)

    def check_values(self, number: int, given: Mapping[str, str]) -> CheckedRow | Refusal:
        """The same for a row that a person corrected: the text of each field, of the rest by ``rest_key``."""
        try:
            found: Values = {}
            for field in self.kind.fields:
                if field.is_rest:
                    kept = [given.get(rest_key(field, name), "") for name in self.rest_names]
                    found[field.name] = self._rest(field, kept)
                else:
                    found[field.name] = self._value(field, given.get(field.name, ""))
            return self._complete(number, found)
        except BadCell as bad:
            return Refusal(bad.field, bad.code, bad.values)

    def cells_of(self, row: Sequence[str]) -> dict[str, str]:
        """What a row holds for each field, as text, and each column of the rest by itself; missing cells are empty."""
        found: dict[str, str] = {}
        for field, positions in self.fields:
            texts = [row[position] if position < len(row) else "" for position in positions]
            if field.is_rest:
                named = zip(self.rest_names, texts, strict=True)
                found |= {rest_key(field, name): text for name, text in named}
            else:
                found[field.name] = " | ".join(
                    text for text, place in zip(texts, positions, strict=True) if place < len(row)
                )
        return found

    def task_of(self, row: Sequence[str]) -> tuple[str, str] | None:
        """The respondent and the task of a row, also where other cells cannot be read."""
        if not self.kind.in_tasks:
            return None
        places = {field.name: positions[0] for field, positions in self.fields if field.name in ("customer", "task")}
        try:
            customer, task = (self._parse[name](row[places[name]]) for name in ("customer", "task"))
        except (BadCell, KeyError, IndexError):
            return None
        return (customer, task) if customer and task else None

    def _value(self, field: Field, cell: str) -> Any:
        try:
            value = self._parse[field.name](cell)
        except BadCell as bad:
            bad.field = field.name
            raise
        if value is None and field.required:
            raise BadCell("missing", field.name)
        return value

    def _mean(self, field: Field, row: list[str]) -> float | None:
        answers = [value for cell in row if (value := self._value(field, cell)) is not None]
        return sum(answers) / len(answers) if answers else None

    def _rest(self, field: Field, row: list[str]) -> dict[str, str]:
        read = self._parse[field.name]
        try:
            return {name: read(cell) or "" for name, cell in zip(self.rest_names, row, strict=True)}
        except BadCell as bad:
            bad.field = field.name
            raise

    def _complete(self, number: int, found: Values) -> CheckedRow:
        values = complete(self.kind.kind, found, self.reading)
        signed = {
            name: value
            for name, value in values.items()
            if value is not None and value != "" and name not in self.kind.details
        }
        if self._is_signed and not values.get("customer"):
            signed["row"] = number
            if self.kind.named_by_file:
                signed["file"] = self.place.file_sha256
            values["customer"] = f"{ANONYMOUS}{self.place.source_id}.{number}"
        try:
            content = repr((self.kind.kind.value, sorted(signed.items()))).encode()
        except UnicodeEncodeError:
            raise BadCell("half_character") from None
        return CheckedRow(number, hashlib.sha256(content).digest(), values)


def rest_key(field: Field, column: str) -> str:
    """The name under which a form or a program gives one column of the rest."""
    return f"{field.name}{REST_MARK}{column}"


def told_apart(rest: Mapping[str, str]) -> str:
    """The columns of the rest as people read them in one cell."""
    return " · ".join(f"{name}: {text}" for name, text in rest.items() if text)
