"""Job kinds for the kill tests: stepped work whose every effect is a row in a table without any constraint."""

from __future__ import annotations

import time

from django.db import connection

from apps.jobs.registry import job_kind
from apps.jobs.run import JobRun

TABLE = "CREATE TABLE kill_effects (job TEXT, step INTEGER)"


def _write(run: JobRun, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kill_effects (job, step) VALUES (%s, %s)", [str(run.job_id), step])


def _count(run: JobRun) -> None:
    steps, pause_seconds = run.params["steps"], run.params["pause_seconds"]
    for step in range(run.checkpoint.get("next", 0), steps):
        run.progress(step, steps, "Counting")
        with run.step() as checkpoint:
            _write(run, step)
            checkpoint["next"] = step + 1
        time.sleep(pause_seconds)
    with run.finish({"steps": steps}):
        _write(run, steps)


@job_kind("kill.count", queue="analysis", title="Count")
def count(run: JobRun) -> None:
    _count(run)


@job_kind("kill.train", queue="training", title="Count on the training queue")
def train(run: JobRun) -> None:
    _count(run)
