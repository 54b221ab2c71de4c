from __future__ import annotations

import pytest

from apps.choices import families, services
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.choices.choice_rows import choice_rows
from tests.research_rows import add_source


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def short(monkeypatch):
    """Short chains: the stories need a posterior, not a precise one."""
    monkeypatch.setattr(families, "SWEEPS", 800)
    monkeypatch.setattr(families, "BURN", 600)


@pytest.fixture
def survey(workspace):
    return add_source(workspace, SourceKind.CHOICES, choice_rows(people=100, tasks=8, seed=11))


@pytest.fixture
def study(workspace, owner, short):
    """Run the study on whatever is there and give the ended job."""
    return lambda: run_now(services.start(workspace=workspace, actor=owner))
