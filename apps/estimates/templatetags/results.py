"""How evidence pages name results and figures."""

from __future__ import annotations

import json

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext

from apps.estimates.formulas import explanation, figure_name
from apps.estimates.models import Estimate

register = template.Library()


@register.filter
def result_title(estimate: Estimate) -> str:
    """The kind in words and, where there is one, what it is about."""
    known = explanation(estimate.kind)
    title = str(known.title) if known else estimate.kind
    subject = estimate.parameters.get("subject_label") or estimate.subject
    # A subject may hold names that the product gave, such as the first scenario's.
    for part in filter(None, subject.split(": ")):
        title = gettext("%(title)s: %(subject)s") % {"title": title, "subject": gettext(part)}
    return title


@register.filter
def figure_label(name: str) -> str | Promise:
    return figure_name(name)


@register.filter
def as_json(estimate: Estimate) -> str:
    shown = {"diagnostics": estimate.diagnostics, "parameters": estimate.parameters}
    return json.dumps(shown, indent=2, ensure_ascii=False)
