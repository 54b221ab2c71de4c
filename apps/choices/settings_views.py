from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.choices import selectors, services
from apps.choices.study_settings import AttributeSetting
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused


@require_safe
@workspace_view(Role.VIEWER)
def settings(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "choices/settings.html", {"page": selectors.settings_page(request.workspace)})


@require_POST
@workspace_view(Role.EDITOR)
def change(request: WorkspaceRequest, slug: str) -> HttpResponse:
    page = selectors.settings_page(request.workspace)
    if page is None:
        return redirect("choices:settings", slug)
    try:
        given = _given(request.POST, page.settings.attributes, [source.pk for source in page.sources])
        services.change_settings(workspace=request.workspace, given=given, actor=request.user)
    except Refused as refusal:
        return render(request, "choices/settings.html", {"page": page, "refusal": str(refusal)}, status=422)
    messages.success(request, _("The reading is kept. Run the study again to use it."))
    return redirect("choices:settings", slug)


@require_POST
@workspace_view(Role.EDITOR)
def guess(request: WorkspaceRequest, slug: str) -> HttpResponse:
    services.use_guess(workspace=request.workspace, actor=request.user)
    messages.success(request, _("The answers are read as the data suggests."))
    return redirect("choices:settings", slug)


@require_POST
@workspace_view(Role.EDITOR)
def undo(request: WorkspaceRequest, slug: str) -> HttpResponse:
    try:
        services.undo_settings(workspace=request.workspace, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("choices:settings", slug)


def _given(posted: QueryDict, attributes: tuple[AttributeSetting, ...], sources: list[int]) -> dict[str, Any]:
    """The form as settings; a field is known by the places of its attribute and level, whatever their names hold."""
    return {
        "family": posted.get("family", ""),
        "period": posted.get("period", ""),
        "left_out": [source for source in sources if f"source-{source}" not in posted],
        "attributes": [_attribute(posted, place, one) for place, one in enumerate(attributes)],
    }


def _attribute(posted: QueryDict, place: int, one: AttributeSetting) -> dict[str, Any]:
    order = [_number(posted.get(f"{place}-order-{at}"), at) for at in range(len(one.levels))]
    levels = [level for _order, level in sorted(zip(order, one.levels, strict=True), key=lambda pair: pair[0])]
    role = posted.get(f"{place}-role", "")
    reference = _number(posted.get(f"{place}-reference"), 0)
    row: dict[str, Any] = {
        "name": one.name,
        "used": f"{place}-used" in posted,
        "kind": posted.get(f"{place}-kind", one.kind),
        "coding": posted.get(f"{place}-coding", one.coding),
        "role": role,
        "levels": levels,
        "reference": one.levels[int(reference)] if 0 <= reference < len(one.levels) else "",
    }
    if role == "quality":
        qualities = {level: posted.get(f"{place}-quality-{at}", "") for at, level in enumerate(one.levels)}
        row["quality"] = {level: _number(value, 0) for level, value in qualities.items() if value.strip()}
    return row


def _number(text: str | None, otherwise: float) -> float:
    try:
        found = float(text or otherwise)
    except ValueError:
        return otherwise
    return found if math.isfinite(found) else otherwise
