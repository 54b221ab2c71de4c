from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("research.import", queue="analysis", title=_("Import a file"))
def import_source(run: JobRun) -> dict[str, Any] | None:
    from apps.research.importing import run_import

    return run_import(run, source_id=run.params["source_id"])


@job_kind("research.needs", queue="analysis", title=_("Find the needs"))
def find_needs(run: JobRun) -> dict[str, Any] | None:
    from apps.research.needs_jobs import work

    return work(run)


@job_kind("research.kano", queue="analysis", title=_("Kano study"))
def study_kano(run: JobRun) -> dict[str, Any] | None:
    from apps.research.kano_study import run_kano

    run_kano(run)
    return None
