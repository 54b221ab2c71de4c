from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.onboarding import selectors
from apps.onboarding.models import SignInLink
from apps.onboarding.public_data import load_public_data
from apps.onboarding.sample import load_sample
from apps.workspaces import audit
from apps.workspaces.errors import Refused
from apps.workspaces.models import User
from apps.workspaces.secrets import digest, new_secret

__all__ = ["claim_account", "first_owner", "load_public_data", "load_sample", "make_sign_in_link", "use_sign_in_link"]

LINK_HOURS = 24


@transaction.atomic
def first_owner() -> User:
    """The account for first use: it has no password, so that only a link printed on this machine opens it."""
    return selectors.first_owner() or User.objects.create_user(selectors.FIRST_OWNER, None)


@transaction.atomic
def make_sign_in_link(*, user: User, now: datetime | None = None) -> tuple[SignInLink, str]:
    """A link and its secret, which is not kept. Links made earlier for the same person cease to work."""
    now = now or timezone.now()
    SignInLink.objects.filter(user=user, used_at=None).delete()
    secret = new_secret()
    link = SignInLink.objects.create(
        user=user, secret_sha512=digest(secret), expires_at=now + timedelta(hours=LINK_HOURS)
    )
    audit.note(workspace=None, actor=None, action="sign_in_link.made", target=user)
    return link, secret


@transaction.atomic
def use_sign_in_link(*, link_id: int, secret: str, now: datetime | None = None) -> User:
    """The person whom the link signs in; of two who come at once, one is refused. Raises Refused."""
    now = now or timezone.now()
    link = selectors.usable_link(link_id, secret, now)
    if link is None or not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        raise Refused(
            "link_not_usable",
            _("This link was used already, has expired, or was replaced by a newer one."),
            remedy=_("On the machine that runs Trimtab, start it again or run: manage.py sign_in_link"),
        )
    audit.note(workspace=None, actor=link.user, action="sign_in_link.used", target=link.user)
    return link.user


@transaction.atomic
def claim_account(*, user: User, email: str, password: str) -> User:
    """Give an account that has no password an address and a password of its person's own."""
    email = email.strip().lower()
    if user.has_usable_password():
        raise Refused("has_password", _("This account already has a password."))
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise Refused("email_taken", _("Another account has this address."), field="email")
    user.email = email
    user.set_password(password)
    user.save(update_fields=["email", "password"])
    SignInLink.objects.filter(user=user, used_at=None).delete()
    audit.note(workspace=None, actor=user, action="account.claimed", target=user)
    return user
