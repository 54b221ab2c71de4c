from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.studies import refused_parts
from apps.retention.drivers_rows import offered_columns
from apps.retention.drivers_settings import DriversSettings
from apps.retention.kinds import DRIVERS
from apps.retention.subscription_log import subscriptions
from apps.workspaces.models import Workspace

SURE, FAIR = 20, 10
DISAGREE = 1.25
NO_BETTER_THAN_CHANCE = 0.55


@dataclass(frozen=True)
class DriversStudy(jobs.WithLatestJob):
    """What the page shows: the result, the log's size and columns, the latest job, and why parts are missing."""

    estimate: Estimate | None
    subscriptions: int
    columns: list[str]
    job: Job | None
    refused: dict[str, str]

    @property
    def is_new(self) -> bool:
        return self.estimate is None

    @property
    def settings(self) -> DriversSettings:
        return DriversSettings.of(self.estimate.parameters) if self.estimate else DriversSettings()


@dataclass(frozen=True)
class Enough:
    """Endings for each coefficient, and how many more customers like these would halve the intervals."""

    verdict: str
    endings: int
    terms: int
    per_term: float
    customers: int
    more_to_halve: int


def drivers_study(workspace: Workspace) -> DriversStudy:
    job = jobs.latest(workspace, DRIVERS)
    return DriversStudy(
        estimate=estimates.current(workspace, DRIVERS),
        subscriptions=subscriptions(workspace).count(),
        columns=offered_columns(workspace),
        job=job,
        refused=refused_parts(job),
    )


def enough(estimate: Estimate) -> Enough:
    found = estimate.diagnostics
    terms = len(found["terms"])
    per_term = found["endings"] / terms
    verdict = "sure" if per_term >= SURE else "fair" if per_term >= FAIR else "thin"
    return Enough(verdict, found["endings"], terms, per_term, found["customers"], 3 * found["customers"])


def strongest(estimate: Estimate) -> list[dict[str, Any]]:
    """The terms whose interval leaves out 1, the farthest from 1 first."""
    clear = [row | {"figure": f"hazard_ratio:{row['name']}"} for row in estimate.diagnostics["terms"] if row["clear"]]
    return sorted(clear, key=lambda row: -max(row["median"], 1 / max(row["median"], 1e-12)))


def disagreeing(estimate: Estimate) -> list[dict[str, Any]]:
    """Clear terms of which another model clearly tells the other direction."""
    return [row for row in estimate.diagnostics["terms"] if row["clear"] and _other_way(row)]


def _other_way(row: dict[str, Any]) -> bool:
    others = [row[name]["median"] for name in ("hazard", "bdw") if name in row]
    return any((one - 1) * (row["median"] - 1) < 0 and max(one, 1 / one) > DISAGREE**0.5 for one in others)


def is_no_better_than_chance(estimate: Estimate) -> bool:
    return bool(estimate.diagnostics["concordance"] < NO_BETTER_THAN_CHANCE)
