"""Who calls the API, and for which workspace: a token names its own, a signed-in browser names one in a header."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from apps.workspaces import selectors
from apps.workspaces.models import Membership, Role, Token, User, Workspace

WORKSPACE_HEADER = "Trimtab-Workspace"


class WorkspaceAPIView(GenericAPIView):
    """A view of one workspace: viewers read, editors write; `reading_role` and `writing_role` say otherwise."""

    reading_role = Role.VIEWER
    writing_role = Role.EDITOR
    workspace: Workspace
    role: Role

    @property
    def actor(self) -> User:
        """Who calls; permission was checked before."""
        return cast(User, self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        membership = _membership(request)
        self.workspace = membership.workspace
        limit = request.auth.role if isinstance(request.auth, Token) else Role.OWNER
        self.role = Role(min(membership.role, limit))
        if self.role < (self.reading_role if request.method in SAFE_METHODS else self.writing_role):
            raise PermissionDenied


def _membership(request: Request) -> Membership:
    user = cast(User, request.user)
    if isinstance(request.auth, Token):
        slug = request.auth.workspace.slug
    elif WORKSPACE_HEADER in request.headers:
        slug = request.headers[WORKSPACE_HEADER]
    else:
        home = selectors.home_workspace(user)
        slug = home.slug if home else ""
    membership = selectors.membership(user=user, slug=slug)
    if membership is None:
        raise Http404
    return membership
