from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("modellab.train", queue="training", title=_("Train and compare candidates"))
def train_candidates(run: JobRun) -> dict[str, Any] | None:
    from apps.modellab.training import train

    return train(run, run_id=run.params["run_id"])
