from __future__ import annotations

from dataclasses import dataclass

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.pricing.serving_cost import measured
from apps.pricing.token_rows import usage_rows
from apps.pricing.willingness import newest_study
from apps.workspaces.models import Workspace

PLANS = "pricing.plans"


@dataclass(frozen=True)
class PlansStudy(jobs.WithLatestJob):
    """What the page shows: the result, what it needs, and the latest job.

    ``worth`` is the price study that would be used now, ``lab_cost`` the model lab's cost of 1,000 tokens.
    """

    plans: Estimate | None
    worth: Estimate | None
    customers: int
    lab_cost: float | None
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.plans is None

    @property
    def can_start(self) -> bool:
        return self.worth is not None and self.customers > 0


def plans_study(workspace: Workspace) -> PlansStudy:
    return PlansStudy(
        plans=estimates.current(workspace, PLANS),
        worth=newest_study(workspace),
        customers=usage_rows(workspace).values("customer").distinct().count(),
        lab_cost=lab_cost(workspace),
        job=jobs.latest(workspace, PLANS),
    )


def lab_cost(workspace: Workspace) -> float | None:
    found = measured(workspace)
    return found.middle if found else None
