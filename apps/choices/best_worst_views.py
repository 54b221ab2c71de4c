from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.choices import best_worst_page, best_worst_selectors, best_worst_services
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def best_worst(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = best_worst_selectors.best_worst_study(request.workspace)
    return render(request, "choices/best_worst.html", {"study": study} | best_worst_page.shown(study))


@require_POST
@workspace_view(Role.EDITOR)
def run_best_worst(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        best_worst_services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("choices:best-worst", slug)
