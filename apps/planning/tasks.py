from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.periodic import periodic
from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("planning.forecast", queue="analysis", title=_("Forecast"))
def forecast(run: JobRun) -> dict[str, Any] | None:
    from apps.planning.forecasting import run_forecast

    return run_forecast(run, scenario_id=run.params["scenario_id"])


@periodic("planning.loops", every=timedelta(seconds=2))
def move_loops_on(now: datetime) -> None:
    from apps.planning.loop import advance_all

    advance_all(now)
