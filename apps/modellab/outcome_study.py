"""The study of outcomes: what quality and speed do to customers, and what an error costs; then all is weighed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates.seeds import seed_from
from apps.modellab import selectors
from apps.modellab.error_prices import error_prices
from apps.modellab.models import QualityMapping, TrainingRun
from apps.modellab.outcome_kinds import ERROR_PRICE
from apps.modellab.outcome_links import latency_link, quality_link
from apps.modellab.outcome_rows import Outcomes, outcomes
from apps.modellab.quality_recording import keep as keep_quality
from apps.modellab.quality_recording import weighed_again
from apps.modellab.quality_services import start_weighing
from apps.research.studies import Attempts, Draft, keep
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate where there are no outcomes, or they tell nothing at all."""
    run.progress(0, 4, _("Reading the outcomes"))
    found = outcomes(run.workspace)
    if not found.model.size:
        raise CannotEstimate("no_outcomes", "There are no outcomes of answers.", "Import a file of outcomes.")
    seed, attempts = seed_from(found.inputs), Attempts()
    run.progress(1, 4, _("Looking at what errors do"))
    drafts = [quality_link(run.workspace, found, attempts, np.random.default_rng([seed, 41]))]
    run.progress(2, 4, _("Looking at what waiting does"))
    drafts.append(latency_link(run.workspace, found, attempts, np.random.default_rng([seed, 42])))
    run.progress(3, 4, _("Looking at who leaves"))
    drafts.append(_prices(run, found, attempts, np.random.default_rng([seed, 43])))
    kept = [draft for draft in drafts if draft is not None]
    if not kept:
        raise attempts.main_reason
    keep(run, kept, attempts.refused, then=lambda: weigh_all(run.workspace))


def _prices(run: JobRun, found: Outcomes, attempts: Attempts, rng: np.random.Generator) -> Draft | None:
    return attempts.of(ERROR_PRICE, lambda: error_prices(run.workspace, found, rng))


def weigh_all(workspace: Workspace) -> None:
    """Weigh the candidates of every task again, each set in a job of its own."""
    for labelled_set in selectors.sets(workspace).filter(runs__candidates__evaluated_at__isnull=False).distinct():
        start_weighing(labelled_set=labelled_set)


def weigh_run(run: JobRun, training: TrainingRun) -> None:
    run.check()
    weighed = weighed_again(training)
    with run.step():
        for candidate, evaluation, one in weighed:
            keep_quality(candidate, evaluation, one)


def weigh_set(run: JobRun, labelled_set_id: int) -> None:
    """All finished runs of a task as its mapping is set now."""
    mapping = QualityMapping.objects.filter(workspace=run.workspace, labelled_set_id=labelled_set_id).first()
    trainings = TrainingRun.objects.filter(
        workspace=run.workspace, labelled_set_id=labelled_set_id, candidates__evaluated_at__isnull=False
    ).distinct()
    found = list(trainings.select_related("workspace", "labelled_set"))
    for done, training in enumerate(found):
        run.progress(done, len(found), _("Weighing the candidates again"))
        weigh_run(run, training)
    with run.finish({"runs": len(found), "mapping": mapping.pk if mapping else None}):
        pass
