from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from apps.jobs.testing import run_now
from apps.research import services
from apps.workspaces import services as workspaces
from apps.workspaces.models import User


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return workspaces.create_workspace(name="Northwind", owner=owner, currency="EUR")


@pytest.fixture
def upload(workspace, owner):
    """Upload a text or bytes as a source of a kind."""

    def upload(kind, content, name="rows.csv"):
        data = content.encode() if isinstance(content, str) else content
        return services.upload(workspace=workspace, kind=kind, file=ContentFile(data, name=name), actor=owner).source

    return upload


@pytest.fixture
def bring_in(upload, owner):
    """Upload, take the guessed columns, and import."""

    def bring_in(kind, content, **changes):
        source = upload(kind, content)
        if changes:
            columns = source.columns | changes.pop("columns", {})
            services.set_columns(source=source, columns=columns, actor=owner, **changes)
        run_now(services.start_import(source=source, actor=owner))
        source.refresh_from_db()
        return source

    return bring_in
