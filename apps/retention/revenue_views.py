from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.retention import revenue_charts, revenue_selectors, revenue_services
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

TABLE_MONTHS = 24


@require_safe
@workspace_view(Role.VIEWER)
def revenue(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = revenue_selectors.revenue_study(request.workspace)
    context: dict[str, Any] = {"study": study}
    if study.estimate is not None:
        context |= {
            "enough": revenue_selectors.enough(study.estimate),
            "movement_chart": revenue_charts.movement_bars(study.estimate),
            "revenue_chart": revenue_charts.revenue_line(study.estimate),
            "months": study.estimate.diagnostics["months"][: -TABLE_MONTHS - 1 : -1],
        }
    return render(request, "retention/revenue.html", context)


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        revenue_services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("retention:revenue", slug)
