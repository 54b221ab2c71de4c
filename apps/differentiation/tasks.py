from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("differentiation.position", queue="analysis", title=_("Compare the offers"))
def position(run: JobRun) -> None:
    from apps.differentiation.positioning import work

    work(run)
