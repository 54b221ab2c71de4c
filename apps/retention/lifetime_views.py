from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.research import sheet_files
from apps.retention import lifetime_charts, lifetime_selectors, lifetime_services
from apps.retention.lifetime_form import LifetimeForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused
from trimtab.economics.retention.lifetime_value import per_period

PAGE = "retention/lifetime_value.html"


@require_safe
@workspace_view(Role.VIEWER)
def lifetime_value(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, PAGE, _context(request))


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = LifetimeForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, _context(request, form), status=422)
    try:
        lifetime_services.start(workspace=request.workspace, settings=form.settings(), actor=request.user)
    except Refused as refusal:
        if refusal.field is not None:
            form.add_error(refusal.field, str(refusal))
            return render(request, PAGE, _context(request, form), status=422)
        messages.error(request, str(refusal))
    return redirect("retention:lifetime-value", slug)


@require_safe
@workspace_view(Role.VIEWER)
def customers(request: WorkspaceRequest, slug: str) -> StreamingHttpResponse:
    """All customers with their values, for a spreadsheet."""
    return sheet_files.answer(lifetime_selectors.customer_table(request.workspace), "customers-by-value.csv")


def _context(request: WorkspaceRequest, form: LifetimeForm | None = None) -> dict[str, Any]:
    study = lifetime_selectors.lifetime_study(request.workspace)
    context: dict[str, Any] = {"study": study, "form": form or LifetimeForm(initial=study.settings.as_json())}
    context["contracts"] = lifetime_selectors.contracts(request.workspace, study.settings)
    context["discount"] = study.settings.discount
    context["discount_per_week"] = per_period(study.settings.discount, "week")
    if study.estimate is not None:
        context |= {
            "enough": lifetime_selectors.enough(study.estimate),
            "tracking_chart": lifetime_charts.tracking_curve(study.estimate),
            "alive_chart": lifetime_charts.alive_bars(study.estimate),
            "value_chart": lifetime_charts.value_bars(study.estimate),
        }
        if study.estimate.diagnostics["by_repeats"]:
            context["repeats_chart"] = lifetime_charts.by_repeats(study.estimate)
    return context
