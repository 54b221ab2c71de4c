from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.retention import drivers_selectors, drivers_services
from apps.retention.drivers_settings import MOST_COLUMNS, DriversSettings
from apps.workspaces.api_access import WorkspaceAPIView


class DriversSettingsSerializer(serializers.Serializer[Any]):
    columns = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=MOST_COLUMNS,
        help_text="Which of the log's columns to compare; none: all that can be compared.",
    )
    satisfaction = serializers.BooleanField(default=True)


class DriversStudySerializer(serializers.Serializer[Any]):
    subscriptions = serializers.IntegerField()
    columns = serializers.ListField(child=serializers.CharField())
    estimate = EstimateSerializer(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class DriversView(WorkspaceAPIView):
    @extend_schema(operation_id="retention_drivers_get", responses=DriversStudySerializer)
    def get(self, request: Request) -> Response:
        """What goes with leaving sooner or later: hazard ratios with intervals, and the columns to choose from."""
        return Response(DriversStudySerializer(drivers_selectors.drivers_study(self.workspace)).data)

    @extend_schema(
        operation_id="retention_drivers_start", request=DriversSettingsSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request) -> Response:
        """Compare customers who left with those who stayed in the background."""
        given = DriversSettingsSerializer(data=request.data or {})
        given.is_valid(raise_exception=True)
        settings = DriversSettings.of(given.validated_data)
        job = drivers_services.start(workspace=self.workspace, settings=settings, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
