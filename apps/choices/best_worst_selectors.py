from __future__ import annotations

from dataclasses import dataclass

from apps.choices.best_worst_rows import best_worst_rows
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.workspaces.models import Workspace

BEST_WORST = "choices.maxdiff"


@dataclass(frozen=True)
class BestWorstStudy(jobs.WithLatestJob):
    """What the page shows: the result, how many rows there are now, and the latest job."""

    best_worst: Estimate | None
    rows: int
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.best_worst is None


def best_worst_study(workspace: Workspace) -> BestWorstStudy:
    return BestWorstStudy(
        best_worst=estimates.current(workspace, BEST_WORST),
        rows=best_worst_rows(workspace).count(),
        job=jobs.latest(workspace, BEST_WORST),
    )
