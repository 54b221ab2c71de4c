"""Frozen features of many texts, kept chunk by chunk, so that work that was killed goes on where it stood."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from trimtab.learning.device import Compute
from trimtab.learning.text_encoder import encode


def unit_features(
    body: torch.nn.Module,
    rows: Sequence[Sequence[int]],
    pad_id: int,
    compute: Compute,
    *,
    folder: Path,
    encoder_key: str,
    chunk_size: int = 1024,
    on_rows: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """Unit features (N, H) of token rows; each chunk is a file in ``folder`` named by a hash of all that decides it."""
    folder.mkdir(parents=True, exist_ok=True)
    chunks = []
    for start in range(0, len(rows), chunk_size):
        part = rows[start : start + chunk_size]
        path = folder / f"{_key(part, encoder_key, compute)}.npy"
        found = _stored(path, len(part))
        if found is None:
            found = encode(body, part, pad_id, compute, on_batch=partial(_count, on_rows, start))
            _store(path, found)
        chunks.append(found)
        on_rows(start + len(part))
    return np.concatenate(chunks) if chunks else np.zeros((0, 0), dtype=np.float32)


def _count(on_rows: Callable[[int], None], before: int, done: int) -> None:
    on_rows(before + done)


def _key(rows: Sequence[Sequence[int]], encoder_key: str, compute: Compute) -> str:
    digest = hashlib.sha256(f"{encoder_key} {compute.device.type} {compute.precision}".encode())
    for row in rows:
        digest.update(np.asarray([len(row), *row], dtype=np.int64).tobytes())
    return digest.hexdigest()[:32]


def _stored(path: Path, rows: int) -> np.ndarray | None:
    with contextlib.suppress(OSError, ValueError, EOFError):
        found = np.load(path, allow_pickle=False)
        if found.ndim == 2 and len(found) == rows:
            return found
    return None


def _store(path: Path, features: np.ndarray) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        np.save(file, features, allow_pickle=False)
    draft.replace(path)
