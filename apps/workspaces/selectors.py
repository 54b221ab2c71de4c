from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.workspaces.models import AuditEntry, Invitation, Membership, Token, User, Workspace
from apps.workspaces.secrets import digest


def membership(*, user: User, slug: str) -> Membership | None:
    return Membership.objects.select_related("workspace").filter(user=user, workspace__slug=slug).first()


def workspaces_of(user: User) -> QuerySet[Workspace]:
    return Workspace.objects.filter(memberships__user=user).order_by("name")


def home_workspace(user: User) -> Workspace | None:
    """Where a person lands: the workspace of the last visit, else the first by name."""
    mine = workspaces_of(user)
    last = mine.filter(pk=user.last_workspace_id).first() if user.last_workspace_id else None
    return last or mine.first()


def members(workspace: Workspace) -> QuerySet[Membership]:
    return workspace.memberships.select_related("user").order_by("-role", "user__email")


def open_invitations(workspace: Workspace, now: datetime) -> QuerySet[Invitation]:
    return workspace.invitations.filter(accepted_at=None, expires_at__gt=now).order_by("-created_at")


def invitation(secret: str, now: datetime) -> Invitation | None:
    return (
        Invitation.objects.select_related("workspace")
        .filter(secret_sha512=digest(secret), accepted_at=None, expires_at__gt=now)
        .first()
    )


def tokens(workspace: Workspace, user: User) -> QuerySet[Token]:
    return workspace.tokens.filter(user=user, revoked_at=None).order_by("-created_at")


def live_token(prefix: str, now: datetime) -> Token | None:
    return (
        Token.objects.select_related("workspace", "user")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), prefix=prefix, revoked_at=None, user__is_active=True)
        .first()
    )


def audit_trail(workspace: Workspace) -> QuerySet[AuditEntry]:
    return workspace.audit_entries.select_related("actor").order_by("-at")
