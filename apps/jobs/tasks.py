"""The one background task. Its two names differ only in when the broker forgets the message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import shared_task

from apps.jobs.periodic import periodic


def _perform(task: Any, job_id: str) -> None:
    from apps.jobs.execution import perform

    perform(job_id=UUID(job_id), worker=f"{task.request.hostname}/{task.request.id}")


@shared_task(name="jobs.analysis", bind=True, acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def perform_analysis(task: Any, job_id: str) -> None:
    _perform(task, job_id)


# Acknowledged early: a visibility time-out re-delivered long trainings two or three times; the lease covers crashes.
@shared_task(name="jobs.training", bind=True, acks_late=False, ignore_result=True)
def perform_training(task: Any, job_id: str) -> None:
    _perform(task, job_id)


@periodic("jobs.clear_sessions", every=timedelta(days=1))
def clear_sessions(_now: datetime) -> None:
    from django.core.management import call_command

    call_command("clearsessions")
