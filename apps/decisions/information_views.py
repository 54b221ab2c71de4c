from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.decisions import information_services, selectors
from apps.decisions.information_forms import CostsForm
from apps.decisions.information_page import information_page, sensitivity_page
from apps.decisions.information_studies import studies
from apps.planning.models import Scenario
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

PAGE = "decisions/information.html"


@require_safe
@workspace_view(Role.VIEWER)
def information(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return _page(request)


@require_safe
@workspace_view(Role.VIEWER)
def sensitivity(request: WorkspaceRequest, slug: str) -> HttpResponse:
    return render(request, "decisions/sensitivity.html", sensitivity_page(_scenario(request)))


@require_POST
@workspace_view(Role.EDITOR)
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    scenario = _scenario(request)
    try:
        job = information_services.start(scenario=scenario, actor=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("decisions:information", slug)
    page = "decisions:sensitivity" if request.POST.get("page") == "sensitivity" else "decisions:information"
    return redirect(f"{reverse(page, args=[slug])}?scenario={job.params['scenario_id']}")


@require_POST
@workspace_view(Role.EDITOR)
def costs(request: WorkspaceRequest, slug: str) -> HttpResponse:
    form = CostsForm(studies(request.workspace), request.POST)
    if not form.is_valid():
        return _page(request, status=422, costs_form=form)
    information_services.set_costs(workspace=request.workspace, values=form.values(), actor=request.user)
    messages.success(request, _("The costs are kept; what each study nets is reckoned with them."))
    address = reverse("decisions:information", args=[slug])
    return redirect(f"{address}?scenario={request.POST['scenario']}" if request.POST.get("scenario") else address)


def _scenario(request: WorkspaceRequest) -> Scenario:
    return selectors.scenario(request.workspace, request.POST.get("scenario") or request.GET.get("scenario"))


def _page(request: WorkspaceRequest, status: int = 200, **more: Any) -> HttpResponse:
    context = information_page(_scenario(request))
    context = {"costs_form": CostsForm(studies(request.workspace))} | context | more
    return render(request, PAGE, context, status=status)
