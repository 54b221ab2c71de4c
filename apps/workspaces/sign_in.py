from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class SignInAdapter(DefaultAccountAdapter):
    """Sign-up is open, or only by invitation where TRIMTAB_OPEN_SIGN_UP is off."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        invited = request.session.get("invitation") is not None
        return settings.TRIMTAB_OPEN_SIGN_UP or invited


def address_of(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """Whose sign-in failed, so that one address is locked and not everybody behind the same proxy."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login") or ""
    return name.strip().lower()[:255]
