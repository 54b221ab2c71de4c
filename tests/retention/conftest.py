from __future__ import annotations

import pytest

from apps.jobs.testing import run_now
from apps.retention import services
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.research_rows import load_sample
from trimtab.sample_company import generate


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def study(workspace, owner):
    """Run the study on whatever is there and give the ended job."""
    return lambda: run_now(services.start(workspace=workspace, actor=owner))


@pytest.fixture(scope="session")
def sample_sheets():
    return generate(scale=0.25)


@pytest.fixture
def sample(workspace, sample_sheets):
    load_sample(workspace, sample_sheets)
    return sample_sheets
