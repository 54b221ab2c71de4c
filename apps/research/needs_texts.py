"""All feedback of a workspace, as grouping and scoring read it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils.translation import gettext_noop as _

from apps.jobs.run import JobFailure
from apps.research.models import FeedbackItem, Subscription
from apps.research.needs_scoring import Said
from apps.workspaces.models import Workspace

NOTHING = _("There is no feedback to read. Import feedback first.")


@dataclass
class Texts:
    """All feedback of a workspace, one entry per text in the order of the keys."""

    pk: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    customer: list[str] = field(default_factory=list)
    segment: list[str] = field(default_factory=list)
    rating: list[float | None] = field(default_factory=list)
    source: list[int] = field(default_factory=list)

    def said(self, workspace: Workspace) -> Said:
        return Said(self.customer, self.segment, self.rating, self.source, customers_money(workspace))


def read_texts(workspace: Workspace) -> Texts:
    rows = FeedbackItem.objects.filter(workspace=workspace).order_by("pk")
    texts = Texts()
    for pk, text, customer, segment, rating, source in rows.values_list(
        "pk", "text", "customer", "segment", "rating", "source_id"
    ).iterator(chunk_size=10_000):
        texts.pk.append(pk)
        texts.text.append(text)
        texts.customer.append(customer or f"#{pk}")
        texts.segment.append(segment)
        texts.rating.append(rating)
        texts.source.append(source)
    if not texts.pk:
        raise JobFailure("no_feedback", NOTHING)
    return texts


def customers_money(workspace: Workspace) -> dict[str, float]:
    """What each present customer pays in a month."""
    paying = Subscription.objects.filter(workspace=workspace, ended_on=None, monthly_price__gt=0)
    return dict(paying.order_by().values_list("customer").annotate(paid=Sum("monthly_price")))
