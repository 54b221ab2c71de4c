from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from apps.estimates.models import Estimate
from apps.jobs.models import Job
from apps.modellab import files
from apps.modellab.models import Candidate, Deployment, LabelledSet, TrainingMetric, TrainingRun
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace

EVALUATION = "modellab.evaluation"
QUALITY = "modellab.quality"


def sets(workspace: Workspace) -> QuerySet[LabelledSet]:
    return LabelledSet.objects.filter(workspace=workspace)


def runs(workspace: Workspace) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(workspace=workspace).select_related("labelled_set", "workspace", "started_by")


def candidates(workspace: Workspace) -> QuerySet[Candidate]:
    return Candidate.objects.filter(workspace=workspace).select_related("run", "run__labelled_set", "workspace")


def deployments(workspace: Workspace) -> QuerySet[Deployment]:
    found = Deployment.objects.filter(workspace=workspace)
    return found.select_related("candidate", "candidate__run", "deployed_by").order_by("name")


def metrics(run: TrainingRun) -> QuerySet[TrainingMetric]:
    return TrainingMetric.objects.filter(run=run).order_by("candidate", "name", "step")


def last_point(run: TrainingRun) -> int:
    """Changes whenever a point of a curve is added."""
    return TrainingMetric.objects.filter(run=run).aggregate(last=Max("pk"))["last"] or 0


def job_of(run: TrainingRun) -> Job | None:
    return Job.objects.filter(workspace=run.workspace_id, pk=run.job_id).first() if run.job_id else None


def jobs_of(found: list[TrainingRun]) -> dict[int, Job]:
    """The job of each run, in one query."""
    by_id = {job.pk: job for job in Job.objects.filter(pk__in=[run.job_id for run in found if run.job_id])}
    return {run.pk: by_id[run.job_id] for run in found if run.job_id in by_id}


def run_of_key(workspace: Workspace, key: str) -> tuple[TrainingRun, Job] | None:
    job = Job.objects.filter(workspace=workspace, kind="modellab.train", idempotency_key=key).first()
    run = runs(workspace).filter(job_id=job.pk).first() if job else None
    return (run, job) if run and job else None


def newest_finished_run(labelled_set: LabelledSet) -> TrainingRun | None:
    finished = TrainingRun.objects.filter(labelled_set=labelled_set, candidates__evaluated_at__isnull=False)
    return finished.select_related("workspace", "labelled_set").order_by("-pk").first()


def evaluations(run: TrainingRun) -> QuerySet[Estimate]:
    """The current estimates of the run's candidates."""
    subjects = [str(key) for key in Candidate.objects.filter(run=run).values_list("pk", flat=True)]
    found = Estimate.objects.filter(workspace=run.workspace_id, kind=EVALUATION, subject__in=subjects, is_current=True)
    return found.select_related("workspace")


def results_of(run: TrainingRun) -> QuerySet[Estimate]:
    """All current estimates of the run's candidates: their tests and what their errors cost."""
    subjects = [str(key) for key in Candidate.objects.filter(run=run).values_list("pk", flat=True)]
    kinds = (EVALUATION, QUALITY)
    return Estimate.objects.filter(workspace=run.workspace_id, kind__in=kinds, subject__in=subjects, is_current=True)


def quality(candidate: Candidate) -> Estimate | None:
    """What the candidate's errors cost."""
    found = Estimate.objects.filter(workspace=candidate.workspace_id, kind=QUALITY, subject=str(candidate.pk))
    return found.filter(is_current=True).select_related("workspace").first()


def evaluation(candidate: Candidate) -> Estimate | None:
    found = Estimate.objects.filter(workspace=candidate.workspace_id, kind=EVALUATION, subject=str(candidate.pk))
    return found.filter(is_current=True).select_related("workspace").first()


def limited_rows(labelled_set: LabelledSet) -> Iterator[files.Row]:
    """The rows of the file, refused where there are more than can be trained on."""
    for place, row in enumerate(files.rows(labelled_set)):
        if place >= files.MOST_ROWS:
            raise Refused(
                "too_many_rows",
                _("The file has more than %(limit)d rows.") % {"limit": files.MOST_ROWS},
                field="file",
                remedy=_("Draw some ten thousand of them at random."),
            )
        yield row
