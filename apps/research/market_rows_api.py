"""Imported rows on choices, prices asked, purchases, usage, adoption and outcomes over REST."""

from __future__ import annotations

from rest_framework import serializers

from apps.research.models import (
    AdoptionCount,
    AnswerOutcome,
    ChoiceAnswer,
    KanoAnswer,
    LadderAnswer,
    MaxDiffAnswer,
    Purchase,
    SourceKind,
    TokenUsage,
)
from apps.research.rows_api import PLACE, RowList

WHO = ["customer", "segment"]


class ChoiceAnswerSerializer(serializers.ModelSerializer[ChoiceAnswer]):
    attributes = serializers.DictField(
        child=serializers.CharField(), help_text="By the name of the column, as the file gives it."
    )

    class Meta:
        model = ChoiceAnswer
        fields = [*PLACE, *WHO, "task", "alternative", "is_none", "chosen", "weight", "attributes"]


class MaxDiffAnswerSerializer(serializers.ModelSerializer[MaxDiffAnswer]):
    answer = serializers.IntegerField(help_text="1 for the best, -1 for the worst, 0 for the others shown.")

    class Meta:
        model = MaxDiffAnswer
        fields = [*PLACE, *WHO, "task", "item", "answer", "weight"]


class LadderAnswerSerializer(serializers.ModelSerializer[LadderAnswer]):
    class Meta:
        model = LadderAnswer
        fields = [*PLACE, *WHO, "price", "would_buy", "weight"]


class PurchaseSerializer(serializers.ModelSerializer[Purchase]):
    class Meta:
        model = Purchase
        fields = [*PLACE, *WHO, "bought_on", "amount"]


class TokenUsageSerializer(serializers.ModelSerializer[TokenUsage]):
    month = serializers.DateField(help_text="The first day of the month; several rows of one month add up.")

    class Meta:
        model = TokenUsage
        fields = [*PLACE, *WHO, "plan", "month", "tokens", "requests"]


class AdoptionCountSerializer(serializers.ModelSerializer[AdoptionCount]):
    class Meta:
        model = AdoptionCount
        fields = [*PLACE, "product", "period", "period_number", "adopters"]


class AnswerOutcomeSerializer(serializers.ModelSerializer[AnswerOutcome]):
    resolved = serializers.BooleanField(allow_null=True, help_text="Whether the answer settled the request.")
    thumbs_up = serializers.BooleanField(allow_null=True, help_text="Whether the customer liked the answer.")

    class Meta:
        model = AnswerOutcome
        fields = [
            *PLACE, *WHO, "answered_on", "label", "model", "latency_ms", "resolved", "thumbs_up", "escalated",
        ]  # fmt: skip


class KanoAnswerSerializer(serializers.ModelSerializer[KanoAnswer]):
    functional = serializers.IntegerField(
        help_text="If it is there: 1 like, 2 must be, 3 neutral, 4 live with, 5 dislike."
    )
    dysfunctional = serializers.IntegerField(help_text="If it is not there, on the same scale.")

    class Meta:
        model = KanoAnswer
        fields = [*PLACE, *WHO, "feature", "functional", "dysfunctional", "weight"]


class KanoAnswerList(RowList):
    kind = SourceKind.KANO
    queryset = KanoAnswer.objects.none()
    serializer_class = KanoAnswerSerializer
    filterset_fields = ["source", "segment", "customer", "feature"]


class ChoiceAnswerList(RowList):
    kind = SourceKind.CHOICES
    queryset = ChoiceAnswer.objects.none()
    serializer_class = ChoiceAnswerSerializer
    filterset_fields = ["source", "segment", "customer", "task", "chosen"]


class MaxDiffAnswerList(RowList):
    kind = SourceKind.MAXDIFF
    queryset = MaxDiffAnswer.objects.none()
    serializer_class = MaxDiffAnswerSerializer
    filterset_fields = ["source", "segment", "customer", "task", "item", "answer"]


class LadderAnswerList(RowList):
    kind = SourceKind.LADDER
    queryset = LadderAnswer.objects.none()
    serializer_class = LadderAnswerSerializer
    filterset_fields = ["source", "segment", "customer", "would_buy"]


class PurchaseList(RowList):
    kind = SourceKind.PURCHASES
    queryset = Purchase.objects.none()
    serializer_class = PurchaseSerializer
    filterset_fields = ["source", "segment", "customer"]


class TokenUsageList(RowList):
    kind = SourceKind.USAGE
    queryset = TokenUsage.objects.none()
    serializer_class = TokenUsageSerializer
    filterset_fields = ["source", "segment", "plan", "customer", "month"]


class AdoptionCountList(RowList):
    kind = SourceKind.ADOPTION
    queryset = AdoptionCount.objects.none()
    serializer_class = AdoptionCountSerializer
    filterset_fields = ["source", "product"]


class AnswerOutcomeList(RowList):
    kind = SourceKind.OUTCOMES
    queryset = AnswerOutcome.objects.none()
    serializer_class = AnswerOutcomeSerializer
    filterset_fields = ["source", "segment", "customer", "label", "model", "resolved", "thumbs_up", "escalated"]
