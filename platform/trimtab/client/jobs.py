"""Background work: follow it, wait for it, stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.errors import JobFailed, StillRunning
from trimtab.client.records import Record

FIRST_POLL_S = 0.2
LONGEST_POLL_S = 2.0
ENDED = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Progress:
    done: int
    of: int
    message: str = ""

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where the job does not know yet how much there is to do."""
        return min(1.0, self.done / self.of) if self.of else 0.0


@dataclass(frozen=True)
class Reason:
    """Why a job failed."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class LogLine(Record):
    level: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Job(Record):
    """A job as it was when you asked.

    >>> job = t.pricing.run()
    >>> job = job.wait(progress=lambda job: print(f"{job.progress.share:.0%} {job.progress.message}"))
    >>> job.state
    'succeeded'
    """

    id: str
    kind: str
    state: str
    title: str = ""
    subject: str = ""
    queue: str = ""
    attempt: int = 0
    max_attempts: int = 0
    result: Any = None
    progress: Progress
    error: Reason | None = None
    created_by: str | None = None
    cancel_requested_at: datetime | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    log: tuple[LogLine, ...] = ()

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def refresh(self) -> Job:
        """The job as it is now, with its log."""
        return Job.of(self.connection, self.connection.get(f"jobs/{self.id}/"))

    def wait(self, progress: Callable[[Job], None] | None = None, timeout_s: float | None = None) -> Job:
        """The ended job; ``progress`` is called with the job each time that it is looked at.

        Raises JobFailed when it failed or was cancelled, and StillRunning after ``timeout_s`` seconds; without a
        limit it waits for as long as the job takes.
        """
        began, pause, job = time.monotonic(), FIRST_POLL_S, self.refresh()
        while True:
            if progress is not None:
                progress(job)
            if job.has_ended:
                break
            if timeout_s is not None and time.monotonic() - began >= timeout_s:
                raise StillRunning(job.title, timeout_s)
            time.sleep(pause)
            pause, job = min(LONGEST_POLL_S, pause * 1.5), job.refresh()
        if job.state != "succeeded":
            raise JobFailed(job)
        return job

    def cancel(self) -> Job:
        """Ask it to stop; a running job ends when its process has let go."""
        return Job.of(self.connection, self.connection.post(f"jobs/{self.id}/cancel/"))

    def retry(self) -> Job:
        """Let a failed or cancelled job go on from its checkpoint."""
        return Job.of(self.connection, self.connection.post(f"jobs/{self.id}/retry/"))


@dataclass(frozen=True)
class Jobs:
    connection: Connection

    def list(self, *, state: str | None = None, kind: str | None = None, subject: str | None = None) -> Iterator[Job]:
        """The workspace's jobs, newest first."""
        for row in self.connection.pages("jobs/", state=state, kind=kind, subject=subject):
            yield Job.of(self.connection, row)

    def get(self, job_id: str) -> Job:
        return Job.of(self.connection, self.connection.get(f"jobs/{job_id}/"))
