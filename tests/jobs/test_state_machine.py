"""The job's states under any order of events: rivals, late writers, kills, cancels, retries and a lossy broker."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from unittest import mock
from uuid import UUID

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import data as choices
from hypothesis.strategies import sampled_from

from apps.jobs import leases, publishing, reaper, registry, services
from apps.jobs.errors import JobStopped
from apps.jobs.models import Job, JobLog
from apps.jobs.registry import JobKind
from apps.jobs.run import JobRun
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace

EFFECT = "the effect"


class Jobs(RuleBasedStateMachine):
    """``holders`` are workers that believe they hold a job, whether or not they still do."""

    @initialize()
    def begin(self) -> None:
        # One transaction for each example; what it wrote goes away with it.
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.now = timezone.now()
        self.workspace = Workspace.objects.create(name="W", slug="w")
        self.holders: list[JobRun] = []
        # In the order of asking: ids are random, and a replay must choose alike.
        self.made: list[UUID] = []
        self.delivered: list[UUID] = []
        self.ended: dict[UUID, str] = {}
        self._patches = [
            mock.patch.object(publishing, "publish", self._send),
            mock.patch.object(publishing.broker, "depth", return_value=0),
            mock.patch.dict(registry._kinds, {"machine": JobKind("machine", "analysis", "M", lambda run: None)}),
        ]
        for patch in self._patches:
            patch.start()

    def _send(self, *, job_id: UUID, queue: str) -> bool:
        self.delivered.append(job_id)
        return True

    def _clock(self) -> datetime:
        return self.now

    @rule(key=sampled_from(["", "a", "b"]))
    def ask_for_work(self, key: str) -> None:
        job = services.enqueue(
            workspace=self.workspace, kind="machine", params={}, idempotency_key=key or None, now=self.now
        )
        if job.pk not in self.made:
            self.made.append(job.pk)

    @precondition(lambda self: self.made)
    @rule(choose=choices())
    def a_message_is_delivered_however_often_and_late(self, choose: choices) -> None:
        job = leases.claim(job_id=choose.draw(sampled_from(self.made)), worker="w", now=self.now)
        if job is not None:
            self.holders.append(JobRun(job, now=self._clock))

    @precondition(lambda self: self.holders)
    @rule(choose=choices(), how=sampled_from(["step", "finish", "fail", "cancelled", "hand_back", "again"]))
    def a_holder_writes_if_and_only_if_it_still_holds_the_lease(self, choose: choices, how: str) -> None:
        run = choose.draw(sampled_from(self.holders))
        token, cancelling = Job.objects.values_list("lease_token", "cancel_requested_at").get(pk=run.job_id)
        rightful = token == run.lease.token
        if how in ("step", "finish"):
            rightful = rightful and cancelling is None
        assert self._write(run, how) == rightful

    def _write(self, run: JobRun, how: str) -> bool:
        try:
            if how == "step":
                with run.step({"steps": run.checkpoint.get("steps", 0) + 1}):
                    return True
            if how == "finish":
                with run.finish({"by": str(run.lease.token)}):
                    JobLog.objects.create(job_id=run.job_id, message=EFFECT)
                    return True
        except JobStopped:
            return False
        if how == "fail":
            return leases.fail(run.lease, code="x", message="x", params={}, now=self.now)
        if how == "again":
            return leases.try_again(run.lease, error="x", now=self.now)
        return getattr(leases, how)(run.lease, now=self.now)

    @precondition(lambda self: self.holders)
    @rule(choose=choices())
    def a_worker_dies(self, choose: choices) -> None:
        self.holders.remove(choose.draw(sampled_from(self.holders)))

    @precondition(lambda self: self.holders)
    @rule(choose=choices())
    def a_slow_worker_is_overtaken(self, choose: choices) -> None:
        slow = choose.draw(sampled_from(self.holders))
        self.now += timedelta(minutes=5)
        reaper.reap(now=self.now)
        job = leases.claim(job_id=slow.job_id, worker="w", now=self.now)
        if job is not None:
            self.holders.append(JobRun(job, now=self._clock))

    @rule(seconds=sampled_from([1, 10, 31, 200]))
    def time_passes_and_the_reaper_comes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        reaper.reap(now=self.now)

    @precondition(lambda self: self.made)
    @rule(choose=choices(), verb=sampled_from(["cancel", "retry"]))
    def a_person_intervenes(self, choose: choices, verb: str) -> None:
        job = Job.objects.get(pk=choose.draw(sampled_from(self.made)))
        try:
            getattr(services, verb)(job=job, now=self.now)
        except Refused:
            return
        if verb == "retry":
            self.ended.pop(job.pk, None)

    @invariant()
    def an_effect_exists_exactly_where_the_job_succeeded(self) -> None:
        if hasattr(self, "now"):
            for job in Job.objects.all():
                effects = JobLog.objects.filter(job=job, message=EFFECT).count()
                assert effects == (1 if job.state == Job.State.SUCCEEDED else 0), job.state

    @invariant()
    def an_ended_job_stays_as_it_ended(self) -> None:
        if hasattr(self, "now"):
            for job in Job.objects.all():
                assert self.ended.get(job.pk, job.state) == job.state
                assert job.is_ended == (job.finished_at is not None)
                if job.is_ended:
                    self.ended[job.pk] = job.state

    @invariant()
    def tries_are_bounded(self) -> None:
        if hasattr(self, "now"):
            for job in Job.objects.all():
                assert 0 <= job.attempt <= job.max_attempts

    @invariant()
    def one_key_is_one_job(self) -> None:
        if hasattr(self, "now"):
            keys = Counter(Job.objects.exclude(idempotency_key="").values_list("idempotency_key", flat=True))
            assert all(count == 1 for count in keys.values())

    def teardown(self) -> None:
        if not hasattr(self, "now"):
            return
        try:
            self._nothing_is_lost()
        finally:
            for patch in self._patches:
                patch.stop()
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    def _nothing_is_lost(self) -> None:
        """However it went, a healthy worker and the reaper bring every job to an end."""
        self.holders.clear()
        for _ in range(20):
            self.delivered.clear()
            self.now += timedelta(minutes=10)
            reaper.reap(now=self.now)
            for job_id in self.delivered:
                job = leases.claim(job_id=job_id, worker="w", now=self.now)
                if job is not None:
                    with JobRun(job, now=self._clock).finish():
                        JobLog.objects.create(job=job, message=EFFECT)
        assert all(job.is_ended for job in Job.objects.all())
        self.an_effect_exists_exactly_where_the_job_succeeded()


@pytest.mark.django_db
@override_settings(JOB_MAX_ATTEMPTS=3)
class TestJobs(Jobs.TestCase, TestCase):
    settings = settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
