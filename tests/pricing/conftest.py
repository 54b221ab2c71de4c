from __future__ import annotations

import numpy as np
import pytest

from apps.jobs.testing import run_now
from apps.pricing import services
from apps.research.models import SourceKind
from apps.workspaces import services as workspaces
from apps.workspaces.models import User
from tests.research_rows import add_source, price_rows


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def answers():
    """60 people with rising prices around 20 to 60, and three who contradict themselves."""
    rng = np.random.default_rng(4)
    most = np.exp(rng.normal(np.log(40), 0.3, 60))
    good = np.round(np.column_stack([0.4 * most, 0.6 * most, 0.85 * most, 1.1 * most]), 2)
    return np.vstack([good, [[30, 20, 40, 50], [10, 20, 20, 30], [50, 40, 30, 20]]])


@pytest.fixture
def survey(workspace, answers):
    segments = ["small" if place % 2 else "large" for place in range(len(answers))]
    return add_source(workspace, SourceKind.PRICES, price_rows(answers, segments=segments))


@pytest.fixture
def study(workspace, owner):
    """Run the study on whatever is there and give the ended job."""
    return lambda: run_now(services.start(workspace=workspace, actor=owner))
