from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.research import kano_page, kano_selectors, kano_services
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def kano(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = kano_selectors.kano_study(request.workspace)
    return render(request, "research/needs/kano.html", {"study": study} | kano_page.shown(study))


@require_POST
@workspace_view(Role.EDITOR)
def run_kano(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        kano_services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("research:needs-kano", slug)
