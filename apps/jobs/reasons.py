"""Stored messages in the reader's language: rows keep the English source and its parameters."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORKER_LOST = _(
    "The worker stopped in the middle %(attempts)s times, so this was given up. "
    "Often the machine ran out of memory: free some, or work on less data, then try again."
)
UNKNOWN_KIND = _("This worker does not know the kind of work %(kind)s. Update and restart the workers, then try again.")
UNEXPECTED = _("Something unexpected went wrong: %(error)s. Trying again may help; the workers' log has the details.")
TRIED_TOO_OFTEN = _("This failed %(attempts)s times, at last with: %(error)s. Remove the cause, then try again.")


def told(error: Any) -> str:
    """What an error says, to be stored: its message and its remedy on a line each, their places still open."""
    message = getattr(error, "template", error.message)
    remedy = getattr(error, "remedy_template", getattr(error, "remedy", ""))
    return "\n".join(str(text) for text in (message, remedy) if text)


def translated(message: str, params: dict[str, Any]) -> str:
    """A stored message, line by line; the empty text is left out because it names the catalogue's header."""
    return " ".join(_filled(gettext(line), params) for line in message.split("\n") if line)


def _filled(text: str, params: dict[str, Any]) -> str:
    """A place that a catalogue misspelt must not break the page."""
    if not params:
        return text
    try:
        return text % params
    except (KeyError, TypeError, ValueError):
        return text
