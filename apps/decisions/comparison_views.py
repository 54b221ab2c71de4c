from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.decisions import comparison_services as services
from apps.decisions import selectors
from apps.decisions.filling import menus_of, prices_of
from apps.decisions.option_forms import POINTS
from apps.decisions.views import asked_scenario, back_to
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

SHARES = ("least_gross", "most_at_a_loss")


@require_POST
@workspace_view(Role.EDITOR)
def compare(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _told(request, lambda scenario: services.start(scenario=scenario, actor=request.user))


@require_POST
@workspace_view(Role.EDITOR)
def search(request: WorkspaceRequest, slug: str) -> HttpResponse:
    values: dict[str, Any] = {name: request.POST.get(name) for name in ("low", "high")}
    values |= {name: request.POST.getlist(name) for name in ("candidates", "kinds")}
    for name in SHARES:
        typed = request.POST.get(name, "").strip()
        values[name] = float(typed) / POINTS if _is_number(typed) else typed
    return _told(request, lambda scenario: services.start_search(scenario=scenario, values=values, actor=request.user))


@require_POST
@workspace_view(Role.EDITOR)
def add_found(request: WorkspaceRequest, slug: str) -> HttpResponse:
    def add(scenario: Scenario) -> None:
        found = selectors.result(scenario, selectors.SEARCH)
        if found is None:
            raise Refused("no_search", _("Nothing has been searched yet."))
        option = services.add_found(scenario=scenario, found=found, actor=request.user)
        messages.success(request, _("%(name)s stands among the options.") % {"name": option.name})

    return _told(request, add)


@require_POST
@workspace_view(Role.EDITOR)
def fill(request: WorkspaceRequest, slug: str) -> HttpResponse:
    def act(scenario: Scenario) -> None:
        made = services.fill(
            scenario=scenario,
            prices=prices_of(request.POST.get("prices", "")),
            candidates=request.POST.getlist("candidates"),
            menus=menus_of(services.known_world(scenario), request.POST.getlist("menus")),
            actor=request.user,
        )
        said = ngettext("%(count)s option is added.", "%(count)s options are added.", len(made))
        messages.success(request, said % {"count": len(made)})

    return _told(request, act)


def _told(request: WorkspaceRequest, act: Callable[[Scenario], object]) -> HttpResponse:
    scenario = asked_scenario(request)
    try:
        act(scenario)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(request, scenario)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
