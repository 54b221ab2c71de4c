from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views.decorators.http import require_POST, require_safe

from apps.jobs import selectors, services
from apps.jobs.models import Job
from apps.workspaces.access import Role, WorkspaceRequest, workspace_view
from apps.workspaces.errors import Refused

STOP_POLLING = 286


@require_safe
@workspace_view(Role.VIEWER)
def job_list(request: WorkspaceRequest, slug: str) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in Job.State.values else ""
    jobs = selectors.page(request.workspace, before=_moment(request.GET.get("before", "")), state=state)
    context = {
        "jobs": jobs,
        "state": state,
        "states": Job.State.choices,
        "older": jobs[-1].created_at.isoformat() if len(jobs) == selectors.PAGE_SIZE else "",
    }
    return render(request, "jobs/list.html", context)


@require_safe
@workspace_view(Role.VIEWER)
def detail(request: WorkspaceRequest, slug: str, job_id: UUID) -> HttpResponse:
    job = selectors.job(request.workspace, job_id)
    return render(request, "jobs/detail.html", {"job": job, "lines": selectors.log_lines(job)})


@require_safe
@workspace_view(Role.VIEWER)
def progress(request: WorkspaceRequest, slug: str, job_id: UUID) -> HttpResponse:
    """The fragment that pages poll; the last answer stops the polling, and a success reloads the page."""
    return _progress(request, selectors.job(request.workspace, job_id))


@require_POST
@workspace_view(Role.EDITOR)
def cancel(request: WorkspaceRequest, slug: str, job_id: UUID) -> HttpResponse:
    job = selectors.job(request.workspace, job_id)
    try:
        job = services.cancel(job=job, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if request.htmx:
        job.refresh_from_db()
        return render(request, "jobs/_progress.html", {"job": job})
    return redirect("jobs:detail", slug, job_id)


@require_POST
@workspace_view(Role.EDITOR)
def retry(request: WorkspaceRequest, slug: str, job_id: UUID) -> HttpResponse:
    job = selectors.job(request.workspace, job_id)
    try:
        job = services.retry(job=job, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if request.htmx:
        return render(request, "jobs/_progress.html", {"job": job})
    return redirect("jobs:detail", slug, job_id)


def _progress(request: WorkspaceRequest, job: Job) -> HttpResponse:
    response = render(request, "jobs/_progress.html", {"job": job})
    if job.is_ended:
        response.status_code = STOP_POLLING
        if job.state == Job.State.SUCCEEDED:
            response["HX-Refresh"] = "true"
    return response


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and is_aware(moment) else None
