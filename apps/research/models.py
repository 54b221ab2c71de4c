from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.research.market_models import (
    AdoptionCount,
    AnswerOutcome,
    ChoiceAnswer,
    KanoAnswer,
    LadderAnswer,
    MaxDiffAnswer,
    Purchase,
    TokenUsage,
)
from apps.research.source_models import Row, Source, SourceKind, SourceState
from apps.workspaces.models import Workspace

__all__ = [
    "AdoptionCount",
    "AnswerOutcome",
    "ChoiceAnswer",
    "CompetitorFact",
    "FeedbackItem",
    "KanoAnswer",
    "LadderAnswer",
    "MaxDiffAnswer",
    "Need",
    "NeedMention",
    "PriceAnswer",
    "Purchase",
    "QuarantinedRow",
    "Row",
    "SatisfactionAnswer",
    "Source",
    "SourceKind",
    "SourceState",
    "Subscription",
    "TokenUsage",
]


class FeedbackItem(Row):
    text = models.TextField()
    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    said_on = models.DateField(null=True)
    rating = models.FloatField(null=True)
    language = models.CharField(max_length=8, blank=True)

    class Meta(Row.Meta):
        indexes = [
            *Row.Meta.indexes,
            models.Index(fields=["workspace", "said_on"]),
            models.Index(fields=["workspace", "segment"]),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CompetitorFact(Row):
    offer = models.CharField(max_length=120)
    attribute = models.CharField(max_length=120)
    value = models.CharField(max_length=400)
    number = models.FloatField(null=True)
    is_ours = models.BooleanField(default=False)
    said_by = models.CharField(max_length=400, blank=True)
    said_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.offer}: {self.attribute}"


class PriceAnswer(Row):
    """The four Van Westendorp answers of one respondent, in the source's currency.

    ``intent_cheap`` and ``intent_expensive``: how likely a purchase is at these two prices, 1 (never) to 5 (surely).
    """

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    too_cheap = models.FloatField()
    cheap = models.FloatField()
    expensive = models.FloatField()
    too_expensive = models.FloatField()
    intent_cheap = models.PositiveSmallIntegerField(null=True)
    intent_expensive = models.PositiveSmallIntegerField(null=True)
    weight = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return self.customer


class SatisfactionAnswer(Row):
    """One customer's answers on the survey's own scale, whose ends the source's parameters hold."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    functionality = models.FloatField()
    interaction = models.FloatField()
    cost = models.FloatField()
    overall = models.FloatField()
    said_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.customer


class Subscription(Row):
    """``traits`` are further columns that a person kept, by the column's name, as text."""

    customer = models.CharField(max_length=120)
    segment = models.CharField(max_length=80, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True)
    monthly_price = models.FloatField(null=True)
    traits = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.customer


class QuarantinedRow(models.Model):
    """A refused row as it came, with the field and the reason, to be corrected and imported again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantine")
    row_number = models.PositiveIntegerField()
    raw = models.JSONField()
    field = models.CharField(max_length=40)
    reason_code = models.CharField(max_length=40)
    reason_values = models.JSONField(default=dict)
    resolved_at = models.DateTimeField(null=True)
    discarded = models.BooleanField(default=False)

    class Meta:
        ordering = ["row_number"]
        constraints = [models.UniqueConstraint(fields=["source", "row_number"], name="one_refusal_a_row")]

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.reason_code}"


class Need(models.Model):
    """A need that customers voice; it keeps its identity when the texts are grouped again.

    ``centroids`` are {"vector", "floor"} in the space of ``encoder``. ``revision`` counts what people changed in it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="needs")
    name = models.CharField(_("name"), max_length=120)
    named_by_person = models.BooleanField(default=False)
    terms = models.JSONField(default=list)
    centroids = models.JSONField(default=list)
    encoder = models.CharField(max_length=80, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    retired_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.merged_into_id is None and self.retired_at is None


class NeedMention(models.Model):
    """That a text voices a need; a person's word is kept when the texts are grouped again.

    ``origin`` is the need that it was grouped into, which a merge leaves alone so that it can be undone.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="mentions")
    origin = models.ForeignKey(Need, null=True, on_delete=models.CASCADE, related_name="+")
    feedback = models.OneToOneField(FeedbackItem, on_delete=models.CASCADE, related_name="mention")
    similarity = models.FloatField()
    by_person = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["need", "-similarity"])]

    def __str__(self) -> str:
        return f"{self.need}: {self.feedback}"
