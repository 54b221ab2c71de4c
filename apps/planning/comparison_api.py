from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import FigureSerializer
from apps.estimates.messages import reason
from apps.planning import selectors
from apps.planning.comparison import compare
from apps.planning.models import Scenario
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate


class DifferenceSerializer(serializers.Serializer[Any]):
    """``difference`` is right less left, world by world; ``p_higher`` the chance that right is higher."""

    name = serializers.CharField()
    left = FigureSerializer()
    right = FigureSerializer()
    difference = FigureSerializer()
    p_higher = serializers.FloatField()


class ContrastSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    left = serializers.CharField()
    right = serializers.CharField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """``apart`` names the links whose worlds are not the same on both sides."""

    left = serializers.IntegerField(source="left.scenario.pk")
    right = serializers.IntegerField(source="right.scenario.pk")
    horizon_months = serializers.IntegerField(source="months")
    figures = DifferenceSerializer(many=True, source="rows")
    gain = FigureSerializer()
    p_better = serializers.FloatField()
    choices = ContrastSerializer(many=True)
    assumptions = ContrastSerializer(many=True)
    apart = serializers.ListField(child=serializers.CharField())
    grade = serializers.CharField()
    simulated = serializers.BooleanField()


class ScenarioComparison(WorkspaceAPIView):
    queryset = Scenario.objects.none()
    serializer_class = ComparisonSerializer

    @extend_schema(
        operation_id="scenarios_compare",
        parameters=[OpenApiParameter("left", int, required=True), OpenApiParameter("right", int, required=True)],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request) -> Response:
        """Two scenarios in the same worlds over the longer of their horizons: figures, differences, what differs."""
        left, right = (
            selectors.named(self.workspace, request.query_params.get(side, "0") or "0") for side in ("left", "right")
        )
        try:
            return Response(ComparisonSerializer(compare(left, right)).data)
        except CannotEstimate as error:
            raise Refused(error.code, reason(error)) from error
