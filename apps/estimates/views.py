from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.estimates import selectors
from apps.estimates.formulas import explanation
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view


@workspace_view(Role.VIEWER)
@require_GET
def detail(request: WorkspaceRequest, slug: str, estimate_id: UUID) -> HttpResponse:
    estimate = get_object_or_404(selectors.of_workspace(request.workspace), pk=estimate_id)
    context = {
        "estimate": estimate,
        "inputs": selectors.inputs(estimate),
        "moves": selectors.figures_moved_by(request.workspace, "estimate", str(estimate.pk)),
        "versions": selectors.history(request.workspace, estimate.kind, estimate.subject)[:20],
        "staleness": selectors.staleness(estimate),
        "explanation": explanation(estimate.formula),
    }
    return render(request, "estimates/detail.html", context)


@workspace_view(Role.VIEWER)
@require_GET
def index(request: WorkspaceRequest, slug: str) -> HttpResponse:
    estimates = selectors.of_workspace(request.workspace).filter(is_current=True).order_by("kind", "subject")
    return render(request, "estimates/list.html", {"estimates": estimates})
