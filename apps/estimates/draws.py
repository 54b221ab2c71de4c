"""Draws as files: compressed numpy archives without pickles, known by their hash."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from trimtab.economics.draws import Array


def packed(draws: dict[str, Array]) -> bytes:
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {name: np.asarray(values, dtype=np.float32) for name, values in draws.items()}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def write(path: str, draws: dict[str, Array]) -> tuple[str, str]:
    """Keep the draws under ``path``; returns the name in the storage and the SHA-256 of the content."""
    content = packed(draws)
    return default_storage.save(path, ContentFile(content)), hashlib.sha256(content).hexdigest()


def read(name: str) -> dict[str, Array]:
    with default_storage.open(name) as file, np.load(io.BytesIO(file.read()), allow_pickle=False) as archive:
        return {key: archive[key].astype(float) for key in archive.files}
