from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.retention import retention_charts, selectors, services
from apps.retention.forms import WhatIfForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    study = selectors.retention_study(request.workspace)
    context: dict[str, Any] = {"study": study}
    if study.satisfaction is not None:
        today = selectors.today(study.satisfaction)
        form = WhatIfForm(today)
        form.is_valid()
        context |= {
            "sliders": [(form[part], value) for part, value in today.items()],
            "retention_form": form["form"],
            "acceptability": selectors.cost_acceptability(study.satisfaction),
            "answer": selectors.what_if_at(request.workspace, form.parts(), form.retention_form()),
        }
    return render(request, "retention/retention.html", context | _charts(study))


def _charts(study: selectors.RetentionStudy) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if study.survival is not None:
        found["survival_chart"] = retention_charts.survival_curve(study.survival)
        found["at_risk"] = retention_charts.at_risk(study.survival)
    if study.arrivals is not None:
        found["arrivals_chart"] = retention_charts.arrivals_line(study.arrivals)
    if study.link is not None:
        found["cells_chart"] = retention_charts.link_by_segment(study.link)
    if study.link is not None and study.survival is not None:
        found["link_chart"] = retention_charts.link_curve(study.link, study.survival)
    return found


@require_safe
@workspace_view(Role.VIEWER)
def what_if(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The answer to the sliders of F, I and C."""
    form = WhatIfForm(request.GET)
    if not form.is_valid():
        context: dict[str, Any] = {"form": form}
        return render(request, "retention/retention.html#what_if", context, status=422)
    context = {"answer": selectors.what_if_at(request.workspace, form.parts(), form.retention_form())}
    return render(request, "retention/retention.html#what_if", context)


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("retention:home", slug)
