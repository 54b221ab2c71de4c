from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.dashboards import selectors
from apps.jobs.models import Job
from apps.planning.loop import BY_CODE, run_loop
from apps.planning.models import LoopRun
from apps.research.models import SourceKind
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.models import Workspace

STOP_POLLING = 286


@workspace_view(Role.VIEWER)
@require_GET
def overview(request: WorkspaceRequest, slug: str) -> HttpResponse:
    context = {
        "overview": selectors.overview(request.workspace),
        "template_files": SourceKind.choices,
        **_work(request.workspace),
    }
    return render(request, "dashboards/overview.html", context)


@workspace_view(Role.VIEWER)
@require_GET
def work(request: WorkspaceRequest, slug: str) -> HttpResponse:
    """The fragment that the page polls while anything runs; when all has ended, the page is loaded afresh."""
    context = _work(request.workspace)
    response = render(request, "dashboards/overview.html#work", context)
    if not context["is_working"]:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@workspace_view(Role.EDITOR)
@require_POST
def run(request: WorkspaceRequest, slug: str) -> HttpResponse:
    run_loop(workspace=request.workspace, actor=request.user)
    messages.success(request, _("The loop is running: each study starts as soon as those before it have ended."))
    return redirect("dashboards:overview", slug)


def _work(workspace: Workspace) -> dict[str, Any]:
    found, loop = selectors.running(workspace)
    return {
        "jobs": found,
        "loop": loop,
        "steps": _steps(loop, {str(job.pk): job for job in found}) if loop else [],
        "is_working": bool(found or loop),
    }


def _steps(loop: LoopRun, running: dict[str, Job]) -> list[dict[str, Any]]:
    return [
        {"label": BY_CODE[step["study"]].label, "state": step["state"], "job": running.get(step["job"] or "")}
        for step in loop.steps
    ]
