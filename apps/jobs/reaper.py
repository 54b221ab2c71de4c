"""Jobs whose worker died: back to the queue, or failed with a plain reason when the tries are used up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from apps.jobs import publishing, reasons
from apps.jobs.models import Job, JobLog

log = structlog.get_logger(__name__)

REAPED_AT_ONCE = 200


@dataclass(frozen=True)
class Reaping:
    returned: int
    failed: int
    cancelled: int
    published: int


def reap(*, now: datetime) -> Reaping:
    """One round: lost leases first, so that what goes back to the queue is sent in the same round."""
    lost = Job.objects.filter(state=Job.State.RUNNING, lease_expires_at__lte=now).order_by("lease_expires_at")
    outcomes = [_settle(job, now) for job in lost[:REAPED_AT_ONCE]]
    return Reaping(
        returned=outcomes.count(Job.State.QUEUED),
        failed=outcomes.count(Job.State.FAILED),
        cancelled=outcomes.count(Job.State.CANCELLED),
        published=publishing.republish(now=now),
    )


@transaction.atomic
def _settle(job: Job, now: datetime) -> str | None:
    """What became of a lost job; None when its worker or another scheduler was quicker."""
    still_lost = Job.objects.filter(
        pk=job.pk, state=Job.State.RUNNING, lease_token=job.lease_token, lease_expires_at__lte=now
    )
    if job.cancel_requested_at is not None:
        outcome = _cancel(still_lost, job, now)
    elif job.attempt >= job.max_attempts:
        outcome = _fail(still_lost, job, now)
    else:
        outcome = _return(still_lost, job, now)
    log.warning("job.lease_lost", job_id=str(job.pk), kind=job.kind, worker=job.worker, outcome=outcome)
    return outcome


def _cancel(still_lost: QuerySet[Job], job: Job, now: datetime) -> str | None:
    if not still_lost.update(state=Job.State.CANCELLED, finished_at=now, lease_token=None, lease_expires_at=None):
        return None
    JobLog.objects.create(job=job, message=gettext_noop("Cancelled; its worker was gone."))
    return Job.State.CANCELLED


def _fail(still_lost: QuerySet[Job], job: Job, now: datetime) -> str | None:
    params = {"attempts": job.attempt}
    failed = still_lost.update(
        state=Job.State.FAILED,
        error_code="worker_lost",
        error_message=reasons.WORKER_LOST,
        error_params=params,
        finished_at=now,
        lease_token=None,
        lease_expires_at=None,
    )
    if not failed:
        return None
    JobLog.objects.create(job=job, level=JobLog.Level.ERROR, message=reasons.WORKER_LOST, params=params)
    return Job.State.FAILED


def _return(still_lost: QuerySet[Job], job: Job, now: datetime) -> str | None:
    returned = still_lost.filter(cancel_requested_at=None).update(
        state=Job.State.QUEUED, publish_count=0, publish_after=now, lease_token=None, lease_expires_at=None
    )
    if not returned:
        return None
    JobLog.objects.create(
        job=job,
        level=JobLog.Level.WARNING,
        message=gettext_noop("The worker stopped in the middle of try %(attempt)s; the work goes on where it stopped."),
        params={"attempt": job.attempt},
    )
    return Job.State.QUEUED
