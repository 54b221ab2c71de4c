from __future__ import annotations

import secrets as random_secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import Invitation, Membership, Role, Token, User, Workspace
from apps.workspaces.secrets import digest, new_secret

INVITATION_DAYS = 7


@transaction.atomic
def create_workspace(*, name: str, owner: User, currency: str = "USD", is_simulated: bool = False) -> Workspace:
    if not name.strip():
        raise Refused("name_missing", _("The workspace needs a name."), field="name")
    workspace = Workspace.objects.create(
        name=name.strip(), slug=_free_slug(name), currency=currency.upper(), is_simulated=is_simulated
    )
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    audit.note(workspace=workspace, actor=owner, action="workspace.created", target=workspace)
    return workspace


def rename_workspace(*, workspace: Workspace, name: str, currency: str, actor: User) -> Workspace:
    if not name.strip():
        raise Refused("name_missing", _("The workspace needs a name."), field="name")
    workspace.name, workspace.currency = name.strip(), currency.upper()
    workspace.save(update_fields=["name", "currency"])
    audit.note(workspace=workspace, actor=actor, action="workspace.renamed", details={"name": workspace.name})
    return workspace


def remember_workspace(*, user: User, workspace: Workspace) -> None:
    if user.last_workspace_id != workspace.pk:
        User.objects.filter(pk=user.pk).update(last_workspace=workspace)
        user.last_workspace = workspace


@transaction.atomic
def invite(*, workspace: Workspace, email: str, role: Role, actor: User) -> tuple[Invitation, str]:
    """A new invitation and its secret, which is not kept and can't be shown again."""
    secret = new_secret()
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email.strip().lower(),
        role=role,
        secret_sha512=digest(secret),
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    audit.note(
        workspace=workspace, actor=actor, action="member.invited", target=invitation, details={"role": Role(role).name}
    )
    return invitation, secret


def revoke_invitation(*, invitation: Invitation, actor: User) -> None:
    audit.note(workspace=invitation.workspace, actor=actor, action="invitation.revoked", target=invitation)
    invitation.delete()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Workspace:
    if invitation.email and invitation.email != user.email.lower():
        raise Refused(
            "other_address",
            _("This invitation was made for another email address."),
            remedy=_("Sign in with that address, or ask for a new invitation."),
        )
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        accepted_at=timezone.now(), accepted_by=user
    )
    if not taken:
        raise Refused("invitation_used", _("This invitation was used already."), remedy=_("Ask for a new one."))
    Membership.objects.get_or_create(workspace=invitation.workspace, user=user, defaults={"role": invitation.role})
    audit.note(workspace=invitation.workspace, actor=user, action="member.joined", target=user)
    return invitation.workspace


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: User) -> Membership:
    _keep_an_owner(membership, stays_owner=role == Role.OWNER)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.note(
        workspace=membership.workspace,
        actor=actor,
        action="member.role",
        target=membership.user,
        details={"role": Role(role).name},
    )
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User) -> None:
    _keep_an_owner(membership, stays_owner=False)
    Token.objects.filter(workspace=membership.workspace, user=membership.user, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    audit.note(workspace=membership.workspace, actor=actor, action="member.removed", target=membership.user)
    membership.delete()


@transaction.atomic
def create_token(
    *, workspace: Workspace, user: User, name: str, role: Role, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new API token and the text to send as ``Authorization: Bearer``, which can't be shown again."""
    held = workspace.memberships.get(user=user).role
    if role > held:
        raise Refused("role_too_high", _("A token can't do more than its maker."), field="role")
    prefix, secret = random_secrets.token_hex(6), new_secret()
    token = Token.objects.create(
        workspace=workspace,
        user=user,
        name=name,
        prefix=prefix,
        secret_sha512=digest(secret),
        role=role,
        expires_at=expires_at,
    )
    audit.note(workspace=workspace, actor=user, action="token.created", target=token, details={"name": name})
    return token, f"tt_{prefix}_{secret}"


def revoke_token(*, token: Token, actor: User) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.note(workspace=token.workspace, actor=actor, action="token.revoked", target=token)


def touch_token(*, token: Token) -> None:
    """Remember the last use, to the minute: a write for each call would cost more than it tells."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)


def _keep_an_owner(membership: Membership, *, stays_owner: bool) -> None:
    others = Membership.objects.filter(workspace=membership.workspace, role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not stays_owner and not others.exists():
        raise Refused("last_owner", _("A workspace needs an owner."), remedy=_("Make somebody else an owner first."))


def _free_slug(name: str) -> str:
    base = slugify(name)[:48] or "workspace"
    slug = base
    while Workspace.objects.filter(slug=slug).exists():
        slug = f"{base}-{random_secrets.token_hex(3)}"
    return slug
