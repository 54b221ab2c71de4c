from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse

from apps.retention.experiment_evidence import ALL, Told, content_sha256, told_by
from apps.retention.models import Experiment
from apps.workspaces.models import Workspace


def experiments(workspace: Workspace) -> QuerySet[Experiment]:
    return Experiment.objects.filter(workspace=workspace)


def told(workspace: Workspace) -> list[Told]:
    return told_by(experiments(workspace))


def contents_of(workspace: Workspace, object_ids: Iterable[str]) -> dict[str, str]:
    """The hash of all experiments together; none where there is none any more."""
    rows = list(experiments(workspace))
    return {ALL: content_sha256(rows)} if rows and ALL in set(object_ids) else {}


def page_of(workspace: Workspace, object_id: str) -> str | None:
    return reverse("retention:experiments", args=[workspace.slug])
