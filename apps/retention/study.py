"""The retention study: four parts from two kinds of research; one that cannot be estimated leaves the others be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext_noop as _

from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.research import selectors as research
from apps.research.current_price import current_price
from apps.retention.arrivals_part import arrivals_draft
from apps.retention.drafts import ARRIVALS, LINK, SATISFACTION, SURVIVAL, Draft, refusal
from apps.retention.link_part import link_draft
from apps.retention.satisfaction_part import satisfaction_draft
from apps.retention.subscription_log import subscription_log
from apps.retention.survey import satisfaction_survey
from apps.retention.survival_part import segment_drafts, survival_draft
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

Result = TypeVar("Result")
NOTHING_THERE = ("no_customers", "no_answers")


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


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate, the main reason, where no part could be estimated."""
    workspace = run.workspace
    attempts = Attempts()
    drafts = _drafts(run, workspace, attempts)
    observed = [draft for draft in drafts if draft.kind != LINK]
    if not observed:
        raise attempts.main_reason
    run.check()
    with run.finish() as result:
        kept: dict[str, Estimate] = {}
        for draft in drafts:
            kept[f"{draft.kind}:{draft.subject}"] = _record(run, workspace, draft, kept)
        result |= {"kept": {name: str(estimate.pk) for name, estimate in kept.items()}, "refused": attempts.refused}


def _drafts(run: JobRun, workspace: Workspace, attempts: Attempts) -> list[Draft]:
    run.progress(0, 5, _("Reading the survey and the subscription log"))
    survey = attempts.of(SATISFACTION, lambda: satisfaction_survey(workspace))
    log = attempts.of(SURVIVAL, lambda: subscription_log(workspace))
    if log is None:
        attempts.refused[ARRIVALS] = attempts.refused[SURVIVAL]
    run.progress(1, 5, _("Choosing the form of satisfaction"))
    satisfaction = attempts.of(SATISFACTION, lambda: satisfaction_draft(survey)) if survey else None
    run.progress(2, 5, _("Projecting how long customers stay"))
    survival = attempts.of(SURVIVAL, lambda: survival_draft(log)) if log else None
    segments = segment_drafts(log, survival) if log and survival else []
    run.progress(3, 5, _("Linking satisfaction to staying"))
    link = link_draft(survey, log, satisfaction)
    run.progress(4, 5, _("Counting new customers"))
    price = current_price(workspace)
    arrivals = attempts.of(ARRIVALS, lambda: arrivals_draft(log, price, workspace.currency)) if log else None
    return [draft for draft in (satisfaction, survival, *segments, link, arrivals) if draft is not None]


def _record(run: JobRun, workspace: Workspace, draft: Draft, kept: dict[str, Estimate]) -> Estimate:
    upstream = [InputRef.of(kept[f"{kind}:"]) for kind in draft.upstream if f"{kind}:" in kept]
    return estimates.record(
        workspace=workspace,
        kind=draft.kind,
        subject=draft.subject,
        grade=draft.grade,
        draws=draft.draws,
        figures=draft.figures,
        inputs=[*draft.inputs, *upstream],
        parameters=draft.parameters,
        diagnostics=draft.diagnostics,
        job_id=run.job_id,
        expires_at=research.expires_at(workspace, draft.sources),
    )
