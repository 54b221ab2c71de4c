from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.estimates.models import Estimate
from apps.pricing import plans_charts, plans_selectors, services
from apps.pricing.forms import PlansForm
from apps.pricing.menu_names import MENU_NAMES
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def plans(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = plans_selectors.plans_study(request.workspace)
    return _page(request, study, PlansForm(initial=_last(study.plans)))


def _page(
    request: WorkspaceRequest, study: plans_selectors.PlansStudy, form: PlansForm, status: int = 200
) -> HttpResponse:
    shown: dict[str, Any] = {"study": study, "form": form}
    if study.plans is not None:
        shown |= {
            "menus": [menu | {"name": MENU_NAMES[menu["kind"]]} for menu in study.plans.diagnostics["menus"]],
            "advised": MENU_NAMES[study.plans.parameters["advised"]],
            "margins": plans_charts.margins(study.plans),
            "by_flat_price": plans_charts.by_flat_price(study.plans),
            "heavy_users": plans_charts.heavy_users(study.plans),
        }
    return render(request, "pricing/plans.html", shown, status=status)


def _last(estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {}
    used = estimate.parameters
    typed = {"cost_per_1000_tokens": used["cost_per_1000_tokens"]} if used["cost_is_typed"] else {}
    return typed | {"returns": used["returns"]}


@require_POST
@workspace_view(Role.EDITOR)
def run_plans(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = PlansForm(request.POST)
    if not form.is_valid():
        return _page(request, plans_selectors.plans_study(request.workspace), form, status=422)
    try:
        services.start_plans(workspace=request.workspace, actor=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("pricing:plans", slug)
