"""What a worker may write, and what it may not once its lease is gone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone, translation

from apps.jobs import execution, leases, reaper, reasons, services, shutdown
from apps.jobs.models import Job, JobLog
from apps.jobs.run import JobRun, LeaseLost
from apps.jobs.testing import run_now, run_waiting
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate

Kind = Callable[..., str]
Claimed = Callable[[Job], JobRun]
LONG_AFTER = timedelta(minutes=10)


@pytest.fixture
def job(workspace: Workspace, kind: Kind) -> Job:
    return services.enqueue(workspace=workspace, kind=kind(lambda run: {"answer": 42}), params={"a": 1})


def half_done(transaction: AbstractContextManager[Any]) -> None:
    with transaction:
        Workspace.objects.update(name="Half done")
        raise ZeroDivisionError


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_claimed_once_however_often_its_id_is_delivered(job: Job) -> None:
    now = timezone.now()
    assert leases.claim(job_id=job.pk, worker="one", now=now) is not None
    assert leases.claim(job_id=job.pk, worker="two", now=now) is None


def test_a_delivery_after_the_end_does_nothing(job: Job) -> None:
    done = run_now(job)
    execution.perform(job_id=job.pk, worker="late")
    assert fresh(job).finished_at == done.finished_at


def test_what_the_work_returns_is_the_result(job: Job) -> None:
    done = run_now(job)
    assert (done.state, done.result, done.lease_token) == (Job.State.SUCCEEDED, {"answer": 42}, None)


def test_what_the_work_returns_after_its_own_finish_is_the_result_too(workspace: Workspace, kind: Kind) -> None:
    def work(run: JobRun) -> dict[str, int]:
        with run.finish():
            pass
        return {"answer": 42}

    assert run_now(services.enqueue(workspace=workspace, kind=kind(work), params={})).result == {"answer": 42}


def test_a_worker_whose_lease_was_given_to_another_writes_nothing(job: Job, claimed: Claimed) -> None:
    slow = claimed(job)
    reaper.reap(now=timezone.now() + LONG_AFTER)
    quick = claimed(job)

    with pytest.raises(LeaseLost), slow.step({"from": "slow"}):
        pytest.fail("The step must not begin.")
    with pytest.raises(LeaseLost), slow.finish({"from": "slow"}):
        pytest.fail("The last transaction must not begin.")
    with pytest.raises(LeaseLost):
        slow.check()
    now = timezone.now()
    assert not leases.fail(slow.lease, code="x", message="x", params={}, now=now)
    assert not leases.cancelled(slow.lease, now=now)
    assert not leases.hand_back(slow.lease, now=now)
    assert not leases.try_again(slow.lease, error="x", now=now)

    with quick.finish({"from": "quick"}):
        pass
    assert fresh(job).result == {"from": "quick"}


def test_an_effect_and_its_checkpoint_are_kept_together_or_not_at_all(job: Job, claimed: Claimed) -> None:
    run = claimed(job)
    with pytest.raises(ZeroDivisionError):
        half_done(run.step({"rows": 5}))
    assert (fresh(job).checkpoint, run.checkpoint) == ({}, {})
    assert Workspace.objects.get().name == "Ours"


def test_an_effect_whose_last_transaction_breaks_leaves_the_job_running(job: Job, claimed: Claimed) -> None:
    run = claimed(job)
    with pytest.raises(ZeroDivisionError):
        half_done(run.finish())
    assert fresh(job).state == Job.State.RUNNING
    assert Workspace.objects.get().name == "Ours"


def test_progress_is_written_at_most_every_half_second(
    job: Job, claimed: Claimed, django_assert_max_num_queries: Callable
) -> None:
    run = claimed(job)
    with django_assert_max_num_queries(4):
        for done in range(1000):
            run.progress(done, 1000, "Row %(row)s", row=done)
    assert fresh(job).progress_text == "Row 0"


def test_every_sign_of_life_extends_the_lease(job: Job, claimed: Claimed) -> None:
    run = claimed(job)
    Job.objects.update(lease_expires_at=timezone.now())
    run.check()
    assert reaper.reap(now=timezone.now()).returned == 0


def test_a_lost_job_goes_back_to_the_queue_until_its_tries_are_used_up(job: Job, claimed: Claimed) -> None:
    states = []
    for _ in range(job.max_attempts):
        claimed(job)
        reaper.reap(now=timezone.now() + LONG_AFTER)
        states.append(fresh(job).state)
    assert states == ["queued"] * (job.max_attempts - 1) + ["failed"]
    assert fresh(job).error_code == "worker_lost"
    assert "out of memory" in fresh(job).error_text


def test_a_lost_job_that_was_being_cancelled_is_cancelled(job: Job, claimed: Claimed) -> None:
    claimed(job)
    services.cancel(job=job)
    reaper.reap(now=timezone.now() + LONG_AFTER)
    assert fresh(job).state == Job.State.CANCELLED


def test_passing_trouble_is_tried_again_and_then_explained(workspace: Workspace, kind: Kind) -> None:
    def work(run: JobRun) -> None:
        raise OperationalError("database is locked")

    job = services.enqueue(workspace=workspace, kind=kind(work, max_attempts=2), params={})
    execution.perform(job_id=job.pk, worker="w")
    assert fresh(job).state == Job.State.QUEUED
    execution.perform(job_id=job.pk, worker="w")
    assert (fresh(job).state, fresh(job).error_code) == (Job.State.FAILED, "tried_too_often")
    assert "database is locked" in fresh(job).error_text


def test_a_mistake_in_the_code_fails_at_once(workspace: Workspace, kind: Kind) -> None:
    job = services.enqueue(workspace=workspace, kind=kind(lambda run: 1 / 0), params={})
    execution.perform(job_id=job.pk, worker="w")
    assert (fresh(job).state, fresh(job).error_code) == (Job.State.FAILED, "unexpected")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (
            CannotEstimate("too_few", "Only %(n)s answers.", "Ask %(more)s more.", n=3, more=27),
            "too_few",
            "Only 3 answers. Ask 27 more.",
        ),
        (Refused("no_rows", "The file has no rows.", remedy="Upload another."), "no_rows", "The file has no rows."),
    ],
)
def test_a_refusal_of_a_service_or_a_method_is_the_reason_shown(
    workspace: Workspace, kind: Kind, error: Exception, code: str, text: str
) -> None:
    def work(run: JobRun) -> None:
        raise error

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    assert (job.state, job.error_code) == (Job.State.FAILED, code)
    assert job.error_text.startswith(text)


def test_a_kind_that_this_worker_does_not_know_fails_plainly(workspace: Workspace) -> None:
    job = Job.objects.create(workspace=workspace, kind="of.tomorrow", queue="analysis")
    execution.perform(job_id=job.pk, worker="w")
    assert fresh(job).error_code == "unknown_kind"
    assert "of.tomorrow" in fresh(job).error_text


def test_a_worker_that_shuts_down_hands_its_job_back_at_no_cost(
    workspace: Workspace, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(run: JobRun) -> None:
        with run.step({"rows": 3}):
            pass
        monkeypatch.setattr(shutdown, "begun", lambda: True)
        run.check()

    job = services.enqueue(workspace=workspace, kind=kind(work), params={})
    execution.perform(job_id=job.pk, worker="w")
    assert (fresh(job).state, fresh(job).attempt, fresh(job).checkpoint) == (Job.State.QUEUED, 0, {"rows": 3})


def test_jobs_of_a_worker_known_to_be_dead_need_not_wait_for_their_lease(job: Job) -> None:
    now = timezone.now()
    leases.claim(job_id=job.pk, worker="analysis-1@here/x", now=now)
    assert leases.give_up_on_worker(worker="analysis-2@", now=now) == 0
    assert leases.give_up_on_worker(worker="analysis-1@", now=now) == 1
    assert reaper.reap(now=now).returned == 1


def test_jobs_of_a_worker_stopped_on_purpose_wait_again_at_no_cost(job: Job) -> None:
    leases.claim(job_id=job.pk, worker="analysis-1@here/x", now=timezone.now())
    assert leases.take_back_from_worker(worker="analysis-1@", now=timezone.now()) == 1
    assert (fresh(job).state, fresh(job).attempt) == (Job.State.QUEUED, 0)


def test_a_job_may_ask_for_the_next_one_with_its_own_effect(workspace: Workspace, kind: Kind) -> None:
    following = kind(lambda run: None, "test.following")

    def work(run: JobRun) -> None:
        with run.finish():
            services.enqueue(workspace=run.workspace, kind=following, params={})

    services.enqueue(workspace=workspace, kind=kind(work), params={})
    assert [(job.kind, job.state) for job in run_waiting(workspace)] == [
        ("test.kind", "succeeded"),
        (following, "succeeded"),
    ]


def test_a_mistake_in_a_kind_is_raised_in_tests(workspace: Workspace, kind: Kind) -> None:
    job = services.enqueue(workspace=workspace, kind=kind(lambda run: 1 / 0), params={})
    with pytest.raises(ZeroDivisionError):
        run_now(job)


def test_lines_of_the_work_are_kept_in_order(workspace: Workspace, kind: Kind) -> None:
    def work(run: JobRun) -> None:
        run.log("Epoch %(epoch)s", epoch=1)
        run.log("Epoch %(epoch)s", epoch=2, level=JobLog.Level.WARNING)

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    assert [line.text for line in job.log.all()] == ["Epoch 1", "Epoch 2"]


def test_a_reason_is_shown_in_the_readers_language() -> None:
    refusal = CannotEstimate("test_code", "Yes", "No", rows=3)
    with translation.override("zh-hans"):
        assert reasons.translated(reasons.told(refusal), refusal.params) == "是 否"


def test_a_translation_with_a_misspelt_place_still_shows() -> None:
    assert reasons.translated("Only %(rows)s rows", {"row": 1}) == "Only %(rows)s rows"
    assert reasons.translated("", {}) == ""
