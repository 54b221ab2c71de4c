"""How offers differ: what they are compared on, and who is ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class Criterion(Record):
    """``ratings`` has one entry an offer, from 0 to 1, with the fact behind it; None where nothing is known."""

    id: int
    name: str
    attribute: str = ""
    need: int | None = None
    less_is_better: bool = False
    assumed_weight: float | None = None
    worst: float | None = None
    best: float | None = None
    weight: dict[str, float] | None = None
    ratings: tuple[dict[str, Any], ...]

    def change(self, **changes: Any) -> Criterion:
        """Change ``name``, ``need``, ``less_is_better``, ``assumed_weight``, ``worst`` or ``best``."""
        return Criterion.of(self.connection, self.connection.patch(f"criteria/{self.id}/", changes))

    def rate(self, offer: str, rating: float | None) -> Criterion:
        """Your own rating of an offer, from 0 to 1; None lets the competitor sheet count again."""
        body = {"offer": offer, "rating": rating}
        return Criterion.of(self.connection, self.connection.put(f"criteria/{self.id}/ratings/", body))


@dataclass(frozen=True)
class Differentiation:
    connection: Connection

    def criteria(self) -> list[Criterion]:
        """What offers are compared on, by weight."""
        return [Criterion.of(self.connection, row) for row in self.connection.get("criteria/")]

    def suggest_criteria(self) -> list[Criterion]:
        """Add a criterion for each attribute of the competitor sheet that has none."""
        return [Criterion.of(self.connection, row) for row in self.connection.post("criteria/suggest/")]

    def position(self) -> Estimate:
        """The scores and ranks of now. Raises Problem with status 404 before the first run."""
        return Estimate.of(self.connection, self.connection.get("position/"))

    def run(self) -> Job:
        return Job.of(self.connection, self.connection.post("position/run/"))
