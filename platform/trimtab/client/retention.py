"""Satisfaction, retention, and how the one moves the other."""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate, Figure
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class RetentionStudy(Record):
    """Each result is None where there is none yet; ``refused`` says of each that could not be made why."""

    rows: dict[str, int]
    satisfaction: Estimate | None = None
    survival: Estimate | None = None
    segments: tuple[Estimate, ...]
    link: Estimate | None = None
    arrivals: Estimate | None = None
    refused: dict[str, str]
    job: Job | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionWhatIf(Record):
    """``outside`` names the parts at which nobody in the survey stood."""

    satisfaction: Figure
    satisfaction_change: Figure
    retained: Figure | None = None
    retained_change: Figure | None = None
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    connection: Connection

    def run(self) -> Job:
        """Study the imported answers and subscriptions."""
        return Job.of(self.connection, self.connection.post("retention/study/"))

    def study(self) -> RetentionStudy:
        return RetentionStudy.of(self.connection, self.connection.get("retention/study/"))

    def what_if(self, *, functionality: float, interaction: float, cost: float) -> RetentionWhatIf:
        """Satisfaction and retention after a year at another F, I and C, each from 0 to 1."""
        parts = {"functionality": functionality, "interaction": interaction, "cost": cost}
        return RetentionWhatIf.of(self.connection, self.connection.get("retention/what-if/", **parts))
