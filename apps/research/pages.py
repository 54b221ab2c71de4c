"""Where the pages of research rows are, for the evidence of figures."""

from __future__ import annotations

from django.urls import reverse

from apps.research import selectors
from apps.workspaces.models import Workspace


def source_page(workspace: Workspace, object_id: str) -> str | None:
    if not selectors.sources(workspace).filter(pk=object_id).exists():
        return None
    return reverse("research:source", args=[workspace.slug, object_id])


def feedback_page(workspace: Workspace, object_id: str) -> str | None:
    if not selectors.feedback(workspace).filter(pk=object_id).exists():
        return None
    return reverse("research:feedback-item", args=[workspace.slug, object_id])
