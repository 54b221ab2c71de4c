"""A served workspace, its client, and a worker that works while the client waits."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from apps.jobs.testing import run_waiting
from apps.workspaces.models import Role, User
from apps.workspaces.services import create_token, create_workspace
from trimtab.client import Trimtab, jobs


@pytest.fixture
def owner(transactional_db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def token(workspace, owner):
    return create_token(workspace=workspace, user=owner, name="notebook", role=Role.EDITOR)[1]


@pytest.fixture
def t(live_server, token):
    return Trimtab(live_server.url, token=token)


@pytest.fixture
def worker(monkeypatch, workspace):
    """Jobs that wait are run while the client sleeps between two looks at its own."""
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: run_waiting(workspace))
    monkeypatch.setattr(jobs, "time", clock)
