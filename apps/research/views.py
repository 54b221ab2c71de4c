"""Research home, upload, columns and the page of one source."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.research import selectors, services, summaries
from apps.research.forms import ColumnsForm, UploadForm
from apps.research.kinds import KINDS
from apps.research.models import Source, SourceState
from apps.research.preview import preview
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def home(request: WorkspaceRequest, slug: str) -> HttpResponse:
    recent = selectors.sources(request.workspace)[:12]
    context = {"groups": summaries.grouped(request.workspace), "recent": recent}
    return render(request, "research/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Role.EDITOR)
def upload(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = UploadForm(
        request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "feedback")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.upload(workspace=request.workspace, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _after_upload(request, slug, kept)
    kind = KINDS.get(str(form["kind"].value()), KINDS["feedback"])
    context = {"form": form, "kind": kind}
    return render(request, "research/upload.html", context, status=422 if form.is_bound else 200)


def _after_upload(request: WorkspaceRequest, slug: str, kept: services.Upload) -> HttpResponse:
    if kept.known:
        text = _("This very file was uploaded before on %(date)s, so nothing was added.")
        messages.info(request, text % {"date": kept.source.uploaded_at.date()})
        return redirect("research:source", slug, kept.source.pk)
    return redirect("research:columns", slug, kept.source.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Role.EDITOR)
def columns(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    """Choose columns; the button that was pressed says whether to look again or to import."""
    source = selectors.source(request.workspace, source_id)
    if source.state == SourceState.IMPORTED:
        return redirect("research:source", slug, source_id)
    form = ColumnsForm(source, request.POST or None)
    if request.method != "POST":
        return _columns_page(request, source, form)
    if form.is_valid() and _save_columns(request, source, form) and "import" in request.POST:
        try:
            services.start_import(source=source, actor=request.user)
        except Refused as refusal:
            _blame(form, refusal)
        else:
            return redirect("research:source", slug, source_id)
    return _columns_page(request, source, form if form.errors else ColumnsForm(source), 422 if form.errors else 200)


def _save_columns(request: WorkspaceRequest, source: Source, form: ColumnsForm) -> bool:
    chosen = form.cleaned_data
    # What the person left as it was guessed is guessed anew when the columns change.
    parameters = {name: value for name, value in form.parameters.items() if name in form.changed_data}
    try:
        services.set_columns(
            source=source,
            columns=form.columns,
            parameters=parameters,
            actor=request.user,
            name=chosen["name"],
            collected_on=chosen["collected_on"],
            expires_on=chosen["expires_on"],
        )
    except Refused as refusal:
        _blame(form, refusal)
        return False
    return True


def _blame(form: ColumnsForm, refusal: Refused) -> None:
    names = [name for name in (refusal.field, f"column-{refusal.field}") if name in form.fields]
    form.add_error(names[0] if names else None, str(refusal))


def _columns_page(request: WorkspaceRequest, source: Source, form: ColumnsForm, status: int = 200) -> HttpResponse:
    used = [field for field in form.kind.fields if source.columns.get(field.name)]
    context = {"source": source, "form": form, "kind": form.kind, "preview": preview(source), "used": used}
    template = "research/columns.html#chosen" if request.htmx else "research/columns.html"
    return render(request, template, context, status=status)


@require_POST
@workspace_view(Role.EDITOR)
def swap(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    source = selectors.source(request.workspace, source_id)
    try:
        services.swap_prices(source=source, actor=request.user)
        messages.success(request, _("The price columns were swapped. Look at the rows below."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("research:columns", slug, source_id)


@require_safe
@workspace_view(Role.VIEWER)
def source_page(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    source = selectors.source(request.workspace, source_id)
    after = _key(request.GET.get("after"))
    rows = selectors.rows(source, after)
    kind = KINDS[source.kind]
    context = {
        "source": source,
        "kind": kind,
        "job": selectors.import_job(source),
        "waiting": selectors.quarantine_page(source),
        "discarded": selectors.quarantine_page(source, discarded=True),
        "table": selectors.row_table(kind, rows),
        "after": after,
        "next": rows[-1].row_number if len(rows) == selectors.PAGE else None,
        "moves": selectors.figures_moved_by_source(source),
    }
    return render(request, "research/source.html", context)


@require_POST
@workspace_view(Role.EDITOR)
def take_back(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    try:
        services.take_back(source=selectors.source(request.workspace, source_id), actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("research:source", slug, source_id)
    return redirect("research:columns", slug, source_id)


@require_POST
@workspace_view(Role.EDITOR)
def delete(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    source = selectors.source(request.workspace, source_id)
    try:
        services.delete_source(source=source, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("research:source", slug, source_id)
    messages.success(request, _("“%(name)s” and its rows were deleted.") % {"name": source.name})
    return redirect("research:home", slug)


def _key(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
