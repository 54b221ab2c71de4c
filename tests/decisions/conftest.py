import pytest

from apps.workspaces.models import User
from apps.workspaces.services import create_workspace


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def browser(client, owner, workspace):
    """The owner, signed in."""
    client.force_login(owner)
    return client
