"""Stored messages in the reader's language: rows keep the English source and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORKER_LOST = _(
    "The worker stopped in the middle %(attempts)s times, so this was given up. "
    "Often the machine ran out of memory: free some, or work on less data, then try again."
)
UNKNOWN_KIND = _("This worker does not know the kind of work %(kind)s. Update and restart the workers, then try again.")
UNEXPECTED = _("Something unexpected went wrong: %(error)s. Trying again may help; the workers' log has the details.")
TRIED_TOO_OFTEN = _("This failed %(attempts)s times, at last with: %(error)s. Remove the cause, then try again.")

_reasons: dict[str, str | Promise] = {}


def register_reasons(messages: Mapping[str, str | Promise]) -> None:
    """Texts by error code, for failures whose stored message is already filled and so has no translation."""
    _reasons.update(messages)


def explained(code: str, message: str, params: dict[str, Any]) -> str:
    if code in _reasons:
        return _filled(str(_reasons[code]), params)
    return translated(message, params)


def translated(message: str, params: dict[str, Any]) -> str:
    # gettext("") is the catalogue's header.
    return _filled(gettext(message), params) if message else ""


def _filled(text: str, params: dict[str, Any]) -> str:
    """A place that a catalogue misspelt must not break the page."""
    if not params:
        return text
    try:
        return text % params
    except (KeyError, TypeError, ValueError):
        return text
