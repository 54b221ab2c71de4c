"""Running jobs inside a test, without broker, worker or heartbeat."""

from __future__ import annotations

from django.utils import timezone

from apps.jobs import leases
from apps.jobs.errors import JobStopped
from apps.jobs.execution import is_expected, settle, work
from apps.jobs.models import Job
from apps.jobs.run import JobRun
from apps.workspaces.models import Workspace


def run_now(job: Job) -> Job:
    """Run a waiting job to its end and return it afresh; a mistake in the code under test is raised."""
    claimed = leases.claim(job_id=job.pk, worker="test", now=timezone.now())
    if claimed is None:
        job.refresh_from_db()
        raise AssertionError(f"{job} does not wait: it is {job.state}.")
    run = JobRun(claimed)
    try:
        work(run)
    except Exception as error:
        settle(run, error)
        if not isinstance(error, JobStopped) and not is_expected(error):
            raise
    job.refresh_from_db()
    return job


def run_waiting(workspace: Workspace, limit: int = 100) -> list[Job]:
    """Run all waiting jobs of a workspace, and those that they enqueue, oldest first."""
    ended: list[Job] = []
    while len(ended) < limit:
        job = Job.objects.filter(workspace=workspace, state=Job.State.QUEUED).order_by("created_at").first()
        if job is None:
            return ended
        ended.append(run_now(job))
    raise AssertionError(f"Jobs still wait after {limit} were run.")
