"""Pages of training runs, their candidates, and deployments."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.modellab import comparison, deploying, run_charts, selectors, services, serving
from apps.modellab.forms import DeployForm, TryForm
from apps.modellab.models import Candidate, Deployment, TrainingRun
from apps.modellab.run_folders import log_tail
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

STOP_POLLING = 286
NOTHING_NEW = 204
SHOWN_LINES = 40
SORTS = ("label", "precision", "recall", "f1", "support")


def run_of(request: WorkspaceRequest, run_id: int) -> TrainingRun:
    return get_object_or_404(selectors.runs(request.workspace), pk=run_id)


@require_safe
@workspace_view(Role.VIEWER)
def run_page(request: WorkspaceRequest, slug: str, run_id: int) -> HttpResponse:
    run = run_of(request, run_id)
    lines = comparison.compare(run)
    context = {
        "run": run,
        "job": selectors.job_of(run),
        "lines": lines,
        "tested": any(line.estimate for line in lines),
        "today": next((line for line in lines if line.is_today and line.estimate), None),
        "score_chart": run_charts.scores(lines),
        "deploy_form": DeployForm(),
        **_live(run),
    }
    return render(request, "modellab/run.html", context)


def _live(run: TrainingRun) -> dict[str, Any]:
    lines = log_tail(run)
    return {
        "curves": run_charts.curves(run),
        "mark": f"{selectors.last_point(run)}-{len(lines)}-{crc32(lines[-1].encode()) if lines else 0}",
        "log": lines[-SHOWN_LINES:][::-1],
        "log_count": len(lines),
    }


@require_safe
@workspace_view(Role.VIEWER)
def live(request: WorkspaceRequest, slug: str, run_id: int) -> HttpResponse:
    """Curves and log of a run under way; nothing where nothing is new, and the last answer stops the polling."""
    run = run_of(request, run_id)
    job = selectors.job_of(run)
    shown = _live(run)
    ended = job is None or job.is_ended
    if not ended and request.GET.get("mark") == shown["mark"]:
        return HttpResponse(status=NOTHING_NEW)
    response = render(request, "modellab/run.html#live", shown | {"run": run, "job": job})
    response.status_code = STOP_POLLING if ended else 200
    return response


@require_POST
@workspace_view(Role.EDITOR)
def delete_run(request: WorkspaceRequest, slug: str, run_id: int) -> HttpResponse:
    try:
        services.delete_run(run=run_of(request, run_id), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("modellab:run", slug, run_id)
    messages.success(request, _("The run was deleted."))
    return redirect("modellab:home", slug)


def candidate_of(request: WorkspaceRequest, candidate_id: int) -> Candidate:
    return get_object_or_404(selectors.candidates(request.workspace), pk=candidate_id)


@require_safe
@workspace_view(Role.VIEWER)
def candidate_page(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    candidate = candidate_of(request, candidate_id)
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "f1"
    rows = sorted(candidate.report.get("per_class", []), key=lambda row: row[sort.removeprefix("-")])
    context = {
        "candidate": candidate,
        "estimate": selectors.evaluation(candidate),
        "quality_estimate": selectors.quality(candidate),
        "line": next((one for one in comparison.compare(candidate.run) if one.candidate.pk == candidate.pk), None),
        "rows": rows[::-1] if sort.startswith("-") else rows,
        "sort": sort,
        "sorts": _sorts(sort),
        "matrix": run_charts.matrix(candidate),
        "deploy_form": DeployForm(),
        "try_form": TryForm(),
        "deployments": selectors.deployments(request.workspace).filter(candidate=candidate),
    }
    return render(request, "modellab/candidate.html", context)


def _sorts(present: str) -> list[tuple[str, str, str]]:
    """For each column its title, what a click on it asks for, and how it is sorted now."""
    titles = {
        "label": _("Label"),
        "precision": _("Precision"),
        "recall": _("Recall"),
        "f1": _("F1"),
        "support": _("Texts"),
    }
    return [
        (
            titles[name],
            f"-{name}" if present == name else name,
            {name: "ascending", f"-{name}": "descending"}.get(present, "none"),
        )
        for name in SORTS
    ]


@require_POST
@workspace_view(Role.EDITOR)
def deploy(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    candidate = candidate_of(request, candidate_id)
    form = DeployForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["name"][0]))
        return redirect("modellab:candidate", slug, candidate_id)
    try:
        found = deploying.deploy(candidate=candidate, name=form.cleaned_data["name"], actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("modellab:candidate", slug, candidate_id)
    return redirect("modellab:deployment", slug, found.name)


@require_POST
@workspace_view(Role.VIEWER)
def try_it(request: WorkspaceRequest, slug: str, candidate_id: int) -> HttpResponse:
    candidate = candidate_of(request, candidate_id)
    form = TryForm(request.POST)
    texts = form.cleaned_data["texts"].splitlines() if form.is_valid() else []
    texts = [text.strip() for text in texts if text.strip()]
    try:
        answers = list(zip(texts, serving.predict(candidate, texts), strict=True))
        return render(request, "modellab/_try.html#answers", {"answers": answers})
    except Refused as refusal:
        return render(request, "modellab/_try.html#answers", {"refusal": str(refusal)}, status=422)


def deployment_of(request: WorkspaceRequest, name: str) -> Deployment:
    return get_object_or_404(selectors.deployments(request.workspace), name=name)


@require_safe
@workspace_view(Role.VIEWER)
def deployment_page(request: WorkspaceRequest, slug: str, name: str) -> HttpResponse:
    found = deployment_of(request, name)
    context = {
        "deployment": found,
        "candidate": found.candidate,
        "estimate": selectors.evaluation(found.candidate),
        "previous": deploying.previous(found),
        "try_form": TryForm(),
        "address": request.build_absolute_uri(f"/api/v1/models/{found.name}/predict"),
    }
    return render(request, "modellab/deployment.html", context)


@require_POST
@workspace_view(Role.EDITOR)
def roll_back(request: WorkspaceRequest, slug: str, name: str) -> HttpResponse:
    try:
        found = deploying.roll_back(deployment=deployment_of(request, name), actor=request.user)
        messages.success(request, _("%(candidate)s answers again.") % {"candidate": found.candidate.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("modellab:deployment", slug, name)


@require_POST
@workspace_view(Role.EDITOR)
def undeploy(request: WorkspaceRequest, slug: str, name: str) -> HttpResponse:
    deploying.undeploy(deployment=deployment_of(request, name), actor=request.user)
    messages.success(request, _("“%(name)s” no longer answers.") % {"name": name})
    return redirect("modellab:home", slug)
