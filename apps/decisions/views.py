from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.decisions import page, selectors
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, request.GET.get("scenario"))
    return render(request, "decisions/options.html", page.options_page(scenario))
