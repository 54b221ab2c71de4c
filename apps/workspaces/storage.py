"""Where a workspace's files lie: names are ours, never the uploader's."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.core.files.base import File

from apps.workspaces.models import Workspace


def workspace_path(workspace: Workspace, room: str, suffix: str = "") -> str:
    """A fresh name in the workspace's folder, as ``<workspace>/<room>/<random><suffix>``."""
    return str(PurePosixPath(f"workspace-{workspace.pk}") / room / f"{uuid.uuid4().hex}{suffix}")


def sha256_of(chunks: Iterable[bytes]) -> str:
    hashed = hashlib.sha256()
    for chunk in chunks:
        hashed.update(chunk)
    return hashed.hexdigest()


def file_sha256(file: File) -> str:
    file.seek(0)
    result = sha256_of(file.chunks())
    file.seek(0)
    return result
