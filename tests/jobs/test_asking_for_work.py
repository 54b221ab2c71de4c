"""Enqueue, cancel and retry as people and other apps use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from unittest import mock

import pytest
from django.utils import timezone

from apps.jobs import leases, publishing, reaper, selectors, services
from apps.jobs.models import Job
from apps.jobs.run import JobFailure, JobRun
from apps.jobs.testing import run_now
from apps.workspaces.errors import Refused
from apps.workspaces.models import AuditEntry, Role, User, Workspace

Kind = Callable[..., str]


@pytest.fixture
def sent() -> object:
    with mock.patch.object(publishing, "publish", return_value=True) as publish:
        yield publish


def test_a_job_is_sent_to_the_broker_only_after_its_row_is_committed(
    workspace: Workspace, kind: Kind, sent: mock.Mock, django_capture_on_commit_callbacks: Callable
) -> None:
    name = kind(lambda run: None, queue="training")
    with django_capture_on_commit_callbacks() as callbacks:
        job = services.enqueue(workspace=workspace, kind=name, params={})
        sent.assert_not_called()
    callbacks[0]()
    sent.assert_called_once_with(job_id=job.pk, queue="training")


def test_the_same_key_in_one_workspace_is_the_same_job(
    workspace: Workspace, other_workspace: Workspace, kind: Kind
) -> None:
    name = kind(lambda run: None)
    first = services.enqueue(workspace=workspace, kind=name, params={}, idempotency_key="k")
    assert services.enqueue(workspace=workspace, kind=name, params={}, idempotency_key="k") == first
    assert services.enqueue(workspace=other_workspace, kind=name, params={}, idempotency_key="k") != first


def test_the_same_key_is_the_same_platform_job_too(db: None, kind: Kind) -> None:
    name = kind(lambda run: None)
    first = services.enqueue(workspace=None, kind=name, params={}, idempotency_key="k")
    assert services.enqueue(workspace=None, kind=name, params={}, idempotency_key="k") == first
    assert Job.objects.count() == 1


def test_jobs_without_a_key_are_different_jobs(workspace: Workspace, kind: Kind) -> None:
    name = kind(lambda run: None)
    assert services.enqueue(workspace=workspace, kind=name, params={}) != services.enqueue(
        workspace=workspace, kind=name, params={}
    )


def test_a_key_of_another_kind_is_refused(workspace: Workspace, kind: Kind) -> None:
    services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={}, idempotency_key="k")
    with pytest.raises(Refused) as refusal:
        services.enqueue(workspace=workspace, kind=kind(lambda run: None, "test.other"), params={}, idempotency_key="k")
    assert refusal.value.code == "idempotency_key_reused"


def test_a_kind_that_no_app_registers_is_a_mistake_of_the_caller(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match=r"no\.such"):
        services.enqueue(workspace=workspace, kind="no.such", params={})


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(
    workspace: Workspace, kind: Kind, member: Callable[[Role], User]
) -> None:
    job = services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={})
    services.cancel(job=job, actor=member(Role.EDITOR))
    assert job.state == Job.State.CANCELLED
    assert leases.claim(job_id=job.pk, worker="w", now=timezone.now()) is None
    assert AuditEntry.objects.get().action == "job.cancelled"


def test_a_running_job_says_cancelled_only_after_its_work_let_go(workspace: Workspace, kind: Kind) -> None:
    seen = []

    def work(run: JobRun) -> None:
        job = Job.objects.get(pk=run.job_id)
        services.cancel(job=job)
        seen.append((job.state, job.is_cancelling))
        run.check()

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    assert seen == [(Job.State.RUNNING, True)]
    assert job.state == Job.State.CANCELLED


def test_work_that_never_looks_up_is_stopped_at_its_last_transaction(workspace: Workspace, kind: Kind) -> None:
    def work(run: JobRun) -> None:
        services.cancel(job=Job.objects.get(pk=run.job_id))
        with run.finish():
            Workspace.objects.filter(pk=run.workspace.pk).update(name="Changed")

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    workspace.refresh_from_db()
    assert (job.state, workspace.name) == (Job.State.CANCELLED, "Ours")


def test_cancelling_twice_changes_nothing_and_an_ended_job_refuses(workspace: Workspace, kind: Kind) -> None:
    job = services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={})
    assert services.cancel(job=services.cancel(job=job)).state == Job.State.CANCELLED
    done = run_now(services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={}))
    with pytest.raises(Refused, match="already ended"):
        services.cancel(job=done)


def test_a_failed_job_tried_again_keeps_its_checkpoint_and_gets_fresh_tries(workspace: Workspace, kind: Kind) -> None:
    def work(run: JobRun) -> dict[str, int]:
        if "rows" not in run.checkpoint:
            with run.step({"rows": 7}):
                pass
            raise JobFailure("disk_full", "The disk is full: %(free)s left.", free="3 MB")
        return {"rows": run.checkpoint["rows"]}

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    assert (job.state, job.error_code, job.error_text) == ("failed", "disk_full", "The disk is full: 3 MB left.")
    job = services.retry(job=job)
    assert (job.state, job.attempt, job.error_text) == ("queued", 0, "")
    job = run_now(job)
    assert (job.state, job.result) == ("succeeded", {"rows": 7})


def test_only_a_failed_or_cancelled_job_can_be_tried_again(workspace: Workspace, kind: Kind) -> None:
    job = services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={})
    with pytest.raises(Refused, match="failed or cancelled"):
        services.retry(job=job)
    with pytest.raises(Refused, match="failed or cancelled"):
        services.retry(job=run_now(job))


def test_the_latest_job_is_found_by_kind_and_subject(workspace: Workspace, kind: Kind) -> None:
    name = kind(lambda run: None)
    first = services.enqueue(workspace=workspace, kind=name, params={"subject": "a"})
    second = services.enqueue(workspace=workspace, kind=name, params={"subject": "b"})
    assert selectors.latest(workspace, name) == second
    assert selectors.latest(workspace, name, "a") == first
    assert selectors.latest(workspace, name, "c") is None


def test_a_forgotten_job_is_sent_again_at_growing_intervals(workspace: Workspace, kind: Kind, sent: mock.Mock) -> None:
    start = timezone.now()
    services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={}, now=start)
    sent_at = []
    for second in range(0, 1200, 5):
        sent.reset_mock()
        reaper.reap(now=start + timedelta(seconds=second))
        sent_at += [second] * sent.call_count
    gaps = [later - earlier for earlier, later in pairwise(sent_at)]
    assert sent_at[0] == 10
    assert gaps == sorted(gaps)
    assert max(gaps) == publishing.LONGEST_WAIT.total_seconds()


def test_one_round_sends_no_more_than_the_broker_can_bear(workspace: Workspace, kind: Kind, sent: mock.Mock) -> None:
    name, start = kind(lambda run: None), timezone.now()
    for _ in range(publishing.SENT_AT_ONCE + 5):
        services.enqueue(workspace=workspace, kind=name, params={}, now=start)
    assert publishing.republish(now=start + timedelta(hours=1)) == publishing.SENT_AT_ONCE
    with mock.patch.object(publishing.broker, "depth", return_value=publishing.CROWDED + 1):
        assert publishing.republish(now=start + timedelta(hours=1)) == 0


def test_a_broker_that_is_down_ends_the_round_and_the_job_stays_due(
    workspace: Workspace, kind: Kind, sent: mock.Mock
) -> None:
    start = timezone.now()
    services.enqueue(workspace=workspace, kind=kind(lambda run: None), params={}, now=start)
    sent.return_value = False
    assert publishing.republish(now=start + timedelta(minutes=1)) == 0
    sent.return_value = True
    assert publishing.republish(now=start + timedelta(minutes=1)) == 1
