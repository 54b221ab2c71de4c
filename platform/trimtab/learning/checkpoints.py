"""Checkpoints that are whole or absent: tensors as safetensors, the position as JSON, a manifest with hashes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from trimtab.learning.encoders import file_sha256

KEPT = 2
_NAME = re.compile(r"step-(\d{8})")


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on: ``tensors`` by name, and a ``position`` that JSON can hold."""

    step: int
    tensors: dict[str, torch.Tensor]
    position: dict[str, Any]


def save(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write under a temporary name, flush to the disk, rename; then remove all but the newest two."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".draft-{checkpoint.step:08d}-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    # Tied or sliced tensors cannot be stored; a contiguous copy on the CPU always can.
    save_file(
        {name: t.detach().cpu().contiguous() for name, t in checkpoint.tensors.items()}, draft / "tensors.safetensors"
    )
    (draft / "position.json").write_text(json.dumps(checkpoint.position), "utf-8")
    files = {path.name: file_sha256(path) for path in sorted(draft.iterdir())}
    (draft / "manifest.json").write_text(json.dumps({"step": checkpoint.step, "files": files}), "utf-8")
    for path in draft.iterdir():
        _flush(path)
    ready = folder / f"step-{checkpoint.step:08d}"
    shutil.rmtree(ready, ignore_errors=True)
    draft.rename(ready)
    _flush(folder)
    _remove_old(folder)
    return ready


def latest(folder: Path) -> Checkpoint | None:
    """The newest checkpoint whose files have the hashes that its manifest names; damaged ones are passed over."""
    for path in reversed(_finished(folder)):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return _load(path)
    return None


def _load(path: Path) -> Checkpoint:
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    if set(manifest["files"]) != {"tensors.safetensors", "position.json"}:
        raise ValueError("the manifest names other files")
    for name, sha256 in manifest["files"].items():
        if file_sha256(path / name) != sha256:
            raise ValueError(f"{name} is damaged")
    position = json.loads((path / "position.json").read_text("utf-8"))
    return Checkpoint(int(manifest["step"]), load_file(path / "tensors.safetensors"), position)


def _finished(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _remove_old(folder: Path) -> None:
    for path in _finished(folder)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".draft-*"):
        shutil.rmtree(path, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
