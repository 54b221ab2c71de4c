"""Who may see and do what: each page begins with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from apps.workspaces import selectors, services
from apps.workspaces.models import Role, User, Workspace

__all__ = ["Role", "WorkspaceRequest", "workspace_view"]


class WorkspaceRequest(HttpRequest):
    """A request by a member, after `workspace_view` let it in."""

    user: User  # type: ignore[assignment]
    workspace: Workspace
    role: Role
    htmx: Any


def workspace_view(role: Role) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Admit members of the workspace with at least ``role``: others get 404, too low a role 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @login_required
        def guarded(request: WorkspaceRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = selectors.membership(user=request.user, slug=slug)
            if membership is None:
                raise Http404
            request.workspace, request.role = membership.workspace, Role(membership.role)
            if request.role < role:
                raise PermissionDenied
            services.remember_workspace(user=request.user, workspace=request.workspace)
            return view(request, slug, *args, **kwargs)

        guarded.required_role = role  # type: ignore[attr-defined]
        return guarded

    return decorate
