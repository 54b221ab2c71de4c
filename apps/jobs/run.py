"""What the work of a job holds in its hands: parameters, checkpoint, progress, and fenced transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.jobs import leases, shutdown
from apps.jobs.errors import JobCancelled, JobFailure, JobInterrupted, JobStopped, LeaseLost
from apps.jobs.leases import Lease, Standing
from apps.jobs.models import Job, JobLog
from apps.workspaces.models import Workspace

__all__ = ["JobCancelled", "JobFailure", "JobInterrupted", "JobRun", "JobStopped", "LeaseLost"]

THROTTLE_SECONDS = 0.5


class JobRun:
    def __init__(self, job: Job, *, now: Callable[[], datetime] = timezone.now) -> None:
        self.job_id = job.pk
        self.kind = job.kind
        self._workspace = job.workspace
        self.params: dict[str, Any] = job.params
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)
        self.attempt = job.attempt
        self.created_by_id = job.created_by_id
        if job.lease_token is None:
            raise ValueError("A run needs a job that was claimed.")
        self.lease = Lease(job_id=job.pk, token=job.lease_token)
        self.finished = False
        self._now = now
        self._standing = Standing.HELD
        self._written_at = -THROTTLE_SECONDS

    @property
    def workspace(self) -> Workspace:
        """The job's workspace; a job of the whole platform has none and must not ask."""
        if self._workspace is None:
            raise ValueError("A job of the whole platform belongs to no workspace.")
        return self._workspace

    def progress(self, done: float, of: float, message: str = "", **params: Any) -> None:
        """Show how far the work is; ``message`` is an English source string, ``params`` fill its places.

        Written at most every half second. Raises JobCancelled, JobInterrupted or LeaseLost.
        """
        self._touch(
            progress_done=max(0, round(done)),
            progress_of=max(0, round(of)),
            progress_message=str(message)[:300],
            progress_params=params,
        )

    def check(self) -> None:
        """Raise JobCancelled, JobInterrupted or LeaseLost when the work must stop; cheap enough for a loop."""
        self._touch()

    def log(self, message: str, *, level: str = JobLog.Level.INFO, **params: Any) -> None:
        """One line on the job's page; an English source string as in ``progress``."""
        JobLog.objects.create(job_id=self.job_id, level=level, message=str(message), params=params)

    @contextmanager
    def step(self, checkpoint: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """One transaction under the lease: what it writes and its checkpoint are kept together or not at all.

        Compute before it and only write inside: SQLite has one writer at a time.
        Yields the checkpoint to be saved, which may still be changed inside.
        """
        draft = dict(self.checkpoint if checkpoint is None else checkpoint)
        with transaction.atomic():
            self._fence()
            yield draft
            # Renewed again at the end, as a long transaction keeps the heartbeat waiting.
            self._standing = leases.renew(self.lease, now=self._now(), checkpoint=draft)
            if self._standing is Standing.LOST:
                raise LeaseLost
        self.checkpoint = draft

    @contextmanager
    def finish(self, result: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """The last transaction: the effect and "succeeded" together. Yields the result, which may still be filled."""
        outcome = dict(result or {})
        with transaction.atomic():
            # First, so that the row is locked against reaper and rivals while the effect is written.
            self._standing = leases.succeed(self.lease, result=outcome, now=self._now())
            self._raise_if_stopped()
            yield outcome
            Job.objects.filter(pk=self.job_id, state=Job.State.SUCCEEDED).update(result=outcome)
        self.finished = True

    def tell(self, standing: Standing) -> None:
        """The heartbeat's word, read by the work at its next check."""
        if standing is not Standing.HELD:
            self._standing = standing

    def _touch(self, **changes: Any) -> None:
        clock = time.monotonic()
        if clock - self._written_at >= THROTTLE_SECONDS:
            self._standing = leases.renew(self.lease, now=self._now(), **changes)
            self._written_at = clock
        self._raise_if_stopped()

    def _fence(self) -> None:
        self._standing = leases.renew(self.lease, now=self._now())
        self._raise_if_stopped()

    def _raise_if_stopped(self) -> None:
        if self._standing is Standing.LOST:
            raise LeaseLost
        if self._standing is Standing.CANCELLING:
            raise JobCancelled
        if shutdown.begun():
            raise JobInterrupted
