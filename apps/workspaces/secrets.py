"""Secrets that are shown once and kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-512: enough for a secret of 256 random bits, which no one can guess."""
    return hashlib.sha512(secret.encode()).hexdigest()


def matches(secret: str, kept: str) -> bool:
    return hmac.compare_digest(digest(secret), kept)
