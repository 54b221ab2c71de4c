"""Pages of what a candidate's errors cost, and of what outcomes say of quality and speed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.modellab import quality_charts, quality_selectors, quality_services
from apps.modellab.models import OutcomeExperiment
from apps.modellab.outcome_kinds import CLASSES, REQUESTS
from apps.modellab.quality_forms import ExperimentForm, QualityForm
from apps.modellab.run_views import candidate_of
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

ERRORS, OUTCOMES = "modellab/errors.html", "modellab/outcomes.html"


@require_safe
@workspace_view(Role.VIEWER)
def errors_page(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    return _show_errors(request, candidate_id)


def _show_errors(
    request: WorkspaceRequest, candidate_id: int, form: QualityForm | None = None, status: int = 200
) -> HttpResponse:
    found = quality_selectors.errors(candidate_of(request, candidate_id))
    context: dict[str, Any] = {"errors": found, "form": form or QualityForm(mapping=found.mapping)}
    if found.estimate is not None and found.classes:
        context["losses"] = quality_charts.losses(found.estimate)
    return render(request, ERRORS, context, status=status)


@require_POST
@workspace_view(Role.EDITOR)
def set_mapping(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    found = quality_selectors.errors(candidate_of(request, candidate_id))
    form = QualityForm(request.POST, mapping=found.mapping)
    if form.is_valid():
        try:
            quality_services.set_mapping(
                labelled_set=found.candidate.run.labelled_set, given=form.given(), actor=request.user
            )
            return redirect("modellab:errors", slug, candidate_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _show_errors(request, candidate_id, form, status=422)


@require_POST
@workspace_view(Role.EDITOR)
def undo_mapping(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    labelled_set = candidate_of(request, candidate_id).run.labelled_set
    try:
        quality_services.undo_mapping(labelled_set=labelled_set, actor=request.user)
        messages.success(request, _("Back to what was set before."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("modellab:errors", slug, candidate_id)


@require_safe
@workspace_view(Role.VIEWER)
def outcomes_page(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _show_outcomes(request)


def _show_outcomes(request: WorkspaceRequest, form: ExperimentForm | None = None, status: int = 200) -> HttpResponse:
    study = quality_selectors.outcome_study(request.workspace)
    known = next(iter(study.experiments.values()), None)
    context: dict[str, Any] = {
        "study": study,
        "form": form or ExperimentForm(workspace=request.workspace, experiment=known),
    }
    if study.quality is not None and study.quality.parameters["source"] == CLASSES:
        context["quality_chart"] = quality_charts.failing_by_error(study.quality)
    if study.latency is not None and study.latency.parameters["source"] == REQUESTS:
        context["latency_chart"] = quality_charts.unhappy_by_latency(study.latency)
    return render(request, OUTCOMES, context, status=status)


@require_POST
@workspace_view(Role.EDITOR)
def study_outcomes(request: WorkspaceRequest, slug: str) -> HttpResponse:
    _start(request)
    return redirect("modellab:outcomes", slug)


@require_POST
@workspace_view(Role.EDITOR)
def state_experiment(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = ExperimentForm(request.POST, workspace=request.workspace)
    if form.is_valid():
        try:
            quality_services.state_experiment(workspace=request.workspace, actor=request.user, **form.given())
            _start(request)
            return redirect("modellab:outcomes", slug)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _show_outcomes(request, form, status=422)


@require_POST
@workspace_view(Role.EDITOR)
def forget_experiment(request: WorkspaceRequest, slug: str, changed: str) -> HttpResponse:
    found = get_object_or_404(OutcomeExperiment, workspace=request.workspace, changed=changed)
    quality_services.forget_experiment(experiment=found, actor=request.user)
    _start(request)
    return redirect("modellab:outcomes", slug)


def _start(request: WorkspaceRequest) -> None:
    try:
        quality_services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
