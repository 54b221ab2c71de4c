"""What people and other apps ask of a job; what its worker does stands in leases.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.jobs import publishing, registry
from apps.jobs.models import Job, JobLog
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User, Workspace


def enqueue(
    *,
    workspace: Workspace | None,
    kind: str,
    params: dict[str, Any],
    idempotency_key: str | None = None,
    created_by: User | None = None,
    now: datetime | None = None,
) -> Job:
    """Write the job's row in the caller's transaction; its id goes to the broker when that commits.

    The same key in the same workspace returns the job that is already there.
    """
    spec = registry.find(kind)
    if spec is None:
        raise LookupError(f"No app registers the job kind {kind!r}.")
    now = now or timezone.now()
    key = idempotency_key or ""
    job = Job(
        workspace=workspace,
        kind=kind,
        subject=str(params.get("subject", ""))[:200],
        queue=spec.queue,
        params=params,
        idempotency_key=key,
        max_attempts=spec.max_attempts or settings.JOB_MAX_ATTEMPTS,
        created_by=created_by,
        created_at=now,
        publish_after=now + publishing.wait_before_sending_again(0),
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        existing = Job.objects.filter(workspace=workspace, idempotency_key=key).first() if key else None
        if existing is None:
            raise
        return _same(existing, kind)
    publishing.publish_on_commit(job)
    return job


def _same(job: Job, kind: str) -> Job:
    if job.kind != kind:
        raise Refused(
            "idempotency_key_reused",
            _("This idempotency key already belongs to a job of another kind."),
            field="idempotency_key",
            remedy=_("Use a new key."),
        )
    return job


@transaction.atomic
def start_study(
    *,
    workspace: Workspace,
    kind: str,
    actor: User | None,
    refusal: Refused | None = None,
    params: dict[str, Any] | None = None,
) -> Job:
    """Enqueue what a button asks for; one under way on the same subject is given back, ``refusal`` is raised else."""
    params = params or {}
    found = Job.objects.filter(workspace=workspace, kind=kind, subject=str(params.get("subject", ""))[:200])
    if (under_way := found.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).first()) is not None:
        return under_way
    if refusal is not None:
        raise refusal
    job = enqueue(workspace=workspace, kind=kind, params=params, created_by=actor)
    audit.note(workspace=workspace, actor=actor, action=kind, target=job)
    return job


@transaction.atomic
def cancel(*, job: Job, actor: User | None = None, now: datetime | None = None) -> Job:
    """A waiting job ends at once; a running one is told, and ends when its process has let go."""
    now = now or timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED)
    if waiting.update(state=Job.State.CANCELLED, cancel_requested_at=now, finished_at=now):
        _tell(job, actor, "job.cancelled", gettext_noop("Cancelled before it began."))
    elif Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, cancel_requested_at=None).update(
        cancel_requested_at=now
    ):
        _tell(job, actor, "job.cancel_requested", gettext_noop("Asked to stop."))
    job.refresh_from_db()
    if job.state in (Job.State.SUCCEEDED, Job.State.FAILED):
        raise Refused("job_ended", _("This job has already ended."))
    return job


@transaction.atomic
def retry(*, job: Job, actor: User | None = None, now: datetime | None = None) -> Job:
    """A failed or cancelled job waits again, with its checkpoint and a fresh count of tries."""
    now = now or timezone.now()
    ended = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED))
    again = ended.update(
        state=Job.State.QUEUED,
        attempt=0,
        cancel_requested_at=None,
        error_code="",
        error_message="",
        error_params={},
        finished_at=None,
        publish_count=0,
        publish_after=now + publishing.wait_before_sending_again(0),
    )
    job.refresh_from_db()
    if not again:
        raise Refused("job_not_ended", _("Only a failed or cancelled job can be tried again."))
    _tell(job, actor, "job.retried", gettext_noop("To be tried again."))
    publishing.publish_on_commit(job)
    return job


def _tell(job: Job, actor: User | None, action: str, line: str) -> None:
    JobLog.objects.create(job=job, message=line)
    if job.workspace_id is not None:
        audit.note(workspace=job.workspace, actor=actor, action=action, target=job, details={"kind": job.kind})
