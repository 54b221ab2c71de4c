"""Pages of the model lab's home and of labelled sets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.modellab import checking, columns, files, incumbent, selectors, services, today
from apps.modellab.forms import ColumnsForm, TodayForm, TrainForm, UploadForm
from apps.modellab.models import LabelledSet
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

SHOWN_RUNS = 20
SHOWN_ROWS = 8
TEMPLATE = (
    "text,label,predicted_today,latency_today_ms\r\n"
    "I was charged twice for my order,refund,refund,810\r\n"
    "My password no longer works,login,refund,790\r\n"
)


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "modellab/home.html", _home(request) | {"form": UploadForm()})


def _home(request: WorkspaceRequest) -> dict[str, Any]:
    runs = list(selectors.runs(request.workspace)[:SHOWN_RUNS])
    jobs = selectors.jobs_of(runs)
    return {
        "sets": selectors.sets(request.workspace),
        "runs": [(run, jobs.get(run.pk)) for run in runs],
        "deployments": selectors.deployments(request.workspace),
    }


@require_safe
@workspace_view(Role.VIEWER)
def template_csv(request: WorkspaceRequest, slug: str) -> HttpResponse:
    response = HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="labelled-texts.csv"'
    return response


@require_POST
@workspace_view(Role.EDITOR)
def upload(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            found = services.upload_set(
                workspace=request.workspace,
                file=form.cleaned_data["file"],
                name=form.cleaned_data["name"],
                actor=request.user,
            )
            return redirect("modellab:set", slug, found.pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "modellab/home.html", _home(request) | {"form": form}, status=422)


def labelled_set_of(request: WorkspaceRequest, set_id: int) -> LabelledSet:
    return get_object_or_404(selectors.sets(request.workspace), pk=set_id)


@require_safe
@workspace_view(Role.VIEWER)
def set_page(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    return _show_set(request, labelled_set_of(request, set_id))


def _show_set(request: WorkspaceRequest, found: LabelledSet, status: int = 200, **forms: Any) -> HttpResponse:
    runs = list(selectors.runs(request.workspace).filter(labelled_set=found))
    jobs = selectors.jobs_of(runs)
    context = {
        "set": found,
        "runs": [(run, jobs.get(run.pk)) for run in runs],
        "columns_form": ColumnsForm(labelled_set=found),
        "train_form": TrainForm(labelled_set=found),
        "today_form": TodayForm(labelled_set=found),
        "problems": [(problem, checking.message(problem)) for problem in found.problems],
        "lengths": _lengths(found),
        "can_train": found.is_usable or _only_rare(found),
        "stated": today.STATED,
        **_preview(found, found.columns),
        **forms,
    }
    return render(request, "modellab/set.html", context, status=status)


def _only_rare(found: LabelledSet) -> bool:
    return bool(found.labels) and all(p["code"] == "too_few" for p in found.problems if p["blocks"])


def _lengths(found: LabelledSet) -> list[tuple[str, int]]:
    steps = [*checking.LENGTH_STEPS]
    names = [_("up to %(most)s") % {"most": step} for step in steps] + [_("more than %(least)s") % {"least": steps[-1]}]
    return list(zip(names, found.parameters.get("lengths", []), strict=False))


def _preview(found: LabelledSet, chosen: dict[str, str]) -> dict[str, Any]:
    header, rows = files.sample(found.parameters["file"], SHOWN_ROWS)
    titles = {name: columns.FIELDS[field] for field, name in chosen.items() if field in columns.FIELDS}
    return {"preview_head": [(name, titles.get(name, "")) for name in header], "preview_rows": rows}


@require_safe
@workspace_view(Role.VIEWER)
def preview(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    """The first rows under columns that are chosen but not saved."""
    found = labelled_set_of(request, set_id)
    chosen = {field: request.GET.get(field, "") for field in columns.FIELDS}
    context = _preview(found, {field: name for field, name in chosen.items() if name})
    return render(request, "modellab/set.html#preview", context)


@require_POST
@workspace_view(Role.EDITOR)
def set_columns(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    found = labelled_set_of(request, set_id)
    form = ColumnsForm(request.POST, labelled_set=found)
    if form.is_valid():
        try:
            services.set_columns(labelled_set=found, columns=form.cleaned_data, actor=request.user)
            return redirect("modellab:set", slug, set_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _show_set(request, labelled_set_of(request, set_id), 422, columns_form=form)


@require_POST
@workspace_view(Role.EDITOR)
def state_today(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    found = labelled_set_of(request, set_id)
    form = TodayForm(request.POST, labelled_set=found)
    if form.is_valid():
        try:
            incumbent.set_today(labelled_set=found, actor=request.user, **form.facts())
            messages.success(request, _("Saved. The newest run is compared with it."))
            return redirect("modellab:set", slug, set_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _show_set(request, found, 422, today_form=form)


@require_POST
@workspace_view(Role.EDITOR)
def train(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    found = labelled_set_of(request, set_id)
    form = TrainForm(request.POST, labelled_set=found)
    if form.is_valid():
        try:
            run, _job = services.start_run(
                workspace=request.workspace,
                labelled_set=found,
                actor=request.user,
                methods=form.cleaned_data["methods"],
                encoder=form.cleaned_data["encoder"],
                parameters=form.parameters(),
            )
            return redirect("modellab:run", slug, run.pk)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _show_set(request, found, 422, train_form=form)


@require_POST
@workspace_view(Role.EDITOR)
def delete_set(request: WorkspaceRequest, slug: str, set_id: int) -> HttpResponse:
    try:
        services.delete_set(labelled_set=labelled_set_of(request, set_id), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("modellab:set", slug, set_id)
    return redirect("modellab:home", slug)
