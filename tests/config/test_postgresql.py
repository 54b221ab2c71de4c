"""The product on PostgreSQL and Redis: migrated, and jobs done once by real workers, one of which is killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.processes import Stack, wait_for
from tests.servers import missing, servers

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("processes")]
READ = """
import os
from django.db import connection
from apps.jobs.models import Job
job = Job.objects.get(pk=os.environ["JOB"])
with connection.cursor() as cursor:
    cursor.execute("SELECT step FROM kill_effects WHERE job = %s", [str(job.pk)])
    steps = [step for (step,) in cursor.fetchall()]
answer({"state": job.state, "steps": steps, "attempt": job.attempt})
"""
MAKE_TABLE = (
    "from django.db import connection\n"
    "from tests.jobs.kill_kinds import TABLE\n"
    "with connection.cursor() as cursor: cursor.execute(TABLE)\n"
    "answer(connection.vendor)"
)


@pytest.fixture
def stack(tmp_path) -> Iterator[Stack]:
    if reason := missing():
        pytest.skip(reason)
    with servers() as addresses:
        stack = Stack(tmp_path, extra_tasks="tests.jobs.kill_kinds", env=addresses)
        try:
            stack.manage("migrate", "--verbosity", "0")
            assert stack.ask(MAKE_TABLE) == "postgresql"
            yield stack.start()
        finally:
            stack.close()


def told(stack: Stack, job_id: str) -> dict[str, object]:
    return stack.ask(
        READ,
        JOB=job_id,
    )


def enqueue(stack: Stack, kind: str, steps: int, pause_seconds: float) -> str:
    params = {"steps": steps, "pause_seconds": pause_seconds}
    return stack.ask(
        "from apps.jobs.services import enqueue\n"
        f"answer(str(enqueue(workspace=None, kind={kind!r}, params={params!r}).pk))"
    )


def test_jobs_end_once_on_postgresql_and_redis_though_a_worker_is_killed(stack: Stack) -> None:
    short = enqueue(stack, "kill.count", 3, 0)
    long = enqueue(stack, "kill.train", 200, 0.05)
    wait_for("some steps", lambda: told(stack, long)["steps"])
    stack.kill("training")
    for job_id, steps in ((short, 3), (long, 200)):
        wait_for("the job's end", lambda job_id=job_id: told(stack, job_id)["state"] == "succeeded", seconds=120)
        assert sorted(told(stack, job_id)["steps"]) == list(range(steps + 1))
    assert told(stack, long)["attempt"] >= 2
    assert not stack.database.exists(), "nothing of it lies in SQLite"
    assert stack.find("broker") is None
