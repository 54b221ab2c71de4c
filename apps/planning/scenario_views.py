from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.planning import history, selectors, services
from apps.planning.models import Scenario
from apps.planning.scenario_list import scenario_rows
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

ON_A_PAGE = 20


def told(
    request: WorkspaceRequest, act: Callable[[], Scenario], scenario: Scenario | None = None, place: str = ""
) -> HttpResponse:
    """Do it and show the scenario that comes of it, at a ``place`` of its page; say it where it is refused."""
    try:
        scenario = act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    if scenario is None:
        return redirect("planning:home", request.workspace.slug)
    response = redirect("planning:scenario", request.workspace.slug, scenario.pk)
    if place:
        response["Location"] += f"#{place}"
    return response


@workspace_view(Role.VIEWER)
@require_GET
def scenarios(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """All scenarios; ``archived=1`` those that were put away."""
    archived = request.GET.get("archived") == "1"
    every = selectors.scenarios(request.workspace)
    shown = every.filter(archived_at__isnull=not archived).order_by("-updated_at", "-pk")
    pages = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": scenario_rows(pages.object_list),
        "pages": pages,
        "archived": archived,
        "count": every.filter(archived_at=None).count(),
        "archived_count": every.filter(archived_at__isnull=False).count(),
    }
    return render(request, "planning/scenarios.html", context)


@workspace_view(Role.EDITOR)
@require_POST
def new(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return told(
        request,
        lambda: services.create(workspace=request.workspace, name=request.POST.get("name", ""), actor=request.user),
    )


@workspace_view(Role.EDITOR)
@require_POST
def open_example(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return told(request, lambda: services.open_example(workspace=request.workspace, actor=request.user))


@workspace_view(Role.EDITOR)
@require_POST
def rename(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(
        request,
        lambda: services.rename(scenario=scenario, name=request.POST.get("name", ""), actor=request.user),
        scenario,
    )


@workspace_view(Role.EDITOR)
@require_POST
def copy(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(request, lambda: services.copy(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def undo(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(request, lambda: history.undo(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def redo(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(request, lambda: history.redo(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def archive(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(request, lambda: services.archive(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def restore(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    return told(request, lambda: services.restore(scenario=scenario, actor=request.user), scenario)


@workspace_view(Role.EDITOR)
@require_POST
def delete(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    services.delete(scenario=selectors.scenario(request.workspace, scenario_id), actor=request.user)
    messages.success(request, _("The scenario is deleted. Its results stay as evidence."))
    return redirect("planning:scenarios", slug)
