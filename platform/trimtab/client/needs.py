"""What customers need, from what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate, Estimates, Figure
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class Quote(Record):
    """What a customer said; ``similarity`` to what the need is about, from 0 to 1."""

    id: int
    text: str
    customer: str = ""
    segment: str = ""
    similarity: float | None = None
    by_person: bool = False
    said_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Need(Record):
    """``figures`` holds importance and satisfaction (0 to 10) and opportunity (0 to 20); None while unscored."""

    id: int
    name: str
    named_by_person: bool = False
    terms: tuple[str, ...]
    merged_into: int | None = None
    set_aside: bool = False
    figures: dict[str, Any] | None = None

    @property
    def _path(self) -> str:
        return f"needs/{self.id}/"

    def _after(self, action: str, body: dict[str, Any] | None = None) -> Need:
        return Need.of(self.connection, self.connection.post(f"{self._path}{action}/", body))

    def quotes(self) -> Iterator[Quote]:
        """What customers said of it, closest first."""
        for row in self.connection.pages(f"{self._path}quotes/"):
            yield Quote.of(self.connection, row)

    def rename(self, name: str) -> Need:
        return Need.of(self.connection, self.connection.patch(self._path, {"name": name}))

    def merge(self, into: Need) -> Need:
        """Let its quotes count for another need; answers with that one."""
        return self._after("merge", {"into": into.id})

    def unmerge(self) -> Need:
        return self._after("unmerge")

    def split(self, quotes: Sequence[Quote], name: str) -> Need:
        """These quotes become a need of their own."""
        return self._after("split", {"feedback_ids": [quote.id for quote in quotes], "name": name})

    def split_in_two(self) -> Job:
        """Let the quotes be grouped in two by a job."""
        return Job.of(self.connection, self.connection.post(f"{self._path}split/", {}))

    def put_aside(self) -> Need:
        return self._after("set-aside")

    def bring_back(self) -> Need:
        return self._after("bring-back")


@dataclass(frozen=True, kw_only=True)
class ComparedNeed(Record):
    """A need as said, as chosen between and as felt; None where that kind of evidence says nothing of it."""

    name: str
    need_id: int | None = None
    also: tuple[str, ...]
    opportunity: Figure | None = None
    customers: int | None = None
    money: float | None = None
    share: dict[str, Any] | None = None
    kano: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class KanoStudy(Record):
    """What each feature is to people, in ``estimate.diagnostics["features"]``; ``rows`` answers are there."""

    rows: int
    estimate: Estimate | None = None
    job: Job | None = None


@dataclass(frozen=True)
class Needs:
    connection: Connection

    def list(self) -> list[Need]:
        """All needs that count, by opportunity."""
        return [Need.of(self.connection, row) for row in self.connection.get("needs/")]

    def get(self, need_id: int) -> Need:
        return Need.of(self.connection, self.connection.get(f"needs/{need_id}/"))

    def run(self) -> Job:
        """Find the needs in all feedback."""
        return Job.of(self.connection, self.connection.post("needs/run/"))

    def estimate(self) -> Estimate | None:
        return Estimates(self.connection).current("research.needs")

    def compared(self) -> list[ComparedNeed]:  # type: ignore[valid-type]
        """The needs as customers said them, as the best-worst and the Kano survey have them, in one table."""
        given = self.connection.get("needs/compared/")
        return [ComparedNeed.of(self.connection, row) for row in given["rows"]]

    def run_kano(self) -> Job:
        """Study the imported Kano answers."""
        return Job.of(self.connection, self.connection.post("needs/kano/"))

    def kano(self) -> KanoStudy:
        return KanoStudy.of(self.connection, self.connection.get("needs/kano/"))
