from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.research import needs as services
from apps.research import needs_charts as charts
from apps.research import needs_selectors as selectors
from apps.research.needs_comparison import comparison
from apps.research.needs_forms import NameForm, NeedChoiceForm, QuotesForm
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def index(request: WorkspaceRequest, slug: str) -> HttpResponse:
    workspace = request.workspace
    estimate = selectors.current(workspace)
    rows = selectors.ranked(workspace, estimate)
    texts = selectors.feedback_count(workspace)
    diagnostics = estimate.diagnostics if estimate else {}
    context = {
        "estimate": estimate,
        "rows": rows,
        "job": selectors.latest_job(workspace),
        "texts": texts,
        "new_texts": texts - estimate.parameters["texts"] if estimate else 0,
        "has_money": any(row.figures and row.figures["money"] for row in rows),
        "chart": charts.opportunity_chart(rows),
        "saturation": diagnostics.get("saturation"),
        "saturation_chart": charts.saturation_chart(diagnostics.get("saturation")),
        "aside": selectors.set_aside(workspace),
        "left_over": selectors.left_over(workspace)[0][:1],
    }
    return render(request, "research/needs/list.html", context)


@require_safe
@workspace_view(Role.VIEWER)
def detail(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    return _need_page(request, need_id)


def _need_page(request: WorkspaceRequest, need_id: int, **forms: Any) -> HttpResponse:
    need = selectors.need(request.workspace, need_id)
    estimate = selectors.current(request.workspace)
    figures = selectors.figures_of(estimate, need)
    segment = request.GET.get("segment")
    others = selectors.needs(request.workspace).exclude(pk=need.pk)
    context = {
        "need": need,
        "estimate": estimate,
        "figures": figures,
        "quotes": selectors.quotes(need, segment=segment, page=_page(request)),
        "segment": segment,
        "segments": selectors.segments_of(need),
        "segment_chart": charts.segment_chart(figures),
        "history_chart": charts.history_chart(selectors.history(need)),
        "moves": selectors.figures_moved_by(need),
        "merged": need.merged.order_by("name"),
        "job": selectors.latest_job(request.workspace),
        "others": others,
        "name_form": NameForm(initial={"name": need.name}),
        "merge_form": NeedChoiceForm(needs=others),
        "split_form": QuotesForm(),
        **forms,
    }
    return render(request, "research/needs/detail.html", context, status=422 if forms else 200)


@require_safe
@workspace_view(Role.VIEWER)
def compared(request: WorkspaceRequest, slug: str) -> HttpResponse:
    found = comparison(request.workspace)
    return render(request, "research/needs/compared.html", {"rows": found.rows, "behind": found.behind})


@require_safe
@workspace_view(Role.VIEWER)
def left_over(request: WorkspaceRequest, slug: str) -> HttpResponse:
    page = _page(request)
    items, more = selectors.left_over(request.workspace, page=page)
    context = {"items": items, "page": page, "more": more, "others": selectors.needs(request.workspace)}
    return render(request, "research/needs/left_over.html", context)


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.start(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("research:needs", slug)


@require_POST
@workspace_view(Role.EDITOR)
def rename(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    form = NameForm(request.POST)

    def act() -> None:
        need = selectors.need(request.workspace, need_id)
        services.rename(need=need, name=form.cleaned_data["name"], actor=request.user)

    return _acted(request, need_id, "name_form", form, act, _("The need has a new name."))


@require_POST
@workspace_view(Role.EDITOR)
def merge(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    form = NeedChoiceForm(request.POST, needs=selectors.needs(request.workspace))

    def act() -> None:
        need = selectors.need(request.workspace, need_id)
        services.merge(need=need, into=form.cleaned_data["into"], actor=request.user)

    return _acted(request, need_id, "merge_form", form, act, _("The needs are merged. This can be undone here."))


@require_POST
@workspace_view(Role.EDITOR)
def split(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    form = QuotesForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        need = selectors.need(request.workspace, need_id)
        services.split(need=need, feedback_ids=given["feedback_ids"], name=given["name"], actor=request.user)

    return _acted(request, need_id, "split_form", form, act, _("The quotes have a need of their own."))


@require_POST
@workspace_view(Role.EDITOR)
def split_in_two(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    return _do(request, need_id, services.split_in_two, _("The quotes are being grouped in two."))


@require_POST
@workspace_view(Role.EDITOR)
def unmerge(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    return _do(request, need_id, services.unmerge, _("The merge is undone."))


@require_POST
@workspace_view(Role.EDITOR)
def set_aside(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    return _do(request, need_id, services.set_aside, _("This no longer counts as a need."))


@require_POST
@workspace_view(Role.EDITOR)
def bring_back(request: WorkspaceRequest, slug: str, need_id: int) -> HttpResponse:
    return _do(request, need_id, services.bring_back, _("This counts as a need again."))


@require_POST
@workspace_view(Role.EDITOR)
def move(request: WorkspaceRequest, slug: str, feedback_id: int) -> HttpResponse:
    """Move one quote; the reader stays on the page where it was."""
    item = selectors.feedback_item(request.workspace, feedback_id)
    form = NeedChoiceForm(request.POST, needs=selectors.needs(request.workspace))
    if form.is_valid():
        into = form.cleaned_data["into"]
        services.move(item=item, need=into, actor=request.user)
        messages.success(request, _("The quote now belongs to “%(need)s”.") % {"need": into.name})
    else:
        messages.error(request, _("Choose a need."))
    came_from = request.POST.get("need_id", "")
    if came_from.isdecimal():
        return redirect("research:need", slug, int(came_from))
    return redirect("research:needs-left-over", slug)


def _acted(
    request: WorkspaceRequest, need_id: int, name: str, form: Form, act: Callable[[], None], done: str
) -> HttpResponse:
    """Do what the form says, or show the need's page again with what is wrong with it."""
    selectors.need(request.workspace, need_id)
    if form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("research:need", request.workspace.slug, need_id)
    return _need_page(request, need_id, **{name: form})


def _do(request: WorkspaceRequest, need_id: int, service: Callable[..., Any], done: str) -> HttpResponse:
    try:
        service(need=selectors.need(request.workspace, need_id), actor=request.user)
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("research:need", request.workspace.slug, need_id)


def _page(request: WorkspaceRequest) -> int:
    given = request.GET.get("page", "1")
    return min(max(1, int(given)), 100_000) if given.isdecimal() and len(given) < 7 else 1
