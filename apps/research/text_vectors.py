"""Vectors of texts, kept on the disk by content: only a text that was never read before is read again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_noop as _

from apps.jobs.run import JobFailure, JobRun
from apps.workspaces.models import Workspace
from trimtab.learning.process import run_subprocess

MODULE = "trimtab.learning.embedding"
READING = _("Reading the texts")
DIED = _("Reading the texts stopped without a reason. Start it again.")


def vectors(run: JobRun, workspace: Workspace, texts: list[str], encoder: str) -> np.ndarray:
    """Float32 rows of length 1, one for each text, in their order: (N, H)."""
    folder = vectors_folder(workspace, encoder)
    keys = [text_key(text) for text in texts]
    known = _read(folder)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        fresh = embed(run, list(missing.values()), encoder, _pending(folder, list(missing)))
        _keep(folder, list(missing), fresh)
        known |= dict(zip(missing, fresh, strict=True))
        for left in folder.glob("pending-*"):
            shutil.rmtree(left, ignore_errors=True)
    return np.stack([known[key] for key in keys]).astype(np.float32)


def vectors_folder(workspace: Workspace, encoder: str) -> Path:
    return Path(settings.MEDIA_ROOT) / f"workspace-{workspace.pk}" / "vectors" / encoder


def text_key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def embed(run: JobRun, texts: list[str], encoder: str, folder: Path) -> np.ndarray:
    """Read the texts in a process of its own; a folder met before goes on where it stood."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "texts.jsonl", texts)
    config = {
        "encoder": encoder,
        "encoders_folder": str(settings.TRIMTAB_ENCODERS),
        "texts": "texts.jsonl",
        "output": "embeddings.npy",
        "threads": settings.TRIMTAB_THREADS,
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            run.progress(event["done"], event["of"], READING)

    def should_stop() -> bool:
        run.check()
        return False

    outcome = run_subprocess(
        MODULE, folder, on_event=on_event, should_stop=should_stop, threads=settings.TRIMTAB_THREADS
    )
    if outcome.state != "succeeded":
        raise JobFailure.of_child(outcome.error or {}, DIED)
    return np.load(folder / "embeddings.npy", allow_pickle=False)


def _pending(folder: Path, keys: list[bytes]) -> Path:
    """The same missing texts lead to the same folder, so that a killed job finds its chunks again."""
    return folder / f"pending-{hashlib.sha256(b''.join(keys)).hexdigest()[:32]}"


def _write_lines(path: Path, texts: list[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)


def _read(folder: Path) -> dict[bytes, np.ndarray]:
    known: dict[bytes, np.ndarray] = {}
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as archive:
            keys, rows = archive["keys"], archive["vectors"]
        known |= {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
    return known


def _keep(folder: Path, keys: list[bytes], rows: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    packed = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), 32)
    name = hashlib.sha256(packed.tobytes()).hexdigest()[:32]
    draft = folder / f".{name}-{os.getpid()}.draft"
    with draft.open("wb") as file:
        np.savez(file, keys=packed, vectors=rows.astype(np.float16))
    draft.replace(folder / f"{name}.npz")
