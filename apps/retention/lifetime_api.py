from __future__ import annotations

from itertools import islice
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.retention import lifetime_selectors, lifetime_services
from apps.retention.lifetime_settings import LifetimeSettings
from apps.workspaces.api_access import WorkspaceAPIView


class LifetimeSettingsSerializer(serializers.Serializer[Any]):
    unit = serializers.ChoiceField(["day", "week", "month"], default="week")
    until = serializers.DateField(default=None, allow_null=True, help_text="The fit's last day; null: two thirds.")
    discount_per_year = serializers.FloatField(default=0.10, min_value=0.001, max_value=2)
    margin = serializers.FloatField(default=1.0, min_value=0.001, max_value=1)


class LifetimeStudySerializer(serializers.Serializer[Any]):
    purchases = serializers.IntegerField()
    estimate = EstimateSerializer(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class ValuedCustomerSerializer(serializers.Serializer[Any]):
    customer = serializers.CharField()
    first_purchase = serializers.DateField()
    repeat_purchases = serializers.IntegerField()
    p_alive = serializers.FloatField()
    purchases_next_year = serializers.FloatField()
    spend = serializers.FloatField(allow_null=True)
    residual_value = serializers.FloatField(allow_null=True)


class ValuedCustomersSerializer(serializers.Serializer[Any]):
    customers = ValuedCustomerSerializer(many=True)


class MostSerializer(serializers.Serializer[Any]):
    most = serializers.IntegerField(default=100, min_value=1, max_value=10_000)


class LifetimeValueView(WorkspaceAPIView):
    @extend_schema(operation_id="retention_lifetime_value_get", responses=LifetimeStudySerializer)
    def get(self, request: Request) -> Response:
        """Who is still a customer, purchases to come and lifetime value, with both models and their holdout."""
        return Response(LifetimeStudySerializer(lifetime_selectors.lifetime_study(self.workspace)).data)

    @extend_schema(
        operation_id="retention_lifetime_value_start",
        request=LifetimeSettingsSerializer,
        responses={202: JobSerializer},
    )
    def post(self, request: Request) -> Response:
        """Value the customers of the imported purchases in the background."""
        given = LifetimeSettingsSerializer(data=request.data or {})
        given.is_valid(raise_exception=True)
        found = dict(given.validated_data)
        found["until"] = found["until"].isoformat() if found["until"] else ""
        job = lifetime_services.start(workspace=self.workspace, settings=LifetimeSettings(**found), actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class ValuedCustomersView(WorkspaceAPIView):
    @extend_schema(
        operation_id="retention_lifetime_value_customers",
        parameters=[OpenApiParameter("most", int, description="How many, 100 unless told, at most 10,000.")],
        responses=ValuedCustomersSerializer,
    )
    def get(self, request: Request) -> Response:
        """The most valuable customers with what is expected of each; 404 before the first study."""
        given = MostSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        found = islice(lifetime_selectors.valued_customers(self.workspace), given.validated_data["most"])
        return Response(ValuedCustomersSerializer({"customers": list(found)}).data)
