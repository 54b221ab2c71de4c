from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.periodic import periodic
from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("decisions.information", queue="analysis", title=_("What to find out, and what matters"))
def information(run: JobRun) -> dict[str, Any] | None:
    from apps.decisions.information_study import run_information

    return run_information(run, scenario_id=run.params["scenario_id"])


@job_kind("decisions.options", queue="analysis", title=_("Comparison of options"))
def options(run: JobRun) -> dict[str, Any] | None:
    from apps.decisions.comparing import run_options

    return run_options(run, scenario_id=run.params["scenario_id"])


@job_kind("decisions.search", queue="analysis", title=_("Search of price, plans and model"))
def search(run: JobRun) -> dict[str, Any] | None:
    from apps.decisions.searching import run_search

    return run_search(run, scenario_id=run.params["scenario_id"], bounds=run.params["bounds"])


@periodic("decisions.clear_away", every=timedelta(hours=6))
def clear_deleted_options(now: datetime) -> None:
    from apps.decisions.services import clear_away

    clear_away(now)
