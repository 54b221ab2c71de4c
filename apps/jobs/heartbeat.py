"""Keeps a lease alive while the work computes, on a thread with its own database connection."""

from __future__ import annotations

import threading
from types import TracebackType

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.jobs import leases
from apps.jobs.leases import Standing
from apps.jobs.run import JobRun

log = structlog.get_logger(__name__)


class Heartbeat:
    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{run.job_id}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(settings.JOB_HEARTBEAT_SECONDS):
                standing = self._renew()
                self._run.tell(standing)
                if standing is Standing.LOST:
                    return
        finally:
            connection.close()

    def _renew(self) -> Standing:
        try:
            return leases.renew(self._run.lease, now=timezone.now())
        except DatabaseError as error:
            # The next beat may get through before the lease runs out; if not, the fence decides.
            log.warning("job.heartbeat_failed", job_id=str(self._run.job_id), error=str(error))
            connection.close()
            return Standing.HELD
