"""Files of market research: upload, look, set the columns, import; and the rows that were refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class Preview(Record):
    """The first rows as they would be imported, and what would be refused."""

    looked_at: int
    good: int
    problems: tuple[dict[str, Any], ...]
    rows: tuple[dict[str, Any], ...]
    missing: tuple[str, ...]
    swap: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Source(Record):
    """A file with its columns: ``columns`` maps each field to the columns of the file that hold it."""

    id: int
    kind: str
    name: str
    state: str
    format: str = ""
    sha256: str = ""
    content_sha256: str = ""
    columns: dict[str, list[str]]
    parameters: dict[str, Any]
    rows_total: int | None = None
    rows_imported: int | None = None
    rows_known: int | None = None
    rows_refused: int | None = None
    simulated: bool = False
    collected_on: date | None = None
    expires_on: date | None = None
    uploaded_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"sources/{self.id}/"

    def refresh(self) -> Source:
        return Source.of(self.connection, self.connection.get(self._path))

    def preview(self) -> Preview:
        return Preview.of(self.connection, self.connection.get(f"{self._path}preview/"))

    def set_columns(self, columns: Mapping[str, str | Sequence[str]] | None = None, **more: Any) -> Source:
        """Say which column holds which field, and how cells are read: ``parameters``, ``collected_on``, ``name``.

        >>> source.set_columns({"too_cheap": "tch", "cheap": "ch"}, parameters={"currency": "EUR"})

        Fields that ``columns`` leaves out have no column any more; without it the columns stay as they are.
        """
        body = {name: value.isoformat() if isinstance(value, date) else value for name, value in more.items()}
        if columns is not None:
            body["columns"] = {
                name: [given] if isinstance(given, str) else list(given) for name, given in columns.items()
            }
        return Source.of(self.connection, self.connection.patch(self._path, body))

    def swap_prices(self) -> Source:
        """Swap price columns as the preview suggests."""
        return Source.of(self.connection, self.connection.post(f"{self._path}swap/"))

    def import_rows(self) -> Job:
        """Begin the import; wait for the job."""
        started = self.connection.post(f"{self._path}import/")
        return Job.of(self.connection, self.connection.get(f"jobs/{started['job']}/"))

    def take_back(self) -> Source:
        """Undo the import: the rows go, the file stays."""
        return Source.of(self.connection, self.connection.post(f"{self._path}take-back/"))

    def figures(self) -> list[Estimate]:
        """The results that this file moves."""
        return [Estimate.of(self.connection, row) for row in self.connection.get(f"{self._path}figures/")]

    def delete(self) -> None:
        self.connection.delete(self._path)


@dataclass(frozen=True)
class Sources:
    connection: Connection

    def list(self, *, kind: str | None = None, state: str | None = None) -> Iterator[Source]:
        for row in self.connection.pages("sources/", kind=kind, state=state):
            yield Source.of(self.connection, row)

    def get(self, source_id: int) -> Source:
        return Source.of(self.connection, self.connection.get(f"sources/{source_id}/"))

    def upload(self, file: str | PathLike[str], *, kind: str, name: str = "", simulated: bool = False) -> Source:
        """Upload CSV, XLSX or JSON Lines; the very same file again gives the source that it became before.

        ``kind`` is feedback, competitors, satisfaction, kano, prices, ladder, choices, maxdiff, subscriptions,
        purchases, usage, outcomes or adoption.

        >>> source = t.sources.upload("prices.csv", kind="prices")
        >>> source.preview().missing
        ()
        >>> source.import_rows().wait().result["imported"]
        1180
        """
        fields = {"kind": kind, "name": name, "simulated": str(simulated).lower()}
        return Source.of(self.connection, self.connection.upload("sources/", Path(file), fields))


@dataclass(frozen=True, kw_only=True)
class RefusedRow(Record):
    """A row that was not imported, the field at fault and the reason."""

    id: int
    source: int
    row_number: int
    field: str
    reason_code: str
    reason: str
    values: dict[str, str]
    resolved_at: datetime | None = None
    discarded: bool = False

    def correct(self, **values: str) -> bool:
        """Import it with these fields corrected; False where the workspace knew that content already."""
        body = {"values": {**self.values, **values}}
        return bool(self.connection.post(f"quarantine/{self.id}/correct/", body)["added"])

    def discard(self) -> RefusedRow:
        return RefusedRow.of(self.connection, self.connection.post(f"quarantine/{self.id}/discard/"))

    def bring_back(self) -> RefusedRow:
        return RefusedRow.of(self.connection, self.connection.post(f"quarantine/{self.id}/bring-back/"))


@dataclass(frozen=True)
class Quarantine:
    connection: Connection

    def list(
        self, *, source: int | None = None, open: bool | None = True, reason_code: str | None = None
    ) -> Iterator[RefusedRow]:
        """Refused rows, those that wait unless ``open`` says otherwise (None for all)."""
        for row in self.connection.pages("quarantine/", source=source, open=open, reason_code=reason_code):
            yield RefusedRow.of(self.connection, row)
