from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun


@job_kind("choices.model", queue="analysis", title=_("Choice study"))
def choice_study(run: JobRun) -> None:
    from apps.choices.model_study import run_study

    run_study(run)


@job_kind("choices.best_offer", queue="analysis", title=_("Search for the best offer"))
def best_offer(run: JobRun) -> None:
    from apps.choices.offer_search import run_search

    run_search(run)


@job_kind("choices.maxdiff", queue="analysis", title=_("Best-worst study"))
def best_worst_study(run: JobRun) -> None:
    from apps.choices.best_worst_study import run_best_worst

    run_best_worst(run)


@job_kind("choices.design", queue="analysis", title=_("Survey design"))
def survey_design(run: JobRun) -> None:
    from apps.choices.design_making import run_design

    run_design(run)
