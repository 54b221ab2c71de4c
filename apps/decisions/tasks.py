from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("decisions.information", queue="analysis", title=_("What to find out, and what matters"))
def information(run: JobRun) -> dict[str, Any] | None:
    from apps.decisions.information_study import run_information

    return run_information(run, scenario_id=run.params["scenario_id"])
