from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("pricing.study", queue="analysis", title=_("Price study"))
def price_study(run: JobRun) -> None:
    from apps.pricing.study import run_study

    run_study(run)


@job_kind("pricing.ladder", queue="analysis", title=_("Price ladder study"))
def ladder_study(run: JobRun) -> None:
    from apps.pricing.ladder_study import run_ladder

    run_ladder(run)


@job_kind("pricing.plans", queue="analysis", title=_("Search for the best plans"))
def plans_study(run: JobRun) -> None:
    from apps.pricing.plans_study import run_plans

    run_plans(run)
