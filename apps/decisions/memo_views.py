from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.decisions import memo_content, selectors
from apps.decisions.memo_pdf import pdf
from apps.decisions.memo_sheets import workbook
from apps.estimates.messages import reason
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from trimtab.economics.errors import CannotEstimate


@require_safe
@workspace_view(Role.VIEWER)
def memo(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _file(request, lambda scenario: pdf(memo_content.memo(scenario)), "pdf", "application/pdf")


@require_safe
@workspace_view(Role.VIEWER)
def tables(request: WorkspaceRequest, slug: str) -> HttpResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(request, workbook, "xlsx", kind)


def _file(request: WorkspaceRequest, make: Callable[[Scenario], bytes], ending: str, kind: str) -> HttpResponse:
    scenario = selectors.scenario(request.workspace, request.GET.get("scenario"))
    try:
        content = make(scenario)
    except CannotEstimate as error:
        messages.warning(request, reason(error))
        return redirect("decisions:home", request.workspace.slug)
    response = HttpResponse(content, content_type=kind)
    name = memo_content.file_name(scenario, ending)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
