from __future__ import annotations

import pytest

from apps.adoption import services
from apps.adoption.adoption_settings import AdoptionSettings
from apps.jobs.testing import run_now
from apps.workspaces import services as workspaces
from apps.workspaces.models import User


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def study(workspace, owner):
    """Run the study with these settings and give the ended job."""
    return lambda **given: run_now(services.start(workspace=workspace, settings=AdoptionSettings(**given), actor=owner))
