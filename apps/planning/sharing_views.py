from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.planning import selectors, sharing
from apps.planning.request_limit import too_many, turn_away
from apps.planning.shared_page import shared_page
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

LIFETIMES = (7, 30, 90, 365)


@workspace_view(Role.EDITOR)
@require_http_methods(["GET", "POST"])
@never_cache
def links(request: WorkspaceRequest, slug: str, scenario_id: int) -> HttpResponse:
    """The links of a scenario; a POST makes one and shows its address this once."""
    scenario = selectors.scenario(request.workspace, scenario_id)
    context: dict[str, object] = {"scenario": scenario, "lifetimes": LIFETIMES, "days": sharing.DAYS}
    if request.method == "POST":
        days = request.POST.get("days") or str(sharing.DAYS)
        try:
            _link, secret = sharing.share(
                scenario=scenario, actor=request.user, days=int(days) if days.isdecimal() else 0
            )
            context["address"] = request.build_absolute_uri(reverse("shared-scenario", args=[secret]))
        except Refused as refusal:
            context["refusal"] = str(refusal)
    context["links"] = sharing.links(scenario)
    context["now"] = timezone.now()
    return render(request, "planning/links.html", context, status=422 if "refusal" in context else 200)


@workspace_view(Role.EDITOR)
@require_POST
def revoke(request: WorkspaceRequest, slug: str, scenario_id: int, scenario_link_id: int) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, scenario_id)
    sharing.revoke(link=sharing.link_of(scenario, scenario_link_id), actor=request.user)
    return redirect("planning:links", slug, scenario_id)


@never_cache
@require_GET
def shared(request: HttpRequest, share_token: str) -> HttpResponse:
    """One scenario for whoever holds its link; a link that is unknown, revoked or expired is nothing at all."""
    if too_many(request):
        return turn_away(request)
    link = sharing.opened(share_token, timezone.now())
    if link is None:
        response = render(request, "404.html", status=404)
    else:
        response = render(request, "planning/shared.html", shared_page(link))
        response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
