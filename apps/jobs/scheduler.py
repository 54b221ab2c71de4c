"""The loop that returns lost jobs to the queue and runs recurring duties.

Not celery beat: beat can only send messages, and the jobs must be rescued while the broker is down or forgetful.
"""

from __future__ import annotations

import threading

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from apps.jobs.periodic import due
from apps.jobs.reaper import reap

log = structlog.get_logger(__name__)


def run(stop: threading.Event) -> None:
    """A round every few seconds until ``stop`` is set; no failure of a round ends the loop."""
    log.info("scheduler.started", reap_seconds=settings.JOB_REAP_SECONDS)
    while not stop.is_set():
        turn()
        stop.wait(settings.JOB_REAP_SECONDS)
    log.info("scheduler.stopped")


def turn() -> None:
    close_old_connections()
    now = timezone.now()
    try:
        reaping = reap(now=now)
        if any((reaping.returned, reaping.failed, reaping.cancelled, reaping.published)):
            log.info("scheduler.reaped", **vars(reaping))
        for duty in due(now=now):
            log.debug("scheduler.duty", name=duty.name)
            duty.duty(now)
    except DatabaseError as error:
        log.warning("scheduler.database_trouble", error=str(error))
        connection.close()
    except Exception:
        log.exception("scheduler.round_failed")
