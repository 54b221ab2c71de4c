from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from apps.jobs.models import Job, JobLog
from apps.workspaces.models import Workspace

PAGE_SIZE = 50
LOG_LINES = 500


def jobs(workspace: Workspace) -> QuerySet[Job]:
    return Job.objects.filter(workspace=workspace).select_related("workspace", "created_by")


def job(workspace: Workspace, job_id: UUID) -> Job:
    found = jobs(workspace).filter(pk=job_id).first()
    if found is None:
        raise Http404
    return found


def latest(workspace: Workspace, kind: str, subject: str = "") -> Job | None:
    """The newest job of a kind; with a subject, of that subject only."""
    found = jobs(workspace).filter(kind=kind)
    return (found.filter(subject=subject) if subject else found).first()


def page(workspace: Workspace, *, before: datetime | None = None, state: str = "") -> list[Job]:
    """The newest jobs, or those older than ``before``."""
    found = jobs(workspace)
    if before is not None:
        found = found.filter(created_at__lt=before)
    if state:
        found = found.filter(state=state)
    return list(found[:PAGE_SIZE])


class WithLatestJob:
    """What a page of results knows of the job that makes them."""

    job: Job | None

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and not self.job.is_ended

    @property
    def shown_job(self) -> Job | None:
        """The job while it runs, and afterwards only where it did not succeed."""
        return self.job if self.job is not None and self.job.state != Job.State.SUCCEEDED else None


def unfinished(workspace: Workspace) -> QuerySet[Job]:
    return jobs(workspace).filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))


def log_lines(job: Job) -> list[JobLog]:
    """The last lines, oldest first."""
    return list(reversed(JobLog.objects.filter(job=job).order_by("-id")[:LOG_LINES]))
