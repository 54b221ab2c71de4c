from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.pricing import ladder_charts, ladder_selectors, price_charts, selectors, services
from apps.pricing.forms import UnitCostForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def ladder(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = ladder_selectors.ladder_study(request.workspace)
    shown: dict[str, Any] = {"study": study}
    if study.ladder is not None:
        shown |= {
            "demand_chart": ladder_charts.demand_curve(study.ladder),
            "revenue_chart": price_charts.revenue_curve(study.ladder),
            "enough": selectors.enough(study.ladder),
            "reading": ladder_selectors.profit_at(study.ladder, 0.0),
        }
    return render(request, "pricing/ladder.html", shown)


@require_safe
@workspace_view(Role.VIEWER)
def profit(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to the field of costs."""
    estimate = ladder_selectors.ladder(request.workspace)
    form = UnitCostForm(request.GET)
    if not form.is_valid():
        refusal = {"refusal": form.errors["unit_cost"][0]}
        return render(request, "pricing/ladder.html#profit", refusal, status=422)
    reading = ladder_selectors.profit_at(estimate, form.cleaned_data["unit_cost"])
    return render(request, "pricing/ladder.html#profit", {"reading": reading})


@require_POST
@workspace_view(Role.EDITOR)
def run_ladder(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.start_ladder(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("pricing:ladder", slug)
