"""The ledger of decisions, what the months brought, and the decision memo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class MonthScored(Record):
    """A month as it was foretold and, once ``value`` is known, whether the 80 % interval ``held`` it."""

    name: str
    median: float
    low: float
    high: float
    value: float | None = None
    origin: str = ""
    held: bool | None = None
    crps: float | None = None


@dataclass(frozen=True, kw_only=True)
class MeasureScored(Record):
    """``bias`` 0.1 = it brought 10 % more than foretold; ``skill`` 1 = perfect, 0 = as good as "it stays as it is"."""

    measure: str
    unit: str = ""
    known: int
    held: int
    mean_crps: float | None = None
    bias: float | None = None
    skill: float | None = None
    error: float | None = None
    months: tuple[MonthScored, ...]


@dataclass(frozen=True, kw_only=True)
class Decision(Record):
    """What was decided and why; ``estimate`` is the forecast as it stood that day, ``measures`` its scores."""

    id: int
    scenario: int | None = None
    title: str
    reasons: str = ""
    choice: dict[str, Any]
    options: tuple[dict[str, Any], ...]
    starts_on: date
    estimate: Estimate
    decided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    measures: tuple[MeasureScored, ...]

    @property
    def _path(self) -> str:
        return f"decisions/{self.id}/"

    def refresh(self) -> Decision:
        return _decision(self.connection, self.connection.get(self._path))

    def withdraw(self) -> None:
        """It stays, unscored; ``restore`` takes it up again."""
        self.connection.delete(self._path)

    def restore(self) -> Decision:
        return _decision(self.connection, self.connection.post(f"{self._path}restore/"))


@dataclass(frozen=True, kw_only=True)
class Actual(Record):
    """What a month brought: revenue, margin or customers."""

    id: int
    measure: str
    month: date
    value: float
    origin: str = ""
    noted_at: datetime | None = None

    def remove(self) -> None:
        """Where the subscription log knows the month, its figure counts again."""
        self.connection.delete(f"actuals/{self.id}/")


@dataclass(frozen=True, kw_only=True)
class Ledger(Record):
    """``months`` were scored in all, ``held`` of them lay in their interval; ``correction`` moves the next forecast."""

    decisions: tuple[Decision, ...]
    actuals: tuple[Actual, ...]
    months: int
    held: int
    correction: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Noted(Record):
    """How many lines were kept, and the others with the reason."""

    kept: int
    refused: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Decisions:
    """``scenario`` is the key of a scenario; without it the first one is meant."""

    connection: Connection

    def decide(
        self,
        title: str = "",
        *,
        reasons: str = "",
        option: int | None = None,
        scenario: int | None = None,
        starts_on: date | None = None,
    ) -> Decision:
        """Freeze the forecast of an option, or of a scenario's own choice, with the reasons.

        >>> made = t.decisions.decide("Charge 59", reasons="The survey bears it.", option=option.id)
        """
        asked = {"title": title, "reasons": reasons, "option": option, "scenario": scenario}
        body = {name: value for name, value in asked.items() if value not in ("", None)}
        if starts_on is not None:
            body["starts_on"] = starts_on.isoformat()
        return _decision(self.connection, self.connection.post("decisions/", body))

    def get(self, decision_id: int) -> Decision:
        return _decision(self.connection, self.connection.get(f"decisions/{decision_id}/"))

    def ledger(self) -> Ledger:
        """All decisions with their scores, what came, and what that says of the next forecast."""
        given = self.connection.get("ledger/")
        return Ledger.of(self.connection, given | {"decisions": [_flat(row) for row in given["entries"]]})

    def note(self, measure: str, month: date, value: float) -> Actual:
        """What a month brought, as revenue, margin or customers; a figure noted before is replaced."""
        body = {"measure": measure, "month": month.isoformat(), "value": value}
        return Actual.of(self.connection, self.connection.post("actuals/", body))

    def note_rows(self, rows: str) -> Noted:
        """Many months at once, as lines of month, measure and value: "2026-03, revenue, 61200"."""
        return Noted.of(self.connection, self.connection.post("actuals/import/", {"rows": rows}))

    def memo(self, *, scenario: int | None = None) -> bytes:
        """The decision memo as PDF.

        >>> Path("memo.pdf").write_bytes(t.decisions.memo())
        """
        return self.connection.download("decisions/memo.pdf", scenario=scenario)

    def tables(self, *, scenario: int | None = None) -> bytes:
        """Options, months, links and assumptions as an XLSX workbook."""
        return self.connection.download("decisions/tables.xlsx", scenario=scenario)


def _decision(connection: Connection, given: Mapping[str, Any]) -> Decision:
    return Decision.of(connection, _flat(given))


def _flat(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**given["decision"], "measures": given["measures"]}
