from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from apps.differentiation import entrants, position_page, selectors
from apps.differentiation.place_charts import canvas_chart, map_chart
from apps.research.studies import refused_parts
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace


@require_safe
@workspace_view(Role.VIEWER)
def perceptual_map(request: WorkspaceRequest, slug: str) -> HttpResponse:
    context = _shown(request.workspace, selectors.MAP)
    return render(request, "differentiation/map.html", context | {"chart": map_chart(context["estimate"])})


@require_safe
@workspace_view(Role.VIEWER)
def canvas(request: WorkspaceRequest, slug: str) -> HttpResponse:
    context = _shown(request.workspace, selectors.CANVAS)
    return render(request, "differentiation/canvas.html", context | {"chart": canvas_chart(context["estimate"])})


@require_safe
@workspace_view(Role.VIEWER)
def white_spaces(request: WorkspaceRequest, slug: str) -> HttpResponse:
    context = _shown(request.workspace, selectors.SPACES)
    estimate = context["estimate"]
    spaces = estimate.diagnostics["spaces"] if estimate else []
    known = set(selectors.needs_of(request.workspace).values_list("pk", flat=True))
    context["spaces"] = [one | {"is_there": one["need_id"] in known} for one in spaces]
    return render(request, "differentiation/white_spaces.html", context)


def _shown(workspace: Workspace, kind: str) -> dict[str, Any]:
    job = selectors.latest_job(workspace)
    return {
        "estimate": selectors.current(workspace, kind),
        "job": job,
        "ours": selectors.sheet(workspace).ours,
        "has_sheet": selectors.criteria(workspace).exists(),
        "refused": refused_parts(job).get(kind.rpartition(".")[2], ""),
    }


@require_POST
@workspace_view(Role.VIEWER)
def entrant(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to a typed competitor; it writes nothing, so whoever may see the offers may ask."""
    try:
        found = entrants.entered(request.workspace, name=request.POST.get("name", ""), ratings=_typed(request.POST))
    except Refused as refusal:
        return render(request, "differentiation/_entered.html", {"refusal": str(refusal)})
    context = {"entered": found, "turned": position_page.turned(found.turned)}
    return render(request, "differentiation/_entered.html", context)


def _typed(post: Any) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for name, text in post.items():
        prefix, _dash, key = name.partition("-")
        if prefix == "rating" and key.isdecimal() and len(key) < 19:
            found[int(key)] = _share(text.strip())
    return found


def _share(text: str) -> float | None:
    try:
        return float(text) / 100 if text else None
    except ValueError:
        return float("nan")
