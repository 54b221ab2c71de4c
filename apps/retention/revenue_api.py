from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.retention import revenue_selectors, revenue_services
from apps.workspaces.api_access import WorkspaceAPIView


class RevenueStudySerializer(serializers.Serializer[Any]):
    subscriptions = serializers.IntegerField()
    priced = serializers.IntegerField(help_text="Those with a monthly price.")
    estimate = EstimateSerializer(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class RevenueView(WorkspaceAPIView):
    @extend_schema(operation_id="retention_revenue_get", responses=RevenueStudySerializer)
    def get(self, request: Request) -> Response:
        """Recurring revenue, its movements by month, what is retained of it, and cohorts."""
        return Response(RevenueStudySerializer(revenue_selectors.revenue_study(self.workspace)).data)

    @extend_schema(operation_id="retention_revenue_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the recurring revenue of the imported subscriptions in the background."""
        job = revenue_services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
