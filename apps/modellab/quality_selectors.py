"""What the pages of errors and outcomes show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.modellab import selectors
from apps.modellab.models import Candidate, CandidateMethod, OutcomeExperiment, QualityMapping
from apps.modellab.outcome_kinds import ERROR_PRICE, LATENCY_LINK, QUALITY_LINK, STUDY, WEIGHING
from apps.modellab.outcome_rows import model_names, outcome_rows
from apps.modellab.quality_recording import mapping_of
from apps.research.studies import refused_parts
from apps.workspaces.models import Workspace

SHOWN_CLASSES = 100


@dataclass(frozen=True)
class Errors(jobs.WithLatestJob):
    """A candidate's quality beside today's, and what was set for the task."""

    candidate: Candidate
    estimate: Estimate | None
    today: Estimate | None
    mapping: QualityMapping
    job: Job | None

    @property
    def classes(self) -> list[dict[str, Any]]:
        return self.estimate.diagnostics.get("classes", [])[:SHOWN_CLASSES] if self.estimate else []

    @property
    def left_out(self) -> int:
        return len(self.estimate.diagnostics.get("classes", [])) - len(self.classes) if self.estimate else 0

    @property
    def segments(self) -> list[str]:
        """Named segments; none where all requests are taken together."""
        named = self.estimate.parameters.get("segments", []) if self.estimate else []
        return [name for name in named if name] if len(named) > 1 else []

    @property
    def thin(self) -> int:
        return sum(row["thin"] for row in self.classes)


@dataclass(frozen=True)
class OutcomeStudy(jobs.WithLatestJob):
    """The links and prices from outcomes, what was refused of them, and what waits to be studied."""

    rows: int
    models: list[str]
    quality: Estimate | None
    latency: Estimate | None
    price: Estimate | None
    experiments: dict[str, OutcomeExperiment]
    job: Job | None
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return not (self.quality or self.latency or self.price)


def errors(candidate: Candidate) -> Errors:
    labelled_set = candidate.run.labelled_set
    beside = candidate.run.candidates.filter(method=CandidateMethod.TODAY).first()
    return Errors(
        candidate=candidate,
        estimate=selectors.quality(candidate),
        today=selectors.quality(beside) if beside is not None and beside.pk != candidate.pk else None,
        mapping=mapping_of(labelled_set),
        job=jobs.latest(candidate.workspace, WEIGHING, str(labelled_set.pk)),
    )


def outcome_study(workspace: Workspace) -> OutcomeStudy:
    job = jobs.latest(workspace, STUDY)
    found = OutcomeExperiment.objects.filter(workspace=workspace).select_related("first_candidate", "second_candidate")
    return OutcomeStudy(
        rows=outcome_rows(workspace).count(),
        models=model_names(workspace),
        quality=estimates.current(workspace, QUALITY_LINK),
        latency=estimates.current(workspace, LATENCY_LINK),
        price=estimates.current(workspace, ERROR_PRICE),
        experiments={one.changed: one for one in found},
        job=job,
        refused={name.replace(":", "_"): text for name, text in refused_parts(job).items()},
    )
