from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import FigureSerializer
from apps.retention import experiment_selectors, experiment_services
from apps.retention.models import Experiment
from apps.workspaces.api_access import WorkspaceAPIView


class ExperimentSerializer(serializers.ModelSerializer[Experiment]):
    tried = serializers.IntegerField(min_value=1, max_value=1000, required=False, default=1)
    satisfaction_lift = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True)
    satisfaction_error = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True)
    retained_control = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True)
    retained_lift = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True)
    retained_error = serializers.FloatField(min_value=0, max_value=1, required=False, allow_null=True)

    class Meta:
        model = Experiment
        fields = (
            "id",
            "name",
            "ran_on",
            "source",
            "tried",
            "satisfaction_lift",
            "satisfaction_error",
            "control_customers",
            "control_left",
            "treated_customers",
            "treated_left",
            "retained_control",
            "retained_lift",
            "retained_error",
            "created_at",
        )
        read_only_fields = ("created_at",)


class LiftSerializer(serializers.Serializer[Any]):
    raw = serializers.FloatField()
    standard_error = serializers.FloatField()
    believed = FigureSerializer()


class ToldSerializer(serializers.Serializer[Any]):
    """The lifts of U and of minus the log risk of leaving: as measured, and shrunk for having been picked."""

    experiment = ExperimentSerializer()
    satisfaction = LiftSerializer(allow_null=True)
    staying = LiftSerializer(allow_null=True)
    tells_the_link = serializers.BooleanField()


class ExperimentListSerializer(serializers.Serializer[Any]):
    results = ToldSerializer(many=True)


class ExperimentList(WorkspaceAPIView):
    @extend_schema(operation_id="experiments_list", responses=ExperimentListSerializer)
    def get(self, request: Request) -> Response:
        """Tested changes, their lifts as measured and as believed; 200 at most."""
        return Response(ExperimentListSerializer({"results": experiment_selectors.told(self.workspace)}).data)

    @extend_schema(
        operation_id="experiments_create", request=ExperimentSerializer, responses={201: ExperimentSerializer}
    )
    def post(self, request: Request) -> Response:
        """Keep a tested change: the next retention study takes it in."""
        given = ExperimentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        kept = experiment_services.add(workspace=self.workspace, values=dict(given.validated_data), actor=self.actor)
        return Response(ExperimentSerializer(kept).data, status=status.HTTP_201_CREATED)


class ExperimentDetail(WorkspaceAPIView):
    @extend_schema(operation_id="experiments_get", responses=ExperimentSerializer)
    def get(self, request: Request, experiment_id: int) -> Response:
        return Response(ExperimentSerializer(self._one(experiment_id)).data)

    @extend_schema(operation_id="experiments_delete", responses={204: None})
    def delete(self, request: Request, experiment_id: int) -> Response:
        experiment_services.remove(experiment=self._one(experiment_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _one(self, experiment_id: int) -> Experiment:
        return get_object_or_404(experiment_selectors.experiments(self.workspace), pk=experiment_id)
