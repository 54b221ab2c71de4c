"""The best plans after serving their users."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.pricing import plans_selectors, services
from apps.workspaces.api_access import WorkspaceAPIView


class PlansStudySerializer(serializers.Serializer[Any]):
    plans = EstimateSerializer(allow_null=True, help_text="Its diagnostics hold the best menu of each kind.")
    worth = EstimateSerializer(allow_null=True, help_text="The price study that tells what people would pay.")
    customers = serializers.IntegerField(help_text="Customers whose token usage is known.")
    lab_cost = serializers.FloatField(allow_null=True, help_text="Cost of 1,000 tokens by the model lab.")
    job = JobSerializer(allow_null=True)


class PlansRequestSerializer(serializers.Serializer[Any]):
    cost_per_1000_tokens = serializers.FloatField(
        min_value=0, max_value=1e6, required=False, allow_null=True, default=None
    )
    returns = serializers.FloatField(min_value=0.05, max_value=1, required=False, allow_null=True, default=None)
    correlation = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True, default=None)


class PlansStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="pricing_plans_get", responses=PlansStudySerializer)
    def get(self, request: Request) -> Response:
        """The best plans of each kind, what they are made from, and the latest job."""
        return Response(PlansStudySerializer(plans_selectors.plans_study(self.workspace)).data)

    @extend_schema(operation_id="pricing_plans_start", request=PlansRequestSerializer, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Search for the best plans in the background. The cost may be left to the model lab where it is known."""
        asked = PlansRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        job = services.start_plans(workspace=self.workspace, actor=self.actor, **asked.validated_data)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
