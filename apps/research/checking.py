"""A row of cells into the values of a model, or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from apps.research import cells
from apps.research.fields import CellType, Field, Kind
from apps.research.models import SourceKind
from apps.research.refusals import BadCell, Refusal

ANONYMOUS = "~"
MOST = 1e12
INTENTS = (1, 2, 3, 4, 5)
Values = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """How the cells of one file are to be read; ``as_of`` is the day on which a log of tenures was taken."""

    today: date
    date_order: str = "dmy"
    decimal: str = "."
    scale_min: float = 1.0
    scale_max: float = 5.0
    as_of: date | None = None
    our_offer: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, Any], today: date) -> Reading:
        as_of = parameters.get("as_of")
        return cls(
            today=today,
            date_order=parameters.get("date_order") or "dmy",
            decimal=parameters.get("decimal") or ".",
            scale_min=float(parameters.get("scale_min", 1.0)),
            scale_max=float(parameters.get("scale_max", 5.0)),
            as_of=date.fromisoformat(as_of) if as_of else None,
            our_offer=parameters.get("our_offer") or "",
        )


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
    """Checks the rows of one file. ``columns`` gives for each field the positions of its columns."""

    def __init__(self, kind: Kind, columns: Mapping[str, Sequence[int]], reading: Reading, place: Place) -> None:
        self.kind, self.reading, self.place = kind, reading, place
        self.fields = [(field, tuple(columns[field.name])) for field in kind.fields if columns.get(field.name)]
        self._parse = {field.name: _parser(field, reading) for field in kind.fields}
        self._is_signed = any(field.name == "customer" for field in kind.fields)

    def check(self, number: int, row: Sequence[str]) -> CheckedRow | Refusal:
        found: Values = {}
        try:
            for field, positions in self.fields:
                if len(positions) == 1:
                    found[field.name] = self._value(field, row[positions[0]])
                else:
                    found[field.name] = self._mean(field, [row[position] for position in positions])
            return self._complete(number, found)
        except BadCell as bad:
            return Refusal(bad.field, bad.code, bad.values)

    def check_values(self, number: int, given: Mapping[str, str]) -> CheckedRow | Refusal:
        """The same for a row that a person corrected: the text of each field."""
        try:
            found = {field.name: self._value(field, given.get(field.name, "")) for field in self.kind.fields}
            return self._complete(number, found)
        except BadCell as bad:
            return Refusal(bad.field, bad.code, bad.values)

    def cells_of(self, row: Sequence[str]) -> dict[str, str]:
        """What a row holds for each field, as text; missing cells are empty."""
        return {
            field.name: " | ".join(row[position] for position in positions if position < len(row))
            for field, positions in self.fields
        }

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

    def _complete(self, number: int, found: Values) -> CheckedRow:
        values = _COMPLETE[self.kind.kind](found, self.reading)
        signed = {name: value for name, value in values.items() if value not in (None, "")}
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


def _parser(field: Field, reading: Reading) -> Callable[[str], Any]:
    def text(cell: str) -> str | None:
        cell = cell.strip()
        if "\x00" in cell:
            raise BadCell("nul")
        if len(cell) > field.longest:
            raise BadCell("too_long", length=len(cell), limit=field.longest)
        if not cell.isascii():
            _refuse_half_characters(cell)
        return cell or None

    def between(low: float, high: float, code: str) -> Callable[[str], float | None]:
        def number(cell: str) -> float | None:
            if cells.is_nothing(cell):
                return None
            value = cells.rating(cell, reading.decimal)
            if not low <= value <= high:
                raise BadCell(code, cell=cell[: cells.SHOWN], low=f"{low:g}", high=f"{high:g}")
            return value

        return number

    def day(cell: str) -> date | None:
        if cells.is_nothing(cell) or (field.name == "ended_on" and cell.strip().casefold() in cells.STAYS):
            return None
        return cells.day(cell, reading.date_order, reading.today)

    def yes_or_no(cell: str) -> bool | None:
        if cells.is_nothing(cell) and cell.strip() != "无":
            return None
        if field.name == "active":
            return cells.yes_or_no(cell, also_yes=cells.STAYS, also_no=cells.LEFT)
        if field.name == "churned":
            return cells.yes_or_no(cell, also_yes=cells.LEFT, also_no=cells.STAYS)
        return cells.yes_or_no(cell)

    if field.type == CellType.TEXT:
        return text
    read: dict[CellType, Callable[[str], Any]] = {
        CellType.DATE: day,
        CellType.YES_NO: yes_or_no,
        CellType.NUMBER: between(0, MOST, "number_out_of_range"),
        CellType.PRICE: between(0, MOST, "number_out_of_range"),
        CellType.MONTHS: between(0, 1200, "number_out_of_range"),
        CellType.RATING: between(-1000, 1000, "number_out_of_range"),
        CellType.SCALE: between(reading.scale_min, reading.scale_max, "out_of_scale"),
    }
    # A column of days or ratings repeats itself over and over.
    return lru_cache(maxsize=20_000)(read[field.type])


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadCell("half_character") from None


def _feedback(found: Values, reading: Reading) -> Values:
    return found | {"language": cells.language(found["text"])}


def _competitors(found: Values, reading: Reading) -> Values:
    try:
        number = cells.number(found["value"], reading.decimal)
    except BadCell:
        number = None
    ours = found.get("is_ours") or found["offer"].casefold() == reading.our_offer.casefold()
    return found | {"number": number, "is_ours": bool(ours)}


def _prices(found: Values, reading: Reading) -> Values:
    for name in ("intent_cheap", "intent_expensive"):
        step = found.get(name)
        if step is not None and step not in INTENTS:
            raise BadCell("out_of_scale", name, cell=f"{step:g}", low="1", high="5")
    return found | {"weight": 1.0 if found.get("weight") is None else found["weight"]}


def _satisfaction(found: Values, reading: Reading) -> Values:
    return found


def _subscriptions(found: Values, reading: Reading) -> Values:
    started, ended = found.get("started_on"), found.get("ended_on")
    months, left = found.pop("tenure_months", None), found.pop("churned", None)
    active = found.pop("active", None)
    if active is None and left is not None:
        active = not left
    if started is None and months is None:
        raise BadCell("start_missing", "started_on")
    if ended is not None and active:
        raise BadCell("active_and_ended", "ended_on", ended=ended.isoformat())
    if started is None:
        seen_until = ended or reading.as_of or reading.today
        started = cells.months_before(seen_until, round(months))
        ended = ended if active is None or active else seen_until
    elif ended is None and active is False:
        if months is None:
            raise BadCell("end_missing", "ended_on")
        ended = cells.months_before(started, -round(months))
    if ended is not None and ended < started:
        raise BadCell("ended_before_start", "ended_on", started=started.isoformat(), ended=ended.isoformat())
    return found | {"started_on": started, "ended_on": ended}


_COMPLETE: dict[SourceKind, Callable[[Values, Reading], Values]] = {
    SourceKind.FEEDBACK: _feedback,
    SourceKind.COMPETITORS: _competitors,
    SourceKind.PRICES: _prices,
    SourceKind.SATISFACTION: _satisfaction,
    SourceKind.SUBSCRIPTIONS: _subscriptions,
}
