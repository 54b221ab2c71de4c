from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from apps.choices.choice_survey import answers, columns_of
from apps.choices.models import ChoiceStudy, Market
from apps.choices.study_settings import StudySettings, guessed, settled
from apps.choices.value_of_quality import value_of_quality, values_of_candidates
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.research import selectors as research
from apps.research.models import Source, SourceKind
from apps.research.studies import refused_parts
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate

__all__ = ["value_of_quality", "values_of_candidates"]

MODEL, BEST_OFFER = "choices.model", "choices.best_offer"


@dataclass(frozen=True)
class ChoiceStudyPage(jobs.WithLatestJob):
    """What the page shows: the fitted model, how many rows wait, the latest job, and why parts are missing."""

    model: Estimate | None
    rows: int
    job: Job | None
    refused: dict[str, str]

    @property
    def is_new(self) -> bool:
        return self.model is None


def choice_study(workspace: Workspace) -> ChoiceStudyPage:
    job = jobs.latest(workspace, MODEL)
    return ChoiceStudyPage(
        model=estimates.current(workspace, MODEL),
        rows=answers(workspace).count(),
        job=job,
        refused=refused_parts(job),
    )


def has_answers(workspace: Workspace) -> bool:
    return answers(workspace).exists()


def model(workspace: Workspace) -> Estimate:
    found = estimates.current(workspace, MODEL)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class SettingsPage:
    """How the answers are read now, whether that is the guess, and whether the last change can be taken back."""

    settings: StudySettings
    is_guess: bool
    can_undo: bool
    sources: list[Source]


def stored(workspace: Workspace) -> ChoiceStudy:
    """The study's row; an unsaved one where nobody has changed anything yet."""
    return ChoiceStudy.objects.filter(workspace=workspace).first() or ChoiceStudy(workspace=workspace)


def settings_page(workspace: Workspace) -> SettingsPage | None:
    """None where there are no answers to read."""
    study = stored(workspace)
    try:
        columns = columns_of(workspace)
    except CannotEstimate:
        return None
    return SettingsPage(
        settings=settled(study.settings, columns),
        is_guess=not study.settings,
        can_undo=bool(study.before),
        sources=list(research.imported(workspace, SourceKind.CHOICES)),
    )


def study_settings(workspace: Workspace) -> StudySettings:
    """Raises CannotEstimate("no_answers")."""
    return settled(stored(workspace).settings, columns_of(workspace))


def guess(workspace: Workspace) -> StudySettings:
    return guessed(columns_of(workspace))


def markets(workspace: Workspace) -> list[Market]:
    return list(Market.objects.filter(workspace=workspace))


def market(workspace: Workspace, market_id: int) -> Market:
    found = Market.objects.filter(workspace=workspace, pk=market_id).select_related("workspace").first()
    if found is None:
        raise Http404
    return found


def market_of_today(workspace: Workspace) -> Market | None:
    return Market.objects.filter(workspace=workspace, is_today=True).first()


def offers_of(market: Market) -> list[dict[str, Any]]:
    return [dict(offer) for offer in market.offers]
