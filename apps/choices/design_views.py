from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.choices import design_reading, design_selectors, design_services
from apps.choices.design_forms import FORMS, PeopleForm
from apps.choices.design_text import written
from apps.choices.models import ChoiceDesign
from apps.research import sheet_files
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def designs(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "choices/designs.html", _page(request))


def _page(request: WorkspaceRequest, **bound: Any) -> dict[str, Any]:
    like = request.GET.get("like", "")
    before = design_selectors.design(request.workspace, int(like)) if _is_number(like) else None
    forms = {f"{kind}_form": bound.get(kind) or _fresh(kind, before) for kind in FORMS}
    return {"designs": design_selectors.designs(request.workspace), **forms}


def _fresh(kind: str, before: ChoiceDesign | None) -> Any:
    """An empty form, or one that begins with what an earlier design was asked for."""
    initial = {"name": before.name} | written(before.plan) if before is not None and before.kind == kind else None
    return FORMS[kind](auto_id=f"{kind}_%s", initial=initial)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


@require_POST
@workspace_view(Role.EDITOR)
def create(request: WorkspaceRequest, slug: str) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in FORMS:
        kind = ChoiceDesign.Kind.CHOICE.value
    form = FORMS[kind](request.POST, auto_id=f"{kind}_%s")
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            design = design_services.create(
                workspace=request.workspace, kind=kind, name=name, plan=form.plan, actor=request.user
            )
            return redirect("choices:design", slug, design.pk)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "choices/designs.html", _page(request, **{kind: form}), status=422)


@require_safe
@workspace_view(Role.VIEWER)
def design(request: WorkspaceRequest, slug: str, design_id: int) -> HttpResponse:
    page = design_selectors.design_page(request.workspace, design_id)
    return render(request, "choices/design.html", {"page": page, "design": page.design} | _shown(request, page.design))


def _shown(request: WorkspaceRequest, design: ChoiceDesign) -> dict[str, Any]:
    if not design.is_made:
        return {}
    asked = request.GET.get("version", "")
    version = int(asked) if _is_number(asked) else 1
    version = version if 1 <= version <= len(design.shown) else 1
    return {
        "tasks": design_reading.preview(design, version),
        "version": version,
        "versions": range(1, len(design.shown) + 1),
        "people_form": PeopleForm(auto_id="file_%s"),
        "header": design_reading.header(design),
    }


@require_safe
@workspace_view(Role.VIEWER)
def file(request: WorkspaceRequest, slug: str, design_id: int) -> HttpResponseBase:
    design = design_selectors.design(request.workspace, design_id)
    form = PeopleForm(request.GET)
    if not design.is_made or not form.is_valid():
        raise Http404
    rows = design_reading.file_rows(design, form.cleaned_data["people"] or 0)
    return sheet_files.answer(rows, f"design-{design.pk}.csv")


@require_POST
@workspace_view(Role.EDITOR)
def delete(request: WorkspaceRequest, slug: str, design_id: int) -> HttpResponse:
    design = design_selectors.design(request.workspace, design_id)
    design_services.delete(design=design, actor=request.user)
    messages.success(request, _("The design is deleted."))
    return redirect("choices:designs", slug)
