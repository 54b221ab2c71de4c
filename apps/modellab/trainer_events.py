"""What a child process says while it trains, turned into progress, curves and log lines under the job's lease."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from apps.jobs.run import JobCancelled, JobInterrupted, JobRun, JobStopped
from apps.modellab.models import TrainingMetric, TrainingRun
from apps.modellab.run_folders import log_file, log_tail

FLUSH_SECONDS = 1.0
WHOLE = 1000
NOT_A_CURVE = {"event", "step", "epoch", "seconds"}


class Listener:
    """Hears the children of one run; ``stop`` holds why they were asked to leave, once they were."""

    def __init__(self, run: JobRun, training: TrainingRun, stages: int) -> None:
        self.run = run
        self.training = training
        self.stages = stages
        self.stage, self.method, self.title = 0, "", ""
        self.stop: JobStopped | None = None
        self._waiting: dict[tuple[str, str, int], float] = {}
        self._flushed_at = time.monotonic()
        self._log = log_file(training)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._log.write_text("".join(f"{line}\n" for line in log_tail(training)), "utf-8")

    def begin(self, stage: int, method: str, title: str) -> None:
        self.stage, self.method, self.title = stage, method, title

    def on_event(self, event: dict[str, Any]) -> None:
        kind = event["event"]
        if kind == "progress":
            self._progress(event)
        elif kind == "metric":
            self._keep(self.method, event)
            if time.monotonic() - self._flushed_at >= FLUSH_SECONDS:
                self.flush()
        elif kind in ("log", "error"):
            self.log(str(event.get("message", "")))

    def should_stop(self) -> bool:
        """Whether a person or a shutdown asks the child to leave; a lost lease is raised, which kills it at once."""
        if self.stop is None:
            self._under_lease(self.run.check)
        return self.stop is not None

    def log(self, message: str) -> None:
        moment = timezone.localtime().strftime("%H:%M:%S")
        with self._log.open("a", encoding="utf-8") as file:
            for line in message.splitlines()[:20]:
                file.write(f"{moment} {self.method or 'run'}: {line[:1000]}\n")

    def flush(self) -> None:
        """Write the points that wait, in one transaction under the lease; a point that is known is replaced."""
        self._flushed_at = time.monotonic()
        if self._waiting and self.stop is None:
            self._under_lease(self._write)

    def recover(self, method: str, folder: Path) -> None:
        """Points that an earlier attempt measured but had not written when it was killed."""
        for event in _events(folder / "events.jsonl"):
            if event.get("event") == "metric":
                self._keep(method, event)
        self.flush()

    def raise_if_stopped(self) -> None:
        if self.stop is not None:
            raise self.stop

    def _under_lease(self, act: Any) -> None:
        try:
            act()
        except (JobCancelled, JobInterrupted) as stop:
            self.stop = stop

    def _progress(self, event: dict[str, Any]) -> None:
        if self.stop is not None:
            return
        share = min(1.0, float(event.get("done", 0)) / max(1.0, float(event.get("of", 1))))
        done = round(WHOLE * (self.stage + share) / self.stages)
        params = {"candidate": self.method, "at": event.get("done", 0), "last": event.get("of", 0)}
        self._under_lease(lambda: self.run.progress(done, WHOLE, self.title, **params))

    def _keep(self, method: str, event: dict[str, Any]) -> None:
        step = int(event.get("step", 0))
        for name, value in event.items():
            if name not in NOT_A_CURVE and isinstance(value, int | float) and value == value:
                self._waiting[method, name[:40], step] = float(value)

    def _write(self) -> None:
        points = [
            TrainingMetric(
                workspace_id=self.training.workspace_id, run=self.training, candidate=m, name=n, step=s, value=v
            )
            for (m, n, s), v in self._waiting.items()
        ]
        with self.run.step():
            TrainingMetric.objects.bulk_create(
                points,
                batch_size=200,
                update_conflicts=True,
                unique_fields=["run", "candidate", "name", "step"],
                update_fields=["value"],
            )
        self._waiting.clear()


def _events(path: Path) -> Iterable[dict[str, Any]]:
    """The whole lines of a file whose last line may have been cut by a kill."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
