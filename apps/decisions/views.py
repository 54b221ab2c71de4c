from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from apps.decisions import option_fields, page, selectors, services
from apps.decisions.models import Option
from apps.decisions.option_forms import POINTS, OptionEditing
from apps.estimates.messages import reason
from apps.planning.answers import world_of
from apps.planning.models import Scenario
from apps.planning.world import World
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

PAGE, OPTION_PAGE = "decisions/options.html", "decisions/option.html"
QUICK = ("price", "latency", "arrivals", "one_off_cost", "monthly_cost")


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    scenario = asked_scenario(request)
    return render(request, PAGE, page.options_page(scenario, all_rows="all" in request.GET))


@require_GET
@workspace_view(Role.VIEWER)
def comparison(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The part with the ranking, for a page with so many options that it does not wait for it."""
    return _comparison(request, asked_scenario(request))


@require_POST
@workspace_view(Role.EDITOR)
def add(request: WorkspaceRequest, slug: str) -> HttpResponse:
    given = {"name": request.POST.get("name"), "price": request.POST.get("price")}
    given["candidate_id"] = request.POST.get("candidate")
    scenario = asked_scenario(request)
    try:
        option = services.add(scenario=scenario, values=given, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, scenario)
    if "more" in request.POST:
        return redirect("decisions:option", slug, option.pk)
    return back_to(request, option.scenario)


@require_safe
@workspace_view(Role.VIEWER)
def option(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    return render(request, OPTION_PAGE, page.option_page(selectors.option(request.workspace, option_id)))


@require_POST
@workspace_view(Role.EDITOR)
def save(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    found = selectors.option(request.workspace, option_id)
    editing = _editing(found, request.POST)
    if not editing.is_valid():
        return render(request, OPTION_PAGE, page.option_page(found, request.POST), status=422)
    try:
        services.change(option=found, values=editing.values(), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return render(request, OPTION_PAGE, page.option_page(found, request.POST), status=422)
    return back_to(request, found.scenario)


@require_POST
@workspace_view(Role.EDITOR)
def quick(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    """One field changed in the table: the ranking answers at once."""
    found = selectors.option(request.workspace, option_id)
    try:
        services.change(option=found, values=_quick_values(request.POST), actor=request.user)
    except Refused as refusal:
        return _comparison(request, found.scenario, status=422, quick_refusal=f"{found.name}: {refusal}")
    return _comparison(request, found.scenario)


@require_GET
@workspace_view(Role.VIEWER)
def try_out(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    """What the option would bring as the form has it, before it is saved."""
    found = selectors.option(request.workspace, option_id)
    editing = _editing(found, request.GET)
    if not editing.is_valid():
        return render(
            request, f"{OPTION_PAGE}#answer", {"option": found, "refusal": " ".join(editing.errors)}, status=422
        )
    try:
        services.set_fields(option=found, values=editing.values())
    except Refused as refusal:
        return render(request, f"{OPTION_PAGE}#answer", {"option": found, "refusal": str(refusal)}, status=422)
    return render(request, f"{OPTION_PAGE}#answer", {"option": found, **page.tried(found)})


@require_POST
@workspace_view(Role.EDITOR)
def copy(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    return _done(request, option_id, services.copy)


@require_POST
@workspace_view(Role.EDITOR)
def archive(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    return _done(request, option_id, services.archive)


@require_POST
@workspace_view(Role.EDITOR)
def restore(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    return _done(request, option_id, services.restore)


@require_POST
@workspace_view(Role.EDITOR)
def delete(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    found = services.delete(option=selectors.option(request.workspace, option_id), actor=request.user)
    messages.success(request, _("%(name)s is deleted. For a week it can be brought back.") % {"name": found.name})
    return back_to(request, found.scenario)


@require_POST
@workspace_view(Role.EDITOR)
def undelete(request: WorkspaceRequest, slug: str, option_id: int) -> HttpResponse:
    found = selectors.deleted_option(request.workspace, option_id)
    try:
        services.restore(option=found, actor=request.user)
        messages.success(request, _("%(name)s is back.") % {"name": found.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(request, found.scenario)


def asked_scenario(request: WorkspaceRequest) -> Scenario:
    return selectors.scenario(request.workspace, request.POST.get("scenario") or request.GET.get("scenario"))


def back_to(request: WorkspaceRequest, scenario: Scenario) -> HttpResponse:
    address = reverse("decisions:home", args=[request.workspace.slug])
    return redirect(f"{address}?scenario={scenario.pk}" if scenario.pk else address)


def _comparison(request: WorkspaceRequest, scenario: Scenario, status: int = 200, **more: Any) -> HttpResponse:
    try:
        context = page.comparison_parts(scenario, all_rows="all" in request.GET)
    except CannotEstimate as error:
        context = {"scenario": scenario, "quick_refusal": reason(error)}
    return render(request, f"{PAGE}#comparison", context | more, status=status)


def _done(request: WorkspaceRequest, option_id: int, act: Callable[..., Option]) -> HttpResponse:
    found = selectors.option(request.workspace, option_id)
    try:
        act(option=found, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(request, found.scenario)


def _editing(option: Option, data: QueryDict) -> OptionEditing:
    try:
        world: World | None = world_of(option.scenario)
    except CannotEstimate:
        world = None
    return OptionEditing(world, option, data)


def _quick_values(given: QueryDict) -> dict[str, Any]:
    """What the table holds, as the service takes it: an emptied price is today's, quality is typed in points."""
    values: dict[str, Any] = {name: given[name] for name in QUICK if name in given}
    if "candidate" in given:
        values["candidate_id"] = given["candidate"]
    if "quality" in given:
        values["quality"] = option_fields.number(given["quality"] or 0, "quality", -POINTS, POINTS) / POINTS
    return values
