from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from apps.jobs import leases, registry
from apps.jobs.models import Job
from apps.jobs.registry import JobKind
from apps.jobs.run import JobRun
from apps.workspaces.models import Membership, Role, User, Workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Ours", slug="ours")


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Theirs", slug="theirs")


@pytest.fixture
def member(workspace: Workspace) -> Callable[[Role], User]:
    def make(role: Role) -> User:
        user = User.objects.create_user(f"{role.name.lower()}@example.com", "a long enough passphrase")
        Membership.objects.create(workspace=workspace, user=user, role=role)
        return user

    return make


@pytest.fixture
def kind() -> Iterator[Callable[..., str]]:
    """Register a kind of job for one test."""
    known = dict(registry._kinds)

    def register(work: Callable[[JobRun], Any], name: str = "test.kind", **options: Any) -> str:
        spec = {"queue": "analysis", "title": "A test", **options}
        registry._kinds[name] = JobKind(name=name, work=work, **spec)
        return name

    yield register
    registry._kinds.clear()
    registry._kinds.update(known)


@pytest.fixture
def claimed() -> Callable[[Job], JobRun]:
    def claim(job: Job) -> JobRun:
        taken = leases.claim(job_id=job.pk, worker="a worker", now=timezone.now())
        assert taken is not None
        return JobRun(taken)

    return claim
