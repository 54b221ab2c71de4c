"""The retention study: four parts from two kinds of research; one that cannot be estimated leaves the others be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as _

from apps.research.current_price import current_price
from apps.research.studies import Attempts, Draft, keep
from apps.retention.arrivals_part import arrivals_draft
from apps.retention.experiment_selectors import experiments
from apps.retention.kinds import ARRIVALS, LINK, SATISFACTION, SURVIVAL
from apps.retention.link_part import link_draft
from apps.retention.satisfaction_part import satisfaction_draft
from apps.retention.subscription_log import subscription_log
from apps.retention.survey import satisfaction_survey
from apps.retention.survival_part import segment_drafts, survival_draft
from apps.workspaces.models import Workspace

if TYPE_CHECKING:
    from apps.jobs.run import JobRun


def run_study(run: JobRun) -> None:
    """Raises CannotEstimate, the main reason, where no part could be estimated."""
    attempts = Attempts()
    drafts = _drafts(run, run.workspace, attempts)
    if all(draft.kind == LINK for draft in drafts):
        raise attempts.main_reason
    keep(run, drafts, attempts.refused)


def _drafts(run: JobRun, workspace: Workspace, attempts: Attempts) -> list[Draft]:
    run.progress(0, 5, _("Reading the survey and the subscription log"))
    survey = attempts.of(SATISFACTION, lambda: satisfaction_survey(workspace))
    log = attempts.of(SURVIVAL, lambda: subscription_log(workspace))
    if log is None:
        attempts.refused[ARRIVALS] = attempts.refused[SURVIVAL]
    run.progress(1, 5, _("Choosing the form of satisfaction"))
    satisfaction = attempts.of(SATISFACTION, lambda: satisfaction_draft(survey, log)) if survey else None
    run.progress(2, 5, _("Projecting how long customers stay"))
    survival = attempts.of(SURVIVAL, lambda: survival_draft(log)) if log else None
    segments = segment_drafts(log, survival) if log and survival else []
    run.progress(3, 5, _("Linking satisfaction to staying"))
    link = link_draft(survey, log, satisfaction, list(experiments(workspace)))
    run.progress(4, 5, _("Counting new customers"))
    price = current_price(workspace)
    arrivals = attempts.of(ARRIVALS, lambda: arrivals_draft(log, price, workspace.currency)) if log else None
    return [draft for draft in (satisfaction, survival, *segments, link, arrivals) if draft is not None]
