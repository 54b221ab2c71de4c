from __future__ import annotations

from datetime import datetime

from apps.onboarding.models import SignInLink
from apps.workspaces.models import AuditEntry, Role, User, Workspace
from apps.workspaces.secrets import matches

FIRST_OWNER = "owner@trimtab.localhost"
SAMPLE_LOADED = "sample.loaded"


def first_owner() -> User | None:
    """The account made for first use, as long as nobody has taken it over with an address of their own."""
    return User.objects.filter(email=FIRST_OWNER, is_active=True).first()


def needs_a_link(user: User) -> bool:
    """Without a password there is no other way in."""
    return user.is_active and not user.has_usable_password()


def sample_was_loaded() -> bool:
    """Whether the sample company was ever loaded here; deleting its workspace does not bring it back."""
    return AuditEntry.objects.filter(workspace=None, action=SAMPLE_LOADED).exists()


def sample_of(user: User) -> Workspace | None:
    """The sample company that this person owns already."""
    owned = Workspace.objects.filter(is_simulated=True, memberships__user=user, memberships__role=Role.OWNER)
    return owned.order_by("pk").first()


def usable_link(link_id: int, secret: str, now: datetime) -> SignInLink | None:
    """The link with this secret, unused and not expired. The secret is compared in constant time."""
    link = SignInLink.objects.select_related("user").filter(pk=link_id).first()
    if link is None or not matches(secret, link.secret_sha512):
        return None
    return link if link.used_at is None and link.expires_at > now and link.user.is_active else None
