from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.estimates import selectors as estimates
from apps.retention import experiment_selectors, experiment_services
from apps.retention.experiment_form import ExperimentForm
from apps.retention.kinds import LINK
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "retention/experiments.html"


@require_http_methods(["GET", "HEAD"])
@workspace_view(Role.VIEWER)
def experiments(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, PAGE, _context(request, ExperimentForm()))


@require_POST
@workspace_view(Role.EDITOR)
def add(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = ExperimentForm(request.POST)
    if form.is_valid():
        try:
            experiment_services.add(workspace=request.workspace, values=form.cleaned_data, actor=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    if form.errors:
        return render(request, PAGE, _context(request, form), status=422)
    messages.success(request, _("The experiment is kept. Run the retention study to take it in."))
    return redirect("retention:experiments", slug)


@require_POST
@workspace_view(Role.EDITOR)
def remove(request: WorkspaceRequest, slug: str, experiment_id: int) -> HttpResponse:
    experiment = get_object_or_404(experiment_selectors.experiments(request.workspace), pk=experiment_id)
    experiment_services.remove(experiment=experiment, actor=request.user)
    messages.success(request, _("The experiment is deleted. Run the retention study to leave it out."))
    return redirect("retention:experiments", slug)


def _context(request: WorkspaceRequest, form: ExperimentForm) -> dict[str, Any]:
    return {
        "form": form,
        "told": experiment_selectors.told(request.workspace),
        "link": estimates.current(request.workspace, LINK),
    }
