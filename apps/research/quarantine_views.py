"""Refused rows on the page: correct, discard, bring back, download."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.research import corrections, selectors, sheet_files
from apps.research.kinds import KINDS
from apps.research.models import QuarantinedRow
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Role.EDITOR)
def correct(request: WorkspaceRequest, slug: str, refused_id: int) -> HttpResponse:
    """The form of one refused row; a good correction imports it."""
    refused = selectors.refused_row(request.workspace, refused_id)
    if request.method != "POST":
        return _row(request, refused, "form")
    names = [cell.name for cell in selectors.refused_cells(refused)]
    given = {name: request.POST.get(name, "") for name in names}
    try:
        done = corrections.correct_row(refused=refused, values=given, actor=request.user)
    except Refused as refusal:
        fault = refusal.field if refusal.field in names else None
        return _row(request, refused, "form", status=422, given=given, error=str(refusal), fault=fault)
    if done.waiting:
        return _row(request, refused, "form", status=422, given=given, error=done.waiting)
    return _corrected(request, slug, refused, done)


def _corrected(
    request: WorkspaceRequest, slug: str, refused: QuarantinedRow, done: corrections.Correction
) -> HttpResponse:
    if done.added > 1:
        rows = {"rows": done.added}
        messages.success(request, _("The task is whole now: its %(rows)s rows were imported.") % rows)
        if request.htmx:
            # The task's other rows stand on the page as well, and none of them waits any longer.
            return HttpResponse(headers={"HX-Refresh": "true"})
        return redirect("research:source", slug, refused.source_id)
    text = _("Row %(row)s was imported.") if done.added else _("Row %(row)s was known already; nothing was added.")
    return _done(request, slug, refused, text % {"row": refused.row_number})


@require_safe
@workspace_view(Role.VIEWER)
def row(request: WorkspaceRequest, slug: str, refused_id: int) -> HttpResponse:
    """One refused row as it stands, to leave its form again."""
    return _row(request, selectors.refused_row(request.workspace, refused_id), "row")


@require_POST
@workspace_view(Role.EDITOR)
def discard(request: WorkspaceRequest, slug: str, refused_id: int) -> HttpResponse:
    refused = selectors.refused_row(request.workspace, refused_id)
    try:
        corrections.discard_row(refused=refused, actor=request.user)
    except Refused as refusal:
        return _row(request, refused, "row", status=422, error=str(refusal))
    return _done(request, slug, refused, _("Row %(row)s was discarded.") % {"row": refused.row_number})


@require_POST
@workspace_view(Role.EDITOR)
def bring_back(request: WorkspaceRequest, slug: str, refused_id: int) -> HttpResponse:
    refused = selectors.refused_row(request.workspace, refused_id)
    try:
        corrections.bring_back_row(refused=refused, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("research:source", slug, refused.source_id)


@require_POST
@workspace_view(Role.EDITOR)
def discard_all(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponse:
    source = selectors.source(request.workspace, source_id)
    count = corrections.discard_all(source=source, actor=request.user)
    messages.success(request, _("%(count)d rows were discarded.") % {"count": count})
    return redirect("research:source", slug, source_id)


@require_safe
@workspace_view(Role.VIEWER)
def download(request: WorkspaceRequest, slug: str, source_id: int) -> HttpResponseBase:
    source = selectors.source(request.workspace, source_id)
    return sheet_files.answer(sheet_files.quarantine(source), f"quarantine-{source.pk}.csv")


@require_safe
@workspace_view(Role.VIEWER)
def template(request: WorkspaceRequest, slug: str, kind: str) -> HttpResponseBase:
    return sheet_files.answer(sheet_files.template(KINDS[kind]), f"{kind}.csv")


def _done(request: WorkspaceRequest, slug: str, refused: QuarantinedRow, text: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, text)
        return redirect("research:source", slug, refused.source_id)
    return render(request, "research/_refused.html#done", {"refused": refused, "text": text})


def _row(
    request: WorkspaceRequest, refused: QuarantinedRow, part: str, status: int = 200, **shown: object
) -> HttpResponse:
    cells = selectors.refused_cells(refused, given=shown.pop("given", None))  # type: ignore[arg-type]
    context = {"refused": refused, "cells": cells, "reason": selectors.refusal_reason(refused), **shown}
    if not request.htmx:
        return render(request, "research/refused.html", context, status=status)
    return render(request, f"research/_refused.html#{part}", context, status=status)
