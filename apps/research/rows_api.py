"""Imported rows over REST, by kind."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.research import selectors
from apps.research.models import (
    CompetitorFact,
    FeedbackItem,
    PriceAnswer,
    Row,
    SatisfactionAnswer,
    SourceKind,
    Subscription,
)
from apps.workspaces.api_access import WorkspaceAPIView

PLACE = ["id", "source", "row_number"]
FOUR_PRICES = ["too_cheap", "cheap", "expensive", "too_expensive"]


class FeedbackSerializer(serializers.ModelSerializer[FeedbackItem]):
    class Meta:
        model = FeedbackItem
        fields = [*PLACE, "text", "customer", "segment", "plan", "said_on", "rating", "language"]


class CompetitorFactSerializer(serializers.ModelSerializer[CompetitorFact]):
    class Meta:
        model = CompetitorFact
        fields = [*PLACE, "offer", "attribute", "value", "number", "is_ours", "said_by", "said_on"]


class PriceAnswerSerializer(serializers.ModelSerializer[PriceAnswer]):
    class Meta:
        model = PriceAnswer
        fields = [*PLACE, *FOUR_PRICES, "customer", "segment", "intent_cheap", "intent_expensive", "weight"]


class SatisfactionAnswerSerializer(serializers.ModelSerializer[SatisfactionAnswer]):
    class Meta:
        model = SatisfactionAnswer
        fields = [*PLACE, "customer", "segment", "functionality", "interaction", "cost", "overall", "said_on"]


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    traits = serializers.DictField(
        child=serializers.CharField(), help_text="Further columns that were kept, by their names."
    )

    class Meta:
        model = Subscription
        fields = [*PLACE, "customer", "segment", "plan", "started_on", "ended_on", "monthly_price", "traits"]


class FeedbackFilterSet(filters.FilterSet):
    search = filters.CharFilter(field_name="text", lookup_expr="icontains", max_length=200)
    since = filters.DateFilter(field_name="said_on", lookup_expr="gte")
    until = filters.DateFilter(field_name="said_on", lookup_expr="lte")

    class Meta:
        model = FeedbackItem
        fields = ["source", "segment", "plan", "customer", "language"]


class RowList(WorkspaceAPIView, generics.ListAPIView):
    """The rows of one kind in the workspace, newest first."""

    kind: SourceKind

    def get_queryset(self) -> QuerySet[Row]:
        return selectors.rows_of_kind(self.workspace, self.kind)


class FeedbackList(RowList):
    kind = SourceKind.FEEDBACK
    queryset = FeedbackItem.objects.none()
    serializer_class = FeedbackSerializer
    filterset_class = FeedbackFilterSet


class CompetitorFactList(RowList):
    kind = SourceKind.COMPETITORS
    queryset = CompetitorFact.objects.none()
    serializer_class = CompetitorFactSerializer
    filterset_fields = ["source", "offer", "attribute", "is_ours"]


class PriceAnswerList(RowList):
    kind = SourceKind.PRICES
    queryset = PriceAnswer.objects.none()
    serializer_class = PriceAnswerSerializer
    filterset_fields = ["source", "segment", "customer"]


class SatisfactionAnswerList(RowList):
    kind = SourceKind.SATISFACTION
    queryset = SatisfactionAnswer.objects.none()
    serializer_class = SatisfactionAnswerSerializer
    filterset_fields = ["source", "segment", "customer"]


class SubscriptionList(RowList):
    kind = SourceKind.SUBSCRIPTIONS
    queryset = Subscription.objects.none()
    serializer_class = SubscriptionSerializer
    filterset_fields = ["source", "segment", "plan", "customer"]


class FeedbackDetailSerializer(serializers.Serializer[Any]):
    feedback = FeedbackSerializer()
    moves = EstimateSerializer(many=True)


class FeedbackDetail(WorkspaceAPIView):
    @extend_schema(summary="One text and the results that it moves", responses=FeedbackDetailSerializer)
    def get(self, request: Request, feedback_id: int) -> Response:
        item = selectors.feedback_item(self.workspace, feedback_id)
        shown = {"feedback": item, "moves": selectors.figures_moved_by_feedback(item)}
        return Response(FeedbackDetailSerializer(shown).data)
