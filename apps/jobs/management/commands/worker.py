from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from apps.jobs.registry import QUEUES


class Command(BaseCommand):
    help = "Run a worker on one queue. The training queue works on one job at a time, each in a fresh process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", choices=QUEUES, required=True)
        parser.add_argument("--name", default="", help="the worker's name, unique on this machine")
        parser.add_argument("--children", type=int, default=2, help="jobs at a time, for the analysis queue")

    def handle(self, *args: Any, **options: Any) -> None:
        queue = options["queue"]
        one_by_one = ["--concurrency=1", "--max-tasks-per-child=1"]
        several = [f"--concurrency={max(1, options['children'])}", "--max-tasks-per-child=100"]
        current_app.worker_main(
            [
                "worker",
                "--pool=prefork",
                f"--queues={queue}",
                f"--hostname={options['name'] or queue}@%h",
                "--loglevel=INFO",
                "--prefetch-multiplier=1",
                "--without-gossip",
                "--without-mingle",
                *(one_by_one if queue == "training" else several),
            ]
        )
