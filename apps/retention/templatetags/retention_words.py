"""The names of forms, coefficients and groups in templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from apps.retention import words

register = template.Library()
register.filter("coefficient_name", words.coefficient)


@register.filter
def family_name(family: str) -> str | Promise:
    return words.SATISFACTION_FAMILIES.get(family) or words.CHURN_FAMILIES.get(family, family)


@register.filter
def link_family(family: str) -> str | Promise:
    return words.LINK_FAMILIES.get(family, family)


@register.filter
def purchase_model(model: str) -> str | Promise:
    return words.PURCHASE_MODELS.get(model, model)


@register.filter
def group_name(group: str) -> str | Promise:
    return words.GROUPS.get(group, group)
