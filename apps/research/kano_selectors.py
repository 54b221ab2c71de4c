from __future__ import annotations

from dataclasses import dataclass

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.kano_study import KANO, kano_rows
from apps.workspaces.models import Workspace


@dataclass(frozen=True)
class KanoStudy(jobs.WithLatestJob):
    """What the page shows: the result, how many answers there are now, and the latest job."""

    estimate: Estimate | None
    rows: int
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.estimate is None


def kano_study(workspace: Workspace) -> KanoStudy:
    return KanoStudy(
        estimate=estimates.current(workspace, KANO),
        rows=kano_rows(workspace).count(),
        job=jobs.latest(workspace, KANO),
    )
