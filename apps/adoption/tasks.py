from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("adoption.bass", queue="analysis", title=_("Adoption study"))
def adoption_study(run: JobRun) -> None:
    from apps.adoption.study import run_study

    run_study(run)
