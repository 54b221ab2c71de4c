from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("modellab.train", queue="training", title=_("Train and compare candidates"))
def train_candidates(run: JobRun) -> dict[str, Any] | None:
    from apps.modellab.training import train

    return train(run, run_id=run.params["run_id"])


@job_kind("modellab.outcomes", queue="analysis", title=_("Study of outcomes"))
def study_outcomes(run: JobRun) -> None:
    from apps.modellab.outcome_study import run_study

    run_study(run)


@job_kind("modellab.quality", queue="analysis", title=_("Weigh errors again"))
def weigh_errors(run: JobRun) -> None:
    from apps.modellab.outcome_study import weigh_set

    weigh_set(run, run.params["set_id"])
