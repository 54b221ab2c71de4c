from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.estimates.messages import reason
from apps.planning import page, selectors, services
from apps.planning.answers import world_of
from apps.planning.assumptions import ASSUMPTIONS
from apps.planning.example import SLIDERS, shown
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate


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
    return render(request, "planning/forecast.html#answer", page.answer_parts(scenario, world, request.GET))


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
def new(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _told(
        request,
        lambda: services.create(workspace=request.workspace, name=request.POST.get("name", ""), actor=request.user),
    )


@workspace_view(Role.EDITOR)
@require_POST
def open_example(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _told(request, lambda: services.open_example(workspace=request.workspace, actor=request.user))


@workspace_view(Role.EDITOR)
@require_POST
def rename(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return _told(
        request,
        lambda: services.rename(scenario=scenario, name=request.POST.get("name", ""), actor=request.user),
        scenario,
    )


@workspace_view(Role.EDITOR)
@require_POST
def copy(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return _told(request, lambda: services.copy(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def delete(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    services.delete(scenario=selectors.scenario(request.workspace, scenario_id), actor=request.user)
    messages.success(request, _("The scenario is deleted. Its results stay as evidence."))
    return redirect("planning:home", slug)


@workspace_view(Role.EDITOR)
@require_POST
def keep(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    """Keep the sliders as they stand."""
    scenario = _owned(request, scenario_id)
    if scenario.is_example:
        values: dict[str, Any] = {"assumptions": {key: request.POST.get(key) for key in SLIDERS}}
    else:
        values = {key: request.POST.get(key) for key in ("price", "candidate", "months") if key in request.POST}
    return _told(request, lambda: services.change(scenario=scenario, values=values, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def assume(request: WorkspaceRequest, slug: str, scenario_id: int | None = None) -> HttpResponse:
    """Save the typed assumptions; ``undo`` names one that goes back to its default, or "all"."""
    scenario = _owned(request, scenario_id)
    undo = request.POST.get("undo", "")
    given = {key: request.POST.get(key, "") for key in ASSUMPTIONS if key in request.POST and key != undo}
    values = {"assumptions": {} if undo == "all" else given}
    return _told(request, lambda: services.change(scenario=scenario, values=values, actor=request.user), scenario)


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
        told = shown(given)
    except Refused as refusal:
        return {"scenario": scenario, "scenarios": [], "refusal": str(refusal), "example": shown(scenario.assumptions)}
    return {"scenario": scenario, "scenarios": list(selectors.scenarios(request.workspace)), "example": told}


def _told(request: WorkspaceRequest, act: Any, scenario: Scenario | None = None) -> HttpResponse:
    """Do it and show the scenario that comes of it; say it where it is refused."""
    try:
        scenario = act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    if scenario is None:
        return redirect("planning:home", request.workspace.slug)
    return redirect("planning:scenario", request.workspace.slug, scenario.pk)
