"""One delivery of a job id: claim, work, and exactly one ending."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from apps.jobs import leases, reasons, registry
from apps.jobs.errors import JobCancelled, JobInterrupted, LeaseLost
from apps.jobs.heartbeat import Heartbeat
from apps.jobs.models import Job
from apps.jobs.registry import JobKind
from apps.jobs.run import JobRun

log = structlog.get_logger(__name__)

# What may pass by itself. Any other surprise is a mistake in the code, which a second try repeats.
PASSING_TROUBLE = (OperationalError, InterfaceError, OSError, MemoryError)


def perform(*, job_id: UUID, worker: str) -> None:
    """Run a waiting job to one of its endings. A second delivery of the same id does nothing."""
    job = leases.claim(job_id=job_id, worker=worker, now=timezone.now())
    if job is None:
        log.info("job.not_waiting", job_id=str(job_id))
        return
    with structlog.contextvars.bound_contextvars(job_id=str(job.pk), kind=job.kind, attempt=job.attempt):
        log.info("job.claimed", worker=worker)
        run = JobRun(job)
        try:
            work(run, Heartbeat(run))
        except Exception as error:
            settle(run, error)
    state = Job.objects.values_list("state", flat=True).filter(pk=job.pk).first()
    log.info("job.let_go", job_id=str(job.pk), state=state)


def work(run: JobRun, heartbeat: AbstractContextManager[Any] | None = None) -> None:
    """Call the kind's function and mark the job done, unless its own ``finish`` did that already."""
    kind = registry.find(run.kind)
    if kind is None:
        params = {"kind": run.kind}
        leases.fail(run.lease, code="unknown_kind", message=reasons.UNKNOWN_KIND, params=params, now=timezone.now())
        return
    with heartbeat or nullcontext():
        _complete(run, kind)


def _complete(run: JobRun, kind: JobKind) -> None:
    returned = kind.work(run) or {}
    if not run.finished:
        with run.finish(returned):
            pass
    elif returned:
        # Returned after the work's own ``finish``; an ended job has no rival any more.
        Job.objects.filter(pk=run.job_id, state=Job.State.SUCCEEDED, result={}).update(result=returned)


def settle(run: JobRun, error: Exception) -> None:
    """Turn what the work raised into the job's ending."""
    now = timezone.now()
    if run.finished:
        log.error("job.error_after_finish", exc_info=error)
    elif isinstance(error, LeaseLost):
        log.warning("job.lease_lost_while_running")
    elif isinstance(error, JobCancelled):
        leases.cancelled(run.lease, now=now)
    elif isinstance(error, JobInterrupted):
        leases.hand_back(run.lease, now=now)
    elif is_expected(error):
        _fail_as_told(run, error)
    elif isinstance(error, PASSING_TROUBLE):
        log.warning("job.passing_trouble", exc_info=error)
        leases.try_again(run.lease, error=summary(error), now=now)
    else:
        log.error("job.unexpected_error", exc_info=error)
        params = {"error": summary(error)}
        leases.fail(run.lease, code="unexpected", message=reasons.UNEXPECTED, params=params, now=now)


def is_expected(error: Exception) -> bool:
    """JobFailure, Refused and CannotEstimate all carry a machine code and a message for people."""
    return bool(getattr(error, "code", "")) and hasattr(error, "message")


def _fail_as_told(run: JobRun, error: Any) -> None:
    log.info("job.failed", code=error.code)
    leases.fail(
        run.lease,
        code=str(error.code),
        message=reasons.told(error),
        params=getattr(error, "params", {}),
        now=timezone.now(),
    )


def summary(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
