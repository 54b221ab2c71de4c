from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.estimates.messages import reason
from apps.planning import page, selectors, services
from apps.planning.answers import world_of
from apps.planning.assumptions import ASSUMPTIONS
from apps.planning.example import SLIDERS, shown
from apps.planning.levers import LEVERS
from apps.planning.models import Scenario
from apps.planning.scenario_views import told
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

CHOSEN = ("price", "candidate", "months", *LEVERS)


@workspace_view(Role.VIEWER)
@require_GET
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "planning/forecast.html", page.forecast_page(_base(request), request.GET))


@workspace_view(Role.VIEWER)
@require_GET
def scenario_page(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    if scenario.is_example:
        return render(request, "planning/example.html", _example(scenario, request))
    return render(request, "planning/forecast.html", page.forecast_page(scenario, request.GET))


@workspace_view(Role.VIEWER)
@require_GET
def what_if(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    """The fragment that the sliders exchange; the same figures as the API's what-if."""
    scenario = selectors.scenario(request.workspace, scenario_id) if scenario_id else _base(request)
    if scenario.is_example:
        return render(request, "planning/example.html#answer", _example(scenario, request))
    try:
        world = world_of(scenario)
    except CannotEstimate as error:
        return render(request, "planning/forecast.html#answer", {"refusal": reason(error)})
    parts = page.answer_parts(scenario, world, request.GET)
    response = render(request, "planning/forecast.html#answer", parts | {"is_fragment": True})
    if parts["answer"]:
        # The address says where the levers stand, so that a reload or a colleague sees the same.
        asked = {name: request.GET[name] for name in CHOSEN if name in request.GET}
        response["HX-Replace-Url"] = f"{page.addresses(scenario)['page']}?{urlencode(asked)}"
    return response


@workspace_view(Role.EDITOR)
@require_POST
def run(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id) if scenario_id else None
    try:
        job = services.start(workspace=request.workspace, actor=request.user, scenario=scenario)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("planning:home", slug)
    return redirect("planning:scenario", slug, job.params["scenario_id"])


@workspace_view(Role.EDITOR)
@require_POST
def keep(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    """Keep the sliders as they stand."""
    scenario = _owned(request, scenario_id)
    if scenario.is_example:
        values: dict[str, Any] = {"assumptions": {key: request.POST.get(key) for key in SLIDERS}}
    else:
        values = {key: request.POST.get(key) for key in CHOSEN if key in request.POST}
    return told(
        request, lambda: services.change(scenario=scenario, values=values, actor=request.user), scenario, "what-if"
    )


@workspace_view(Role.EDITOR)
@require_POST
def assume(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    """Save the typed assumptions; ``undo`` names one that goes back to its default, or "all"."""
    scenario = _owned(request, scenario_id)
    undo = request.POST.get("undo", "")
    given = {key: request.POST.get(key, "") for key in ASSUMPTIONS if key in request.POST and key != undo}
    values = {"assumptions": {} if undo == "all" else given}
    return told(
        request, lambda: services.change(scenario=scenario, values=values, actor=request.user), scenario, "assumptions"
    )


def _base(request: WorkspaceRequest) -> Scenario:
    scenario = selectors.base(request.workspace)
    scenario.workspace = request.workspace
    return scenario


def _owned(request: WorkspaceRequest, scenario_id: int | None) -> Scenario:
    if scenario_id:
        return selectors.scenario(request.workspace, scenario_id)
    return services.base_scenario(workspace=request.workspace, actor=request.user)


def _example(scenario: Scenario, request: WorkspaceRequest) -> dict[str, Any]:
    given = {key: request.GET.get(key, scenario.assumptions.get(key)) for key in SLIDERS}
    try:
        told_ = shown(given)
    except Refused as refusal:
        return {"refusal": str(refusal), "example": shown(scenario.assumptions), **page.bar(scenario)}
    return {"example": told_, **page.bar(scenario)}
