from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates import selectors
from apps.estimates.models import Estimate
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    class Meta:
        model = Estimate
        fields = [
            "id", "kind", "subject", "version", "is_current", "grade", "simulated", "figures", "parameters",
            "diagnostics", "formula", "draws_sha256", "job_id", "created_at", "expires_at",
        ]  # fmt: skip


class FigureSerializer(serializers.Serializer[Any]):
    median = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    unit = serializers.CharField()


class InputSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField(allow_null=True)
    changed = serializers.BooleanField()
    upstream = serializers.UUIDField(source="upstream.pk", default=None)


class LineageSerializer(serializers.Serializer[Any]):
    stale = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    made_from = InputSerializer(many=True)
    moves = EstimateSerializer(many=True)


class EstimatePages(KeyPagination):
    ordering = ("-created_at", "-pk")


class EstimateList(WorkspaceAPIView, generics.ListAPIView):
    """All results, newest first; `?is_current=true` leaves out earlier versions, `?job_id=` gives what a job made."""

    serializer_class = EstimateSerializer
    queryset = Estimate.objects.none()
    pagination_class = EstimatePages
    filterset_fields = ["kind", "subject", "is_current", "grade", "job_id"]

    def get_queryset(self) -> QuerySet[Estimate]:
        return selectors.of_workspace(self.workspace)


class EstimateDetail(WorkspaceAPIView, generics.RetrieveAPIView):
    serializer_class = EstimateSerializer
    lookup_url_kwarg = "estimate_id"

    def get_queryset(self) -> QuerySet[Estimate]:
        return selectors.of_workspace(self.workspace)


class EstimateLineage(WorkspaceAPIView):
    """What a result was made from, what it moves, and whether it is stale."""

    @extend_schema(responses=LineageSerializer)
    def get(self, request: Request, estimate_id: UUID) -> Response:
        estimate = get_object_or_404(selectors.of_workspace(self.workspace), pk=estimate_id)
        staleness = selectors.staleness(estimate)
        shown = {
            "stale": staleness.stale,
            "reasons": staleness.reasons,
            "made_from": selectors.inputs(estimate),
            "moves": selectors.figures_moved_by(self.workspace, "estimate", str(estimate.pk)),
        }
        return Response(LineageSerializer(shown).data)


class EstimateDraws(WorkspaceAPIView):
    """The draws themselves, at most the first 2,000 worlds of each array."""

    @extend_schema(responses={200: dict[str, list[float]]})
    def get(self, request: Request, estimate_id: UUID) -> Response:
        estimate = get_object_or_404(selectors.of_workspace(self.workspace), pk=estimate_id)
        return Response({name: values[:2000].tolist() for name, values in selectors.draws(estimate).items()})
