"""Refused rows over REST: list, correct, discard, bring back."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.research import corrections, selectors
from apps.research.api import actor_of
from apps.research.models import QuarantinedRow
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem
from apps.workspaces.errors import Refused


class QuarantinedRowSerializer(serializers.ModelSerializer[QuarantinedRow]):
    reason = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()

    class Meta:
        model = QuarantinedRow
        fields = ["id", "source", "row_number", "field", "reason_code", "reason", "values", "resolved_at", "discarded"]

    def get_reason(self, refused: QuarantinedRow) -> str:
        return selectors.refusal_reason(refused)

    def get_values(self, refused: QuarantinedRow) -> dict[str, str]:
        return {cell.name: cell.value for cell in selectors.refused_cells(refused)}


class CorrectionSerializer(serializers.Serializer[Any]):
    """The text of each field; what is left out is empty."""

    values = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200_000))


class CorrectedSerializer(serializers.Serializer[Any]):
    added = serializers.BooleanField(help_text="False where the workspace knew that content already.")
    rows = serializers.IntegerField(help_text="How many rows were added: all of a task that is whole now.")
    waiting = serializers.CharField(help_text="What the row's task still lacks; the correction is kept until then.")


class QuarantineFilterSet(filters.FilterSet):
    open = filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull")

    class Meta:
        model = QuarantinedRow
        fields = ["source", "reason_code", "discarded"]


class QuarantineList(WorkspaceAPIView, generics.ListAPIView):
    """Refused rows with field and reason; `?open=true` gives those that wait."""

    serializer_class = QuarantinedRowSerializer
    filterset_class = QuarantineFilterSet
    queryset = QuarantinedRow.objects.none()

    def get_queryset(self) -> QuerySet[QuarantinedRow]:
        return selectors.quarantine(self.workspace)


class QuarantineCorrect(WorkspaceAPIView):
    @extend_schema(
        summary="Import a refused row with corrected values",
        request=CorrectionSerializer,
        responses=CorrectedSerializer,
    )
    def post(self, request: Request, refused_id: int) -> Response:
        refused = selectors.refused_row(self.workspace, refused_id)
        given = CorrectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            done = corrections.correct_row(
                refused=refused, values=given.validated_data["values"], actor=actor_of(request)
            )
        except Refused as refusal:
            fault = {"field": refusal.field or "", "row": refused.row_number, "message": str(refusal)}
            raise Problem(code=refusal.code, title=str(refusal.message), errors=[fault]) from refusal
        told = {"added": bool(done.added), "rows": done.added, "waiting": done.waiting}
        return Response(CorrectedSerializer(told).data)


class QuarantineDiscard(WorkspaceAPIView):
    @extend_schema(summary="Set a refused row aside", request=None, responses=QuarantinedRowSerializer)
    def post(self, request: Request, refused_id: int) -> Response:
        refused = selectors.refused_row(self.workspace, refused_id)
        corrections.discard_row(refused=refused, actor=actor_of(request))
        return Response(QuarantinedRowSerializer(refused).data)


class QuarantineBringBack(WorkspaceAPIView):
    @extend_schema(summary="Bring a discarded row back", request=None, responses=QuarantinedRowSerializer)
    def post(self, request: Request, refused_id: int) -> Response:
        refused = selectors.refused_row(self.workspace, refused_id)
        corrections.bring_back_row(refused=refused, actor=actor_of(request))
        return Response(QuarantinedRowSerializer(refused).data)
