"""How figures read on a page: in the reader's language, in their unit, with their interval."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.estimates import reading, selectors
from apps.estimates.charts import table_of
from apps.estimates.models import Estimate

register = template.Library()

GRADES: dict[str, tuple[str | Promise, str | Promise]] = {
    "assumed": (_("Assumed"), _("Someone typed this in; no data stands behind it yet.")),
    "observed": (_("Observed"), _("Fitted to data. It shows what goes together, not what causes what.")),
    "tested": (_("Tested"), _("From an experiment or a held-out test.")),
}

register.filter("number", reading.number)
register.filter("percent", reading.percent)
register.filter("money", reading.money)
register.filter("interval", reading.interval)
register.filter("amount", reading.amount)
register.filter("typed", reading.typed)
register.filter("stated", reading.stated)
register.filter("unit_words", reading.unit_words)


@register.filter
def figure(estimate: Estimate | None, name: str) -> dict[str, Any] | None:
    return estimate.figures.get(name) if estimate else None


@register.filter
def freshness(estimate: Estimate | None) -> selectors.Staleness:
    """Looked up once for each estimate object, however many of its figures a page shows."""
    if not isinstance(estimate, Estimate):
        return selectors.Staleness()
    if not hasattr(estimate, "shown_freshness"):
        estimate.shown_freshness = selectors.staleness(estimate)  # type: ignore[attr-defined]
    return estimate.shown_freshness  # type: ignore[attr-defined]


@register.filter
def evidence_url(estimate: Estimate) -> str:
    if shown := getattr(estimate, "shown_evidence_url", ""):
        return shown
    try:
        return reverse("estimates:detail", args=[estimate.workspace.slug, estimate.pk])
    except NoReverseMatch:
        return ""


@register.filter
def grade_label(grade: str) -> str | Promise:
    return GRADES.get(grade, (grade, ""))[0]


@register.filter
def grade_meaning(grade: str) -> str | Promise:
    return GRADES.get(grade, (grade, ""))[1]


@register.filter
def median_place(figure: dict[str, Any]) -> str:
    """Where the median stands between the interval's ends, across a drawing: "4%" to "96%"."""
    width = figure["high"] - figure["low"]
    return f"{4 + 92 * (figure['median'] - figure['low']) / width:.1f}%" if width > 0 else "50%"


@register.filter
def heat(share: float | None) -> str:
    """The class of a heat-map cell: heat-0 for nothing up to heat-10 for the whole."""
    return f"heat-{round(10 * min(max(float(share or 0), 0.0), 1.0))}"


@register.filter
def chart_json(spec: dict[str, Any]) -> SafeString:
    return json_script(spec)


@register.filter
def chart_table(spec: dict[str, Any]) -> dict[str, list[Any]]:
    return table_of(spec)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)
