"""What the supervisor prints once the web answers."""

from __future__ import annotations

from django.urls import reverse

from apps.onboarding import selectors, services
from apps.workspaces.models import User


def lines(address: str) -> list[str]:
    """A one-time sign-in link, as long as the account for first use has no password of its own."""
    owner = selectors.first_owner()
    if owner is None or not selectors.needs_a_link(owner):
        return []
    return [f"Sign in, once and within {services.LINK_HOURS} hours: {sign_in_address(address, owner)}"]


def sign_in_address(address: str, user: User) -> str:
    link, secret = services.make_sign_in_link(user=user)
    return address.rstrip("/") + reverse("sign-in-link", args=[link.pk, secret])
