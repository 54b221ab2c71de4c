from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.workspaces.access import Role, WorkspaceRequest, workspace_view


@workspace_view(Role.VIEWER)
@require_GET
def overview(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "dashboards/overview.html")
