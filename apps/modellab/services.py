"""Labelled sets and training runs: what people and other apps may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.modellab import checking, columns, files, plans, run_folders, selectors
from apps.modellab.models import Candidate, LabelledSet, TrainingRun
from apps.modellab.naming import candidate_name
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace
from apps.workspaces.storage import file_sha256

TRAIN = "modellab.train"


def upload_set(
    *,
    workspace: Workspace,
    file: File,
    actor: User | None,
    name: str = "",
    columns: Mapping[str, str] | None = None,
    simulated: bool = False,
) -> LabelledSet:
    """Keep a file of labelled texts, guess its columns unless given, and name its problems. Raises Refused."""
    sha256 = file_sha256(file)
    form, facts = files.keep(workspace, file)
    labelled_set = LabelledSet(
        workspace=workspace,
        name=files.shown_name(name or file.name or ""),
        format=form,
        sha256=sha256,
        simulated=simulated or workspace.is_simulated,
        uploaded_by=actor,
    )
    labelled_set.file.name = facts["stored"]
    labelled_set.parameters = {"file": facts}
    try:
        _take_columns(labelled_set, columns)
        _check(labelled_set)
    except Refused:
        files.drop(facts)
        raise
    with transaction.atomic():
        labelled_set.save(force_insert=True)
        audit.note(workspace=workspace, actor=actor, action="labelled_set.uploaded", target=labelled_set)
    return labelled_set


def _take_columns(labelled_set: LabelledSet, chosen: Mapping[str, str] | None) -> None:
    header, rows = files.sample(labelled_set.parameters["file"])
    if not header or not rows:
        raise Refused("file_empty", _("The file has no rows below the names of its columns."), field="file")
    labelled_set.parameters["header"] = header
    labelled_set.columns = columns.checked(header, chosen) if chosen else columns.guess(header, rows)


def _check(labelled_set: LabelledSet) -> None:
    found = checking.check(selectors.limited_rows(labelled_set), labelled_set.columns)
    labelled_set.rows, labelled_set.labels, labelled_set.problems = found.rows, found.labels, found.problems
    labelled_set.parameters |= {
        "encoder": found.encoder,
        "lengths": found.lengths,
        "examples": found.examples,
    }


@transaction.atomic
def set_columns(
    *, labelled_set: LabelledSet, columns: Mapping[str, str], actor: User | None = None, name: str = ""
) -> LabelledSet:
    """Say which column holds what, and look at all rows again."""
    if labelled_set.runs.exists():
        raise Refused(
            "set_in_use",
            _("Candidates were trained on this set under its present columns."),
            remedy=_("Upload the file again to read it in another way."),
        )
    _take_columns(labelled_set, {field: value for field, value in columns.items() if value})
    _check(labelled_set)
    labelled_set.name = files.shown_name(name) if name else labelled_set.name
    labelled_set.save()
    audit.note(workspace=labelled_set.workspace, actor=actor, action="labelled_set.columns", target=labelled_set)
    return labelled_set


@transaction.atomic
def delete_set(*, labelled_set: LabelledSet, actor: User | None = None) -> None:
    if labelled_set.runs.exists():
        raise Refused(
            "set_in_use", _("Training runs stand on this set."), remedy=_("Delete these runs first, then the set.")
        )
    details = {"name": labelled_set.name}
    audit.note(
        workspace=labelled_set.workspace,
        actor=actor,
        action="labelled_set.deleted",
        target=labelled_set,
        details=details,
    )
    facts = labelled_set.parameters["file"]
    labelled_set.delete()
    transaction.on_commit(lambda: files.drop(facts))


@transaction.atomic
def start_run(
    *,
    workspace: Workspace,
    labelled_set: LabelledSet,
    actor: User | None,
    methods: list[str] | None = None,
    encoder: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    seed: int = 7,
    idempotency_key: str = "",
) -> tuple[TrainingRun, Job]:
    """Train candidates on one split of a set and compare them on its held-out part, in the background."""
    if idempotency_key and (known := selectors.run_of_key(workspace, idempotency_key)):
        return known
    chosen = plans.checked_parameters(parameters or {})
    _require_usable(labelled_set, bool(chosen.get("leave_out_rare")))
    run = TrainingRun.objects.create(
        workspace=workspace,
        labelled_set=labelled_set,
        encoder=plans.checked_encoder(encoder or labelled_set.parameters["encoder"]),
        seed=seed,
        parameters={**chosen, "methods": plans.checked_methods(methods)},
        started_by=actor,
    )
    Candidate.objects.bulk_create(
        Candidate(workspace=workspace, run=run, method=method, name=candidate_name(run, method))
        for method in run.methods
    )
    job = jobs.enqueue(
        workspace=workspace,
        kind=TRAIN,
        params={"run_id": run.pk, "subject": str(run.pk)},
        idempotency_key=idempotency_key or f"{TRAIN}:{run.pk}",
        created_by=actor,
    )
    run.job_id = job.pk
    run.save(update_fields=["job_id"])
    audit.note(workspace=workspace, actor=actor, action="training_run.started", target=run)
    return run, job


def _require_usable(labelled_set: LabelledSet, leave_out_rare: bool) -> None:
    blocking = [problem for problem in labelled_set.problems if problem["blocks"]]
    if leave_out_rare:
        blocking = [problem for problem in blocking if problem["code"] != "too_few"]
        enough = sum(count >= checking.FEWEST_PER_CLASS for count in labelled_set.labels.values())
        if enough < 2 and not blocking:
            raise Refused("too_few_labels", _("Fewer than two labels have enough texts."), field="leave_out_rare")
    if blocking:
        raise Refused(
            blocking[0]["code"],
            checking.message(blocking[0]),
            field="labelled_set",
            remedy=_("Correct the columns or the file, or leave out the labels with too few texts."),
        )


def cancel_run(*, run: TrainingRun, actor: User | None = None) -> Job:
    return jobs.cancel(job=_job(run), actor=actor)


def retry_run(*, run: TrainingRun, actor: User | None = None) -> Job:
    """Go on with a failed or cancelled run, from its last checkpoint."""
    return jobs.retry(job=_job(run), actor=actor)


def _job(run: TrainingRun) -> Job:
    job = selectors.job_of(run)
    if job is None:
        raise Refused("job_gone", _("The job of this run is gone."), remedy=_("Start a new run."))
    return job


@transaction.atomic
def delete_run(*, run: TrainingRun, actor: User | None = None) -> None:
    """Delete a run with its candidates, their files and their estimates; not while it trains or serves."""
    job = selectors.job_of(run)
    if job is not None and not job.is_ended:
        raise Refused("run_not_ended", _("This run is still under way."), remedy=_("Cancel it first."))
    serving = selectors.deployments(run.workspace).filter(candidate__run=run).first()
    if serving is not None:
        message = _("The deployment “%(name)s” answers with a candidate of this run.") % {"name": serving.name}
        raise Refused("run_deployed", message, remedy=_("Deploy another candidate there, or take it down."))
    workspace_id, run_id = run.workspace_id, run.pk
    audit.note(workspace=run.workspace, actor=actor, action="training_run.deleted", target=run)
    selectors.results_of(run).update(is_current=False)
    run.delete()
    transaction.on_commit(lambda: run_folders.forget(workspace_id, run_id))
