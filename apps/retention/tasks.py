from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("retention.study", queue="analysis", title=_("Satisfaction and retention study"))
def retention_study(run: JobRun) -> None:
    from apps.retention.study import run_study

    run_study(run)


@job_kind("retention.lifetime_value", queue="analysis", title=_("Lifetime value study"))
def lifetime_value_study(run: JobRun) -> None:
    from apps.retention.lifetime_study import run_study

    run_study(run)


@job_kind("retention.revenue", queue="analysis", title=_("Recurring revenue study"))
def revenue_study(run: JobRun) -> None:
    from apps.retention.revenue_study import run_study

    run_study(run)


@job_kind("retention.drivers", queue="analysis", title=_("Study of what goes with leaving"))
def drivers_study(run: JobRun) -> None:
    from apps.retention.drivers_study import run_study

    run_study(run)
