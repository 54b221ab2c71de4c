"""How evidence pages name results and figures."""

from __future__ import annotations

import json

from django import template
from django.utils.functional import Promise

from apps.estimates import selectors
from apps.estimates.figure_names import figure_name
from apps.estimates.formulas import title_of
from apps.estimates.models import Estimate
from apps.jobs.models import Job

register = template.Library()


@register.filter
def result_title(estimate: Estimate) -> str:
    """The kind in words and, where there is one, what it is about."""
    return title_of(estimate.kind, estimate.parameters.get("subject_label") or estimate.subject)


@register.inclusion_tag("estimates/_made_by.html")
def made_by(job: Job) -> dict[str, list[Estimate]]:
    """The results of a job, for its page: the app of jobs knows no estimates."""
    return {"estimates": list(selectors.made_by(job.workspace, job.pk)) if job.workspace else []}


@register.filter
def figure_label(name: str) -> str | Promise:
    return figure_name(name)


@register.filter
def as_json(estimate: Estimate) -> str:
    shown = {"diagnostics": estimate.diagnostics, "parameters": estimate.parameters}
    return json.dumps(shown, indent=2, ensure_ascii=False)
