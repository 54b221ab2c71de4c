"""The worker's side of a job: every write names the lease token, and a lost lease writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_noop

from apps.jobs import reasons
from apps.jobs.models import Job, JobLog

_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_expires_at": None}


class Standing(Enum):
    HELD = "held"
    CANCELLING = "cancelling"
    LOST = "lost"


@dataclass(frozen=True)
class Lease:
    """The right to write one job's outcome; ``token`` is the fence."""

    job_id: UUID
    token: UUID

    def held(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job_id, state=Job.State.RUNNING, lease_token=self.token)


def expiry(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(*, job_id: UUID, worker: str, now: datetime) -> Job | None:
    """Take a waiting job by one conditional update; None when another took it or it no longer waits."""
    token = uuid4()
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        lease_token=token,
        lease_expires_at=expiry(now),
        attempt=F("attempt") + 1,
        started_at=Coalesce(F("started_at"), now),
        worker=worker[:200],
    )
    return Job.objects.select_related("workspace").get(pk=job_id, lease_token=token) if taken else None


def renew(lease: Lease, *, now: datetime, **changes: Any) -> Standing:
    """Extend the lease, with any progress or checkpoint in the same update."""
    if not lease.held().update(lease_expires_at=expiry(now), **changes):
        return Standing.LOST
    cancelling = lease.held().filter(cancel_requested_at__isnull=False).exists()
    return Standing.CANCELLING if cancelling else Standing.HELD


def succeed(lease: Lease, *, result: dict[str, Any], now: datetime) -> Standing:
    """Mark the job done unless someone asked to cancel it; call it in the transaction of the effect."""
    done = (
        lease.held()
        .filter(cancel_requested_at=None)
        .update(
            state=Job.State.SUCCEEDED,
            result=result,
            finished_at=now,
            progress_done=Greatest(F("progress_done"), F("progress_of")),
            **_NO_LEASE,
        )
    )
    if done:
        return Standing.HELD
    return Standing.CANCELLING if lease.held().exists() else Standing.LOST


@transaction.atomic
def fail(lease: Lease, *, code: str, message: str, params: dict[str, Any], now: datetime) -> bool:
    ended = lease.held().update(
        state=Job.State.FAILED,
        error_code=code[:80],
        error_message=message,
        error_params=params,
        finished_at=now,
        **_NO_LEASE,
    )
    return bool(ended) and _line(lease, JobLog.Level.ERROR, message, params)


@transaction.atomic
def cancelled(lease: Lease, *, now: datetime) -> bool:
    """Only the holder says so, once its own processes are gone."""
    ended = lease.held().update(state=Job.State.CANCELLED, finished_at=now, **_NO_LEASE)
    return bool(ended) and _line(lease, JobLog.Level.INFO, gettext_noop("Cancelled."))


@transaction.atomic
def hand_back(lease: Lease, *, now: datetime) -> bool:
    """The worker shuts down in good order: the try does not count, the checkpoint stays."""
    back = lease.held().update(
        state=Job.State.QUEUED, attempt=F("attempt") - 1, publish_count=0, publish_after=now, **_NO_LEASE
    )
    return bool(back) and _line(
        lease, JobLog.Level.INFO, gettext_noop("The worker is being restarted; the work goes on where it stopped.")
    )


@transaction.atomic
def try_again(lease: Lease, *, error: str, now: datetime) -> bool:
    """After a passing trouble: back to the queue, or failed when the tries are used up."""
    job = lease.held().first()
    if job is None:
        return False
    params = {"error": error, "attempts": job.attempt}
    if job.attempt >= job.max_attempts:
        return fail(lease, code="tried_too_often", message=reasons.TRIED_TOO_OFTEN, params=params, now=now)
    lease.held().update(
        state=Job.State.QUEUED,
        publish_count=0,
        publish_after=now + timedelta(seconds=settings.JOB_REAP_SECONDS) * job.attempt,
        **_NO_LEASE,
    )
    return _line(
        lease,
        JobLog.Level.WARNING,
        gettext_noop("Try %(attempts)s stopped: %(error)s. It will be tried again."),
        params,
    )


def give_up_on_worker(*, worker: str, now: datetime) -> int:
    """A worker process is known to be dead: let its leases run out now instead of in half a minute."""
    return Job.objects.filter(state=Job.State.RUNNING, worker__startswith=worker).update(lease_expires_at=now)


@transaction.atomic
def take_back_from_worker(*, worker: str, now: datetime) -> int:
    """A worker was stopped on purpose and is gone: its jobs wait again, and the try does not count."""
    held = Job.objects.filter(state=Job.State.RUNNING, worker__startswith=worker, cancel_requested_at=None)
    return held.update(
        state=Job.State.QUEUED, attempt=F("attempt") - 1, publish_count=0, publish_after=now, **_NO_LEASE
    )


def _line(lease: Lease, level: str, message: str, params: dict[str, Any] | None = None) -> bool:
    JobLog.objects.create(job_id=lease.job_id, level=level, message=message, params=params or {})
    return True
