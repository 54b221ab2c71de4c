"""Where a training run lies on the disk: one folder by the run's number, so that every attempt finds the last one's."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from apps.modellab.models import Candidate, TrainingRun

LOG_LINES = 500
_TAIL_BYTES = 200_000


def files_root() -> Path:
    return Path(settings.TRIMTAB_DATA) / "files"


def run_folder(run: TrainingRun) -> Path:
    return files_root() / f"workspace-{run.workspace_id}" / "runs" / str(run.pk)


def artefact_folder(candidate: Candidate) -> Path:
    return files_root() / candidate.artefact


def log_file(run: TrainingRun) -> Path:
    return run_folder(run) / "log.txt"


def log_tail(run: TrainingRun, lines: int = LOG_LINES) -> list[str]:
    """The last lines of the run's log, oldest first."""
    try:
        with log_file(run).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return text.splitlines()[-lines:]


def forget(workspace_id: int, run_id: int) -> None:
    shutil.rmtree(files_root() / f"workspace-{workspace_id}" / "runs" / str(run_id), ignore_errors=True)
