"""What a refusal of the economics says to a person, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from trimtab.economics.errors import CannotEstimate


def reason(error: CannotEstimate) -> str:
    """The message and its remedy, translated where the catalogue knows them."""
    words = [gettext(text) for text in (error.template, error.remedy_template) if text]
    return " ".join(text % error.params if error.params else text for text in words)
