"""How often one address may ask for pages that need no sign-in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

A_MINUTE = 60


def too_many(request: HttpRequest) -> bool:
    """Count this request; whether its address has asked more often in this minute than it may."""
    most = settings.TRIMTAB_SHARED_PAGES_A_MINUTE
    if not most:
        return False
    minute = int(timezone.now().timestamp() // A_MINUTE)
    key = f"shared-page:{get_adapter().get_client_ip(request)}:{minute}"
    cache.add(key, 0, 2 * A_MINUTE)
    try:
        return cache.incr(key) > most
    except ValueError:
        # A full cache has thrown the count out between the two calls.
        return False


def turn_away(request: HttpRequest) -> HttpResponse:
    return respond_429(request)
