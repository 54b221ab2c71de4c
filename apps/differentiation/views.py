from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.differentiation import position_page, selectors, services
from apps.differentiation.forms import CriterionForm, RatingForm
from apps.differentiation.position_charts import score_chart
from apps.estimates import selectors as estimates
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    workspace = request.workspace
    estimate, found = selectors.current(workspace), selectors.sheet(workspace)
    rows = selectors.rows(workspace, found, estimate)
    offers = estimate.diagnostics["offers"] if estimate else []
    context = {
        "estimate": estimate,
        "job": selectors.latest_job(workspace),
        "sheet": found,
        "rows": rows,
        "offers": sorted(offers, key=lambda offer: -offer["p_rank"][0]),
        "ours": found.ours,
        "chart": score_chart(estimate),
        "tips": selectors.smallest_changes(estimate),
        "unknown": any(cell.rating is None for row in rows for cell in row.cells),
        "stale": any(cell.stale for row in rows for cell in row.cells),
    } | position_page.shown(estimate)
    return render(request, "differentiation/position.html", context)


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("differentiation:home", slug)


@require_POST
@workspace_view(Role.EDITOR)
def suggest(request: WorkspaceRequest, slug: str) -> HttpResponse:
    services.suggest_criteria(workspace=request.workspace, actor=request.user)
    return redirect("differentiation:home", slug)


@require_safe
@workspace_view(Role.VIEWER)
def criterion(request: WorkspaceRequest, slug: str, criterion_id: int) -> HttpResponse:
    found = selectors.criterion(request.workspace, criterion_id)
    form = CriterionForm.of(found, selectors.needs_of(request.workspace))
    return _criterion_page(request, criterion_id, form)


@require_POST
@workspace_view(Role.EDITOR)
def change(request: WorkspaceRequest, slug: str, criterion_id: int) -> HttpResponse:
    found = selectors.criterion(request.workspace, criterion_id)
    needs = selectors.needs_of(request.workspace)
    initial = CriterionForm.of(found, needs).initial
    form = CriterionForm(request.POST, needs=needs, initial=initial)
    if form.is_valid():
        try:
            services.change_criterion(criterion=found, changes=form.changes, actor=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The criterion is changed."))
            return redirect("differentiation:criterion", slug, criterion_id)
    return _criterion_page(request, criterion_id, form, status=422)


def _criterion_page(
    request: WorkspaceRequest, criterion_id: int, form: CriterionForm, status: int = 200
) -> HttpResponse:
    workspace = request.workspace
    found, estimate = selectors.sheet(workspace), selectors.current(workspace)
    row = next(row for row in selectors.rows(workspace, found, estimate) if row.criterion.pk == criterion_id)
    context: dict[str, Any] = {
        "row": row,
        "criterion": row.criterion,
        "ours": found.ours,
        "form": form,
        "moves": estimates.figures_moved_by(workspace, selectors.CRITERION, str(criterion_id)),
    }
    return render(request, "differentiation/criterion.html", context, status=status)


@require_POST
@workspace_view(Role.EDITOR)
def rate(request: WorkspaceRequest, slug: str, criterion_id: int) -> HttpResponse:
    found = selectors.criterion(request.workspace, criterion_id)
    form = RatingForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("rating_out_of_range", _("A rating lies between 0 and 100."))
        percent = form.cleaned_data["percent"]
        value = None if percent is None else percent / 100
        services.rate(criterion=found, offer=form.cleaned_data["offer"], value=value, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    to_table = request.POST.get("back") == "table"
    return (
        redirect("differentiation:home", slug)
        if to_table
        else redirect("differentiation:criterion", slug, criterion_id)
    )


@require_POST
@workspace_view(Role.EDITOR)
def leave_out(request: WorkspaceRequest, slug: str, criterion_id: int) -> HttpResponse:
    services.leave_out(criterion=selectors.criterion(request.workspace, criterion_id), actor=request.user)
    messages.success(request, _("The criterion weighs nothing now."))
    return redirect("differentiation:home", slug)
