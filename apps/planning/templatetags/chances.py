from __future__ import annotations

from django import template
from django.utils.translation import gettext

from apps.estimates import reading

register = template.Library()
SURE = 0.995


@register.filter
def chance(probability: float | None) -> str:
    """A probability counted in 2,000 worlds: never said to be certain."""
    if probability is None:
        return "—"
    if probability > SURE:
        return gettext("over 99%")
    if probability < 1 - SURE:
        return gettext("under 1%")
    return reading.percent(probability, 0)
