from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.retention import drivers_charts, drivers_selectors, drivers_services
from apps.retention.drivers_form import DriversForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "retention/drivers.html"


@require_safe
@workspace_view(Role.VIEWER)
def drivers(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, PAGE, _context(request))


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = DriversForm(request.POST, offered=drivers_selectors.offered_columns(request.workspace))
    if not form.is_valid():
        return render(request, PAGE, _context(request, form), status=422)
    try:
        drivers_services.start(workspace=request.workspace, settings=form.settings(), actor=request.user)
    except Refused as refusal:
        if refusal.field is not None:
            form.add_error(refusal.field, str(refusal))
            return render(request, PAGE, _context(request, form), status=422)
        messages.error(request, str(refusal))
    return redirect("retention:drivers", slug)


def _context(request: WorkspaceRequest, form: DriversForm | None = None) -> dict[str, Any]:
    study = drivers_selectors.drivers_study(request.workspace)
    asked = DriversForm(initial=study.settings.as_json(), offered=study.columns)
    context: dict[str, Any] = {"study": study, "form": form or asked}
    if study.estimate is not None:
        context |= {
            "enough": drivers_selectors.enough(study.estimate),
            "strongest": drivers_selectors.strongest(study.estimate)[:3],
            "disagreeing": drivers_selectors.disagreeing(study.estimate),
            "by_chance": drivers_selectors.is_no_better_than_chance(study.estimate),
            "ratio_chart": drivers_charts.ratio_chart(study.estimate.diagnostics["terms"]),
            "satisfaction": next(
                (
                    row
                    for row in study.estimate.diagnostics.get("satisfaction", {}).get("terms", ())
                    if row["column"] == "satisfaction"
                ),
                None,
            ),
        }
    return context
