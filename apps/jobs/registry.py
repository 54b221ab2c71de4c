"""Which kinds of job exist, on which queue each runs, and the function that does the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

Work = Callable[["JobRun"], dict[str, Any] | None]

QUEUES = ("analysis", "training")


@dataclass(frozen=True)
class JobKind:
    name: str
    queue: str
    title: str | Promise
    work: Work
    max_attempts: int | None = None


_kinds: dict[str, JobKind] = {}


def job_kind(name: str, *, queue: str, title: str | Promise, max_attempts: int | None = None) -> Callable[[Work], Work]:
    """Register a function of an app's tasks.py as the work of one kind of job."""
    if queue not in QUEUES:
        raise ValueError(f"The job kind {name} names the queue {queue}; there are {', '.join(QUEUES)}.")

    def register(work: Work) -> Work:
        known = _kinds.get(name)
        if known is not None and known.work.__qualname__ != work.__qualname__:
            raise ValueError(f"The job kind {name} is registered twice.")
        _kinds[name] = JobKind(name=name, queue=queue, title=title, work=work, max_attempts=max_attempts)
        return work

    return register


def find(name: str) -> JobKind | None:
    return _kinds.get(name)


def kinds() -> list[JobKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def title(name: str) -> str:
    kind = _kinds.get(name)
    return str(kind.title) if kind else name
