from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from apps.choices.models import ChoiceDesign
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.workspaces.models import Workspace

DESIGN = "choices.design"


@dataclass(frozen=True)
class DesignPage(jobs.WithLatestJob):
    """One design and the job that makes it."""

    design: ChoiceDesign
    job: Job | None


def designs(workspace: Workspace) -> QuerySet[ChoiceDesign]:
    """Newest first, without what they show."""
    return ChoiceDesign.objects.filter(workspace=workspace).defer("shown")


def design(workspace: Workspace, design_id: int) -> ChoiceDesign:
    found = ChoiceDesign.objects.filter(workspace=workspace, pk=design_id).select_related("workspace").first()
    if found is None:
        raise Http404
    return found


def design_page(workspace: Workspace, design_id: int) -> DesignPage:
    found = design(workspace, design_id)
    return DesignPage(found, jobs.latest(workspace, DESIGN, str(found.pk)))
