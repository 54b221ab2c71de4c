from __future__ import annotations

from dataclasses import dataclass

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research.studies import refused_parts
from apps.retention.kinds import REVENUE
from apps.retention.subscription_log import subscriptions
from apps.workspaces.models import Workspace

SURE, FAIR = 0.06, 0.20


@dataclass(frozen=True)
class RevenueStudy(jobs.WithLatestJob):
    """What the page shows: the result, how many subscriptions wait and how many have a price, and the latest job."""

    estimate: Estimate | None
    subscriptions: int
    priced: int
    job: Job | None
    refused: dict[str, str]

    @property
    def is_new(self) -> bool:
        return self.estimate is None


@dataclass(frozen=True)
class Enough:
    """Whether the customers are enough: ``points`` is how wide the interval of net revenue retention is, 0..1."""

    verdict: str
    points: float
    customers: int
    more_to_halve: int


def revenue_study(workspace: Workspace) -> RevenueStudy:
    job, rows = jobs.latest(workspace, REVENUE), subscriptions(workspace)
    return RevenueStudy(
        estimate=estimates.current(workspace, REVENUE),
        subscriptions=rows.count(),
        priced=rows.filter(monthly_price__isnull=False).count(),
        job=job,
        refused=refused_parts(job),
    )


def enough(estimate: Estimate) -> Enough:
    """An interval narrows with the root of the customers: half as wide takes three times as many more."""
    figure, customers = estimate.figures["net_revenue_retention"], estimate.diagnostics["base_customers"]
    points = figure["high"] - figure["low"]
    # Alike customers leave no spread to see: a handful of them is thin all the same.
    thin = customers < 10 or points > FAIR
    return Enough("thin" if thin else "sure" if points <= SURE else "fair", points, customers, 3 * customers)
