from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext

from apps.estimates import reading
from trimtab.economics.draws import Figure

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


@register.filter
def change(figure: Figure, part: str = "median") -> str:
    """A part of a difference with its sign; of two shares it is counted in points."""
    return signed(float(getattr(figure, part)), figure.unit, figure.as_dict())


@register.filter
def signed(value: float, unit: str, rounded_as: dict[str, Any] | None = None) -> str:
    """A difference in a unit with its sign; of two shares it is counted in points."""
    if unit == "share":
        text = gettext("%(points)s points") % {"points": reading.number(100 * value, 1)}
    else:
        text = reading.amount(value, rounded_as or unit)
    return f"+{text}" if value > 0 else text
