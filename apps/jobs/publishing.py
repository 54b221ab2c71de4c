"""Sending job ids to the broker. It may lose them: the row is the truth, and the scheduler sends again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

from apps.jobs import broker
from apps.jobs.models import Job

log = structlog.get_logger(__name__)

LONGEST_WAIT = timedelta(minutes=5)
SENT_AT_ONCE = 100
CROWDED = 500
TASK_NAMES = {"analysis": "jobs.analysis", "training": "jobs.training"}


def publish(*, job_id: UUID, queue: str) -> bool:
    """True when the broker took the id. A broker that is down costs a moment, never an error."""
    if not broker.is_reachable():  # asked first, as Celery's own attempts take six seconds to give up
        log.warning("job.broker_out_of_reach", job_id=str(job_id), queue=queue)
        return False
    try:
        current_app.send_task(TASK_NAMES[queue], args=[str(job_id)], queue=queue, retry=False, ignore_result=True)
    except Exception as error:  # kombu and redis raise a wide family
        log.warning("job.publish_failed", job_id=str(job_id), queue=queue, error=str(error))
        return False
    return True


def publish_on_commit(job: Job) -> None:
    transaction.on_commit(partial(publish, job_id=job.pk, queue=job.queue))


def wait_before_sending_again(publish_count: int) -> timedelta:
    """Doubles each time: a re-sending without brake once drowned the broker."""
    first = timedelta(seconds=2 * settings.JOB_REAP_SECONDS)
    return min(first * 2 ** min(publish_count, 10), LONGEST_WAIT)


def republish(*, now: datetime) -> int:
    """Send the ids of jobs that still wait; returns how many went out."""
    sent = 0
    due = Job.objects.filter(state=Job.State.QUEUED, publish_after__lte=now).order_by("publish_after")
    if not due.exists():
        return 0
    crowded = {queue for queue in TASK_NAMES if broker.depth(queue) > CROWDED}
    for job in due.exclude(queue__in=crowded).only("id", "queue", "publish_count", "publish_after")[:SENT_AT_ONCE]:
        if not publish(job_id=job.pk, queue=job.queue):
            break
        Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, publish_after=job.publish_after).update(
            publish_count=job.publish_count + 1,
            publish_after=now + wait_before_sending_again(job.publish_count + 1),
        )
        sent += 1
    return sent
