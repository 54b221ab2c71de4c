"""The distributed engine: messages carry ids only, the database is the truth, the broker may lose anything."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_shutting_down
from django.conf import settings
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trimtab.config.settings")

from apps.jobs import broker, shutdown

app = Celery("trimtab")
app.conf.update(
    broker_url=broker.url(),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        # Longer tasks are delivered twice, which the claim turns into nothing.
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    task_queues=(Queue("analysis"), Queue("training")),
    task_default_queue="analysis",
    task_create_missing_queues=False,
    task_routes={"jobs.analysis": {"queue": "analysis"}, "jobs.training": {"queue": "training"}},
    task_ignore_result=True,
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    result_backend=None,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    enable_utc=True,
    timezone="UTC",
)
app.set_default()
app.autodiscover_tasks(["apps.jobs"])


@setup_logging.connect
def _log_as_django_does(**_kwargs: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)


@worker_shutting_down.connect
def _hand_jobs_back(**_kwargs: Any) -> None:
    shutdown.begin()
