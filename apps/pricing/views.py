from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.estimates.models import Estimate
from apps.pricing import price_charts, selectors, services
from apps.pricing.forms import PriceForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = selectors.price_study(request.workspace)
    return render(request, "pricing/price.html", {"study": study} | _shown(study))


def _shown(study: selectors.PriceStudy) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if study.van_westendorp is not None:
        shown |= {"curves": price_charts.four_curves(study.van_westendorp)}
        if study.van_westendorp.diagnostics.get("acceptance"):
            shown["reach"] = price_charts.reach_curve(study.van_westendorp)
            shown["intent_revenue"] = price_charts.intent_revenue_curve(study.van_westendorp)
    if study.demand is not None:
        slider = selectors.slider(study.demand)
        shown |= {
            "worth": price_charts.worth_curve(study.demand),
            "revenue": price_charts.revenue_curve(study.demand),
            "enough": selectors.enough(study.demand),
            "slider": slider,
            "reading": selectors.read_price(study.demand, slider.start),
            "points": selectors.price_points(study.van_westendorp),
        }
    return shown


@require_safe
@workspace_view(Role.VIEWER)
def at_price(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to the price slider."""
    demand = selectors.demand(request.workspace)
    form = PriceForm(request.GET)
    if not form.is_valid():
        return render(request, "pricing/price.html#at_price", {"refusal": form.errors["price"][0]}, status=422)
    return render(request, "pricing/price.html#at_price", _reading(demand, form.cleaned_data["price"]))


def _reading(demand: Estimate, price: float) -> dict[str, Any]:
    return {"demand": demand, "reading": selectors.read_price(demand, price)}


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("pricing:home", slug)


@require_POST
@workspace_view(Role.EDITOR)
def swap(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.swap_columns(workspace=request.workspace, actor=request.user)
        messages.success(request, _("The columns were swapped. Run the study again when the import has ended."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("pricing:home", slug)
