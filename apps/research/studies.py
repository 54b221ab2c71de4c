"""A study: a job that turns research rows into estimates, part by part, each kept or refused for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from apps.estimates import messages
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate, Grade
from apps.jobs.models import Job
from apps.research import selectors
from trimtab.economics.draws import Array, Figure
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

Result = TypeVar("Result")
WORLDS = 2000
NOTHING_THERE = ("no_customers", "no_answers")


@dataclass(frozen=True)
class Draft:
    """A part before it is kept: computed outside the transaction, written inside it.

    ``sources`` are the kinds of research rows behind it; ``upstream`` kinds of drafts of the same study that it uses.
    """

    kind: str
    grade: Grade
    draws: dict[str, Array]
    figures: list[Figure]
    parameters: dict[str, Any]
    diagnostics: dict[str, Any]
    inputs: tuple[InputRef, ...]
    sources: tuple[str, ...]
    subject: str = ""
    upstream: tuple[str, ...] = field(default=())


class Attempts:
    """Runs the parts one by one and keeps the reason of each that the data refuses."""

    def __init__(self) -> None:
        self.refused: dict[str, dict[str, Any]] = {}
        self.errors: list[CannotEstimate] = []

    def of(self, kind: str, work: Callable[[], Result]) -> Result | None:
        try:
            return work()
        except CannotEstimate as error:
            self.refused[kind] = refusal(error)
            self.errors.append(error)
            return None

    @property
    def main_reason(self) -> CannotEstimate:
        """The first that is about data which is there: that the other kind is missing explains less."""
        return min(self.errors, key=lambda error: error.code in NOTHING_THERE)


def keep(
    run: JobRun,
    drafts: Iterable[Draft],
    refused: dict[str, dict[str, Any]] | None = None,
    then: Callable[[], None] | None = None,
) -> None:
    """Record the drafts and end the job, in one transaction; a draft follows those that it uses.

    ``then`` is done in the same transaction, when all are kept.
    """
    run.check()
    with run.finish() as result:
        kept: dict[str, Estimate] = {}
        for draft in drafts:
            kept[f"{draft.kind}:{draft.subject}"] = _record(run, draft, kept)
        if then is not None:
            then()
        result |= {"kept": {name: str(estimate.pk) for name, estimate in kept.items()}, "refused": refused or {}}


def _record(run: JobRun, draft: Draft, kept: dict[str, Estimate]) -> Estimate:
    upstream = [InputRef.of(kept[f"{kind}:"]) for kind in draft.upstream if f"{kind}:" in kept]
    return estimates.record(
        workspace=run.workspace,
        kind=draft.kind,
        subject=draft.subject,
        grade=draft.grade,
        draws=draft.draws,
        figures=draft.figures,
        inputs=[*draft.inputs, *upstream],
        parameters=draft.parameters,
        diagnostics=draft.diagnostics,
        job_id=run.job_id,
        expires_at=selectors.expires_at(run.workspace, draft.sources),
    )


def refusal(error: CannotEstimate) -> dict[str, Any]:
    """A refusal as plain JSON, with its open template so that a page can say it in the reader's language."""
    return {
        "code": error.code,
        "message": error.template,
        "remedy": error.remedy_template,
        "params": {name: _plain(value) for name, value in error.params.items()},
    }


def refusal_text(reason: dict[str, Any]) -> str:
    """What ``refusal`` kept, in the reader's language."""
    return messages.reason(CannotEstimate(reason["code"], reason["message"], reason["remedy"], **reason["params"]))


def refused_parts(job: Job | None) -> dict[str, str]:
    """Why a study left parts out; keys are the kinds without their app, for templates."""
    reasons = job.result.get("refused", {}) if job is not None else {}
    return {kind.rpartition(".")[2]: refusal_text(reason) for kind, reason in reasons.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | bool) or value is None:
        return value
    return float(value)
