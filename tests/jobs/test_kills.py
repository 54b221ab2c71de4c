"""The real broker and real workers, killed with SIGKILL in the middle: everything ends, and ends once."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs import kill_kinds
from tests.processes import Stack, wait_for

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("processes")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), extra_tasks="tests.jobs.kill_kinds")
    try:
        stack.manage("migrate", "--verbosity", "0")
        stack.write(kill_kinds.TABLE)
        yield stack.start()
    finally:
        stack.close()


def enqueue(stack: Stack, kind: str, *, jobs: int, steps: int, pause_seconds: float, **env: str) -> list[str]:
    params = {"steps": steps, "pause_seconds": pause_seconds}
    return stack.ask(
        "from apps.jobs.services import enqueue\n"
        f"jobs = [enqueue(workspace=None, kind={kind!r}, params={params!r}) for _ in range({jobs})]\n"
        "answer([str(job.id) for job in jobs])",
        **env,
    )


def steps_done(stack: Stack, job_ids: list[str]) -> int:
    return sum(len(effects(stack, job_id)) for job_id in job_ids)


def wait_for_steps(stack: Stack, job_ids: list[str], steps: int) -> None:
    wait_for(f"{steps} steps", lambda: steps_done(stack, job_ids) >= steps)


def effects(stack: Stack, job_id: str) -> list[int]:
    return [step for (step,) in stack.rows("SELECT step FROM kill_effects WHERE job = ? ORDER BY rowid", job_id)]


def wait_for_state(stack: Stack, job_ids: list[str], state: str) -> None:
    def all_there() -> bool:
        return all(stack.job(job_id)["state"] == state for job_id in job_ids)

    wait_for(f"all {len(job_ids)} jobs {state}", all_there, seconds=120)


def test_jobs_end_exactly_once_when_children_workers_broker_and_scheduler_are_killed(stack: Stack) -> None:
    short = enqueue(stack, "kill.count", jobs=12, steps=15, pause_seconds=0.03)
    long = enqueue(stack, "kill.train", jobs=1, steps=60, pause_seconds=0.05)
    both = short + long

    wait_for_steps(stack, both, 10)
    stack.kill_child("analysis")
    wait_for_steps(stack, long, 10)
    stack.kill_child("training")
    wait_for_steps(stack, both, 60)
    stack.kill("analysis")
    wait_for_steps(stack, both, 90)
    stack.kill("broker")
    stack.kill("scheduler")
    wait_for_steps(stack, long, 30)
    stack.kill("training")

    wait_for_state(stack, both, "succeeded")
    for job_id in short:
        assert effects(stack, job_id) == list(range(16))
    assert effects(stack, long[0]) == list(range(61))
    assert stack.job(long[0])["attempt"] >= 3
    assert json.loads(stack.job(long[0])["result"]) == {"steps": 60}


def test_a_job_asked_for_while_the_broker_is_out_of_reach_is_done_all_the_same(stack: Stack) -> None:
    nobody_there = "redis://127.0.0.1:1/0"
    jobs = enqueue(stack, "kill.count", jobs=2, steps=2, pause_seconds=0, REDIS_URL=nobody_there)
    wait_for_state(stack, jobs, "succeeded")
    assert [effects(stack, job_id) for job_id in jobs] == [[0, 1, 2]] * 2


def test_a_running_job_is_cancelled_only_when_its_work_has_let_go(stack: Stack) -> None:
    (job_id,) = enqueue(stack, "kill.train", jobs=1, steps=10_000, pause_seconds=0.02)
    wait_for_steps(stack, [job_id], 5)
    stack.ask(
        "from apps.jobs import models, services\n"
        f"answer(services.cancel(job=models.Job.objects.get(pk={job_id!r})).state)"
    )
    wait_for_state(stack, [job_id], "cancelled")
    done = effects(stack, job_id)
    assert json.loads(stack.job(job_id)["checkpoint"])["next"] == len(done)
    (other,) = enqueue(stack, "kill.train", jobs=1, steps=1, pause_seconds=0)
    wait_for_state(stack, [other], "succeeded")
    assert effects(stack, job_id) == done, "The cancelled work went on after the job said cancelled."


def test_a_second_supervisor_on_the_same_data_folder_refuses(stack: Stack) -> None:
    with pytest.raises(AssertionError, match="already runs on"):
        stack.manage("serve", "--web-processes", "0")
    assert stack.find("broker")


def test_stopping_and_starting_again_costs_a_job_no_try_and_goes_on_from_its_checkpoint(stack: Stack) -> None:
    (job_id,) = enqueue(stack, "kill.train", jobs=1, steps=60, pause_seconds=0.03)
    wait_for_steps(stack, [job_id], 5)
    stack.stop(signal.SIGINT)
    assert stack.everything() == []
    job = stack.job(job_id)
    assert (job["state"], job["attempt"]) == ("queued", 0)
    assert stack.rows("SELECT 1 FROM jobs_joblog WHERE message LIKE '%being restarted%'"), "The work let go by itself."

    stack.start()
    wait_for_state(stack, [job_id], "succeeded")
    assert effects(stack, job_id) == list(range(61))
    assert stack.job(job_id)["attempt"] == 1


def test_nothing_outlives_a_supervisor_that_is_killed(stack: Stack) -> None:
    assert len(stack.everything()) > 5
    stack.stop(signal.SIGKILL)
    wait_for("all processes of the stack to be gone", lambda: stack.everything() == [], seconds=10)


def test_data_paths_too_long_for_a_socket_are_served_from_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    address = Stack(deep).ask("from apps.jobs import broker\nanswer(broker.url())")
    assert len(address) < 120
    assert address == Stack(deep).ask("from apps.jobs import broker\nanswer(broker.url())")
