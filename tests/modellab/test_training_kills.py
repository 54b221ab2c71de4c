"""Workers, their trainers and the broker killed with SIGKILL in the middle of a training: it resumes, and ends once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.modellab.conftest import as_csv, made_rows
from tests.modellab.tiny_encoder import write_tiny_encoder
from tests.processes import Stack, wait_for

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.xdist_group("processes")]

START = """
from django.core.files.base import ContentFile
from apps.modellab import services
from apps.workspaces.models import Workspace
workspace, _made = Workspace.objects.get_or_create(slug="ours", defaults={{"name": "Ours"}})
file = ContentFile(open({file!r}, "rb").read(), name="tickets.csv")
found = services.upload_set(workspace=workspace, file=file, actor=None)
parameters = {{"max_steps": {steps}, "checkpoint_steps": 25, "metric_steps": 5, "evaluation_steps": 1000,
              "batch_size": 4, "epochs": 100, "latency_requests": 10}}
run, job = services.start_run(workspace=workspace, labelled_set=found, actor=None, methods=["full"], encoder="tiny",
                              parameters=parameters)
answer([run.pk, str(job.pk)])
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    encoders = tmp_path_factory.mktemp("encoders")
    write_tiny_encoder(encoders / "tiny")
    stack = Stack(tmp_path_factory.mktemp("stack"), env={"TRIMTAB_ENCODERS": str(encoders), "TRIMTAB_THREADS": "1"})
    try:
        (stack.data / "tickets.csv").write_bytes(as_csv(made_rows()).read())
        stack.manage("migrate", "--verbosity", "0")
        yield stack.start()
    finally:
        stack.close()


@pytest.fixture
def start(stack: Stack):
    def start(steps: int) -> tuple[int, str]:
        run, job = stack.ask(START.format(file=str(stack.data / "tickets.csv"), steps=steps))
        return run, job

    return start


def steps_of(stack: Stack, run: int) -> list[int]:
    sql = "SELECT step FROM modellab_trainingmetric WHERE run_id = ? AND name = 'loss' ORDER BY step"
    return [step for (step,) in stack.rows(sql, run)]


def trainers(stack: Stack) -> list[psutil.Process]:
    found = []
    for process in stack.everything():
        try:
            if "trimtab.learning.trainer" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def checkpoints(stack: Stack, run: int) -> list[Path]:
    folders = (stack.data / "files").glob(f"workspace-*/runs/{run}/full/checkpoints/step-*/manifest.json")
    return sorted(folders)


def log_of(stack: Stack, run: int) -> str:
    (path,) = (stack.data / "files").glob(f"workspace-*/runs/{run}/log.txt")
    return path.read_text()


def state(stack: Stack, job: str) -> str:
    return stack.job(job)["state"]


def test_a_killed_worker_and_broker_cost_no_step_and_the_run_ends_once(stack: Stack, start) -> None:
    run, job = start(900)
    wait_for("a first checkpoint", lambda: checkpoints(stack, run), seconds=120)
    (trainer,) = trainers(stack)
    stack.kill_child("training")
    wait_for("the trainer to die with its worker", lambda: not trainer.is_running() or trainer.status() == "zombie")
    wait_for("a second attempt", lambda: stack.job(job)["attempt"] >= 2)
    before = len(steps_of(stack, run))
    wait_for("the training to go on", lambda: len(steps_of(stack, run)) > before + 2, seconds=120)
    stack.kill("broker")
    wait_for("the end", lambda: state(stack, job) == "succeeded", seconds=200)

    assert steps_of(stack, run) == list(range(5, 901, 5))
    log = log_of(stack, run)
    assert "Attempt 2 begins." in log
    assert "Going on from the checkpoint at step" in log
    ((report,),) = stack.rows("SELECT report FROM modellab_candidate WHERE run_id = ? AND method = 'full'", run)
    assert json.loads(report)["training"]["resumed_at_step"] > 0
    assert json.loads(report)["training"]["steps"] == 900
    kinds = "SELECT kind, COUNT(*) FROM estimates_estimate GROUP BY kind ORDER BY kind"
    assert stack.rows(kinds) == [("modellab.evaluation", 2), ("modellab.quality", 2)]
    assert trainers(stack) == []


def test_a_cancelled_run_is_gone_when_it_says_so_and_goes_on_when_retried(stack: Stack, start) -> None:
    run, job = start(1500)
    wait_for("some steps", lambda: len(steps_of(stack, run)) > 3, seconds=120)
    act = "from apps.modellab import models, services\nrun = models.TrainingRun.objects.get(pk={run})\n"
    stack.ask(act.format(run=run) + "answer(services.cancel_run(run=run).state)")
    wait_for("the cancelling", lambda: state(stack, job) == "cancelled", seconds=60)
    assert trainers(stack) == []
    assert checkpoints(stack, run), "A cancelled training keeps a checkpoint."
    reached = steps_of(stack, run)[-1]
    assert reached < 1500

    stack.ask(act.format(run=run) + "answer(services.retry_run(run=run).state)")
    wait_for("the end", lambda: state(stack, job) == "succeeded", seconds=200)
    assert steps_of(stack, run) == list(range(5, 1501, 5))
    ((report,),) = stack.rows("SELECT report FROM modellab_candidate WHERE run_id = ? AND method = 'full'", run)
    assert json.loads(report)["training"]["resumed_at_step"] >= 1
