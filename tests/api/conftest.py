from __future__ import annotations

import pytest

from apps.workspaces import services
from apps.workspaces.models import Role
from tests.furnished import furnish


@pytest.fixture
def mine(db):
    return furnish("mine")


@pytest.fixture
def bearer(mine):
    """The header of a token that may do everything in its own workspace."""
    _token, text = services.create_token(workspace=mine["workspace"], user=mine["owner"], name="t", role=Role.OWNER)
    return {"Authorization": f"Bearer {text}"}
