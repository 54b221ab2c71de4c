"""The estimate of what a candidate's answers are worth, beside each of its tests."""

from __future__ import annotations

from typing import Any

from apps.estimates import selectors as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.estimates.services import record as record_estimate
from apps.modellab import selectors
from apps.modellab.models import Candidate, LabelledSet, QualityMapping, TrainingRun
from apps.modellab.quality_answers import held_out
from apps.modellab.quality_weighing import Weighed, weigh
from trimtab.economics.draws import Figure, summarise

KIND = selectors.QUALITY


def mapping_of(labelled_set: LabelledSet) -> QualityMapping:
    """What was set for the task, else the defaults, not saved."""
    known = QualityMapping.objects.filter(labelled_set=labelled_set).first()
    return known or QualityMapping(workspace=labelled_set.workspace, labelled_set=labelled_set)


def weighed_again(training: TrainingRun) -> list[tuple[Candidate, Estimate, Weighed]]:
    """All candidates of a run that have a test, weighed as the task is set now; nothing is written."""
    found = {one.subject: one for one in selectors.evaluations(training)}
    candidates = [one for one in training.candidates.select_related("workspace") if str(one.pk) in found]
    tested = {one.method: (estimates.draws(found[str(one.pk)]), Grade(found[str(one.pk)].grade)) for one in candidates}
    weighed = weigh(training, mapping_of(training.labelled_set), held_out(training), tested)
    return [(one, found[str(one.pk)], weighed[one.method]) for one in candidates]


def record_again(training: TrainingRun) -> None:
    """Weigh a run again and keep it, within the caller's transaction."""
    for candidate, evaluation, weighed in weighed_again(training):
        keep(candidate, evaluation, weighed)


def keep(candidate: Candidate, evaluation: Estimate, weighed: Weighed) -> Estimate:
    parameters: dict[str, Any] = {
        "subject_label": candidate.name,
        "method": candidate.method,
        "run_id": candidate.run_id,
        **weighed.parameters,
    }
    return record_estimate(
        workspace=candidate.workspace,
        kind=KIND,
        subject=str(candidate.pk),
        grade=weighed.grade,
        draws=weighed.draws,
        figures=_figures(weighed, candidate.workspace.currency),
        inputs=[InputRef.of(evaluation), *weighed.inputs],
        parameters=parameters,
        diagnostics=weighed.diagnostics,
        job_id=evaluation.job_id,
        expires_at=evaluation.expires_at,
    )


def _figures(weighed: Weighed, currency: str) -> list[Figure]:
    draws = weighed.draws
    return [
        summarise(draws["success"], name="task_success", unit="share"),
        summarise(draws["rejected"], name="escalated_share", unit="share"),
        summarise(draws["latency_ms"], name="latency_p50_ms", unit="ms"),
        summarise(draws["cost_per_1000"], name="cost_per_1000", unit=f"{currency} per 1000 requests"),
    ]
