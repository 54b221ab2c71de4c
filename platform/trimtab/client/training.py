"""The model lab: labelled texts, training runs, and the candidates that came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from trimtab.client.connection import Connection
from trimtab.client.estimates import Estimate
from trimtab.client.jobs import Job
from trimtab.client.records import Record


@dataclass(frozen=True, kw_only=True)
class Metric(Record):
    """A point of a training curve."""

    name: str
    step: int
    value: float
    candidate: int | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate(Record):
    """A trained model; ``report``, ``evaluation`` and ``against_today`` come with `Candidates.get`."""

    id: int
    run: int
    name: str
    method: str
    can_answer: bool = False
    artefact_sha256: str = ""
    evaluated_at: datetime | None = None
    report: dict[str, Any] | None = None
    evaluation: Estimate | None = None
    against_today: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingRun(Record):
    id: int
    labelled_set: int
    encoder: str
    methods: tuple[str, ...]
    seed: int = 0
    parameters: dict[str, Any]
    split: dict[str, int]
    candidates: tuple[int, ...]
    job: Job | None = None
    created_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"training-runs/{self.id}/"

    def refresh(self) -> TrainingRun:
        return TrainingRun.of(self.connection, self.connection.get(self._path))

    def cancel(self) -> Job:
        """Ask it to stop; it keeps a checkpoint."""
        return Job.of(self.connection, self.connection.post(f"{self._path}cancel/"))

    def retry(self) -> Job:
        """Go on from the last checkpoint."""
        return Job.of(self.connection, self.connection.post(f"{self._path}retry/"))

    def metrics(self) -> list[Metric]:
        return [Metric.of(self.connection, row) for row in self.connection.get(f"{self._path}metrics/")]

    def log(self) -> list[str]:
        """The last 500 lines of the training's log, oldest first."""
        return list(self.connection.get(f"{self._path}log/")["lines"])

    def delete(self) -> None:
        self.connection.delete(self._path)


@dataclass(frozen=True, kw_only=True)
class LabelledSet(Record):
    """Texts with their labels; ``problems`` that block make it not ``usable``."""

    id: int
    name: str
    rows: int
    usable: bool
    format: str = ""
    sha256: str = ""
    header: tuple[str, ...]
    columns: dict[str, str]
    labels: dict[str, int]
    problems: tuple[dict[str, Any], ...]
    encoder: str = ""
    today: dict[str, Any]
    simulated: bool = False
    uploaded_at: datetime | None = None

    @property
    def _path(self) -> str:
        return f"labelled-sets/{self.id}/"

    def set_columns(self, columns: dict[str, str], name: str = "") -> LabelledSet:
        body = {"columns": columns} | ({"name": name} if name else {})
        return LabelledSet.of(self.connection, self.connection.patch(self._path, body))

    def set_today(self, **facts: float) -> LabelledSet:
        """State today's ``accuracy``, ``latency_p50_ms``, ``latency_p95_ms``, ``cost_per_1000``; others go."""
        return LabelledSet.of(self.connection, self.connection.put(f"{self._path}today/", facts))

    def train(
        self,
        *,
        methods: Sequence[str] | None = None,
        encoder: str | None = None,
        parameters: dict[str, Any] | None = None,
        seed: int | None = None,
        idempotency_key: str | None = None,
    ) -> TrainingRun:
        """Train candidates and compare them; with the same key, a second call gives the first run.

        >>> run = labelled_set.train(methods=["linear", "lora"])
        >>> run.job.wait(progress=lambda job: print(job.progress.message))
        """
        body = {
            "labelled_set": self.id, "methods": list(methods) if methods is not None else None, "encoder": encoder,
            "parameters": parameters, "seed": seed, "idempotency_key": idempotency_key,
        }  # fmt: skip
        given = {name: value for name, value in body.items() if value is not None}
        return TrainingRun.of(self.connection, self.connection.post("training-runs/", given))

    def delete(self) -> None:
        self.connection.delete(self._path)


@dataclass(frozen=True)
class LabelledSets:
    connection: Connection

    def list(self, *, name: str | None = None) -> Iterator[LabelledSet]:
        for row in self.connection.pages("labelled-sets/", name=name):
            yield LabelledSet.of(self.connection, row)

    def get(self, set_id: int) -> LabelledSet:
        return LabelledSet.of(self.connection, self.connection.get(f"labelled-sets/{set_id}/"))

    def upload(self, file: str | PathLike[str], *, name: str = "", **columns: str) -> LabelledSet:
        """Upload labelled texts; ``text``, ``label``, ``predicted_today``, ``latency_today_ms`` name columns."""
        fields = ({"name": name} if name else {}) | columns
        return LabelledSet.of(self.connection, self.connection.upload("labelled-sets/", Path(file), fields))


@dataclass(frozen=True)
class TrainingRuns:
    connection: Connection

    def list(self, *, labelled_set: int | None = None) -> Iterator[TrainingRun]:
        for row in self.connection.pages("training-runs/", labelled_set=labelled_set):
            yield TrainingRun.of(self.connection, row)

    def get(self, run_id: int) -> TrainingRun:
        return TrainingRun.of(self.connection, self.connection.get(f"training-runs/{run_id}/"))


@dataclass(frozen=True)
class Candidates:
    connection: Connection

    def list(self, *, run: int | None = None, method: str | None = None) -> Iterator[Candidate]:
        for row in self.connection.pages("candidates/", run=run, method=method):
            yield Candidate.of(self.connection, row)

    def get(self, candidate_id: int) -> Candidate:
        """A candidate with its report, its estimate and its difference from today's model."""
        return Candidate.of(self.connection, self.connection.get(f"candidates/{candidate_id}/"))
