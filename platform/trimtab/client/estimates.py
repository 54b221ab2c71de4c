"""Results with their intervals, their draws and where they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.client.connection import Connection
from trimtab.client.records import Record


@dataclass(frozen=True)
class Figure:
    """A median with its central 80 % interval, in ``unit``."""

    name: str
    median: float
    low: float
    high: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.median:.4g} ({self.low:.4g} to {self.high:.4g}) {self.unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Input(Record):
    """What a result was made from; ``changed`` where it is not any more what it was."""

    kind: str
    label: str
    changed: bool
    url: str | None = None
    upstream: str | None = None


@dataclass(frozen=True, kw_only=True)
class Estimate(Record):
    """A result: ``figures`` by name, ``grade`` one of assumed, observed, tested.

    >>> demand = t.estimates.current("pricing.demand")
    >>> demand.figures["best_price"].median
    41.2
    >>> demand.draws()["worth"].shape
    (2000, 201)
    """

    id: str
    kind: str
    subject: str = ""
    version: int = 1
    is_current: bool = True
    grade: str = ""
    simulated: bool = False
    figures: dict[str, Figure]
    parameters: dict[str, Any]
    diagnostics: dict[str, Any]
    formula: str = ""
    draws_sha256: str = ""
    job_id: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None

    def draws(self) -> dict[str, NDArray[np.float64]]:
        """Arrays by name whose first axis is the world; the same index means the same world in all of them."""
        given = self.connection.get(f"estimates/{self.id}/draws/")
        return {name: np.asarray(values, dtype=np.float64) for name, values in given.items()}

    def lineage(self) -> Lineage:
        return Lineage.of(self.connection, self.connection.get(f"estimates/{self.id}/lineage/"))


@dataclass(frozen=True, kw_only=True)
class Lineage(Record):
    """Back to what a result was made from, forward to the results that it moves, and why it is stale if it is."""

    stale: bool
    reasons: tuple[str, ...]
    made_from: tuple[Input, ...]
    moves: tuple[Estimate, ...]


@dataclass(frozen=True)
class Estimates:
    connection: Connection

    def list(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        grade: str | None = None,
        is_current: bool | None = None,
        job_id: str | None = None,
    ) -> Iterator[Estimate]:
        """All results, newest first, earlier versions among them; ``job_id`` gives what one job made."""
        asked = {"kind": kind, "subject": subject, "grade": grade, "is_current": is_current, "job_id": job_id}
        for row in self.connection.pages("estimates/", **asked):
            yield Estimate.of(self.connection, row)

    def get(self, estimate_id: str) -> Estimate:
        return Estimate.of(self.connection, self.connection.get(f"estimates/{estimate_id}/"))

    def current(self, kind: str, subject: str = "") -> Estimate | None:
        """The result of now of a kind and what it is about; None where there is none yet."""
        found = self.list(kind=kind, is_current=True)
        return next((estimate for estimate in found if estimate.subject == subject), None)
