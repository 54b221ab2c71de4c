"""API tokens as a way to sign in; apart from the views because DRF imports it while it is itself imported."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.workspaces import selectors, services
from apps.workspaces.models import Token, User
from apps.workspaces.secrets import matches


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer tt_<prefix>_<secret>``."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        parts = get_authorization_header(request).decode("latin-1").split()
        if len(parts) != 2 or parts[0].lower() != "bearer":
            return None
        marker, _sep, rest = parts[1].partition("_")
        prefix, _sep, secret = rest.partition("_")
        token = selectors.live_token(prefix, timezone.now()) if marker == "tt" else None
        if token is None or not matches(secret, token.secret_sha512):
            raise AuthenticationFailed(_("The token is unknown, expired or revoked. Make a new one under Settings."))
        services.touch_token(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="trimtab"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
