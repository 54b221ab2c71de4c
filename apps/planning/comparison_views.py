from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.estimates.messages import reason
from apps.planning import selectors
from apps.planning.comparison import compare
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate


@workspace_view(Role.VIEWER)
@require_GET
def comparison(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """Two scenarios beside each other; those that the address leaves out are the first two."""
    offered = list(selectors.live(request.workspace).filter(kind=Scenario.Kind.LOOP))
    left, right = selectors.pair(request.workspace, offered, request.GET.get("left"), request.GET.get("right"))
    context: dict[str, Any] = {"offered": offered, "left": left, "right": right}
    if left is not None and right is not None:
        try:
            context["comparison"] = compare(left, right)
        except CannotEstimate as error:
            context["problem"] = reason(error)
        except Refused as refusal:
            context["problem"] = str(refusal)
    return render(request, "planning/compare.html", context)
