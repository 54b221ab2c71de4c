from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs.api import JobSerializer
from apps.pricing import selectors, services
from apps.pricing.forms import PriceForm
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem


class PriceStudySerializer(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    van_westendorp = EstimateSerializer(allow_null=True)
    demand = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class PriceReadingSerializer(serializers.Serializer[Any]):
    price = serializers.FloatField()
    worth = FigureSerializer()
    revenue_index = FigureSerializer()
    against_today = FigureSerializer(allow_null=True)
    p_more_than_today = serializers.FloatField(allow_null=True)
    beyond_answers = serializers.BooleanField()


class PriceStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="pricing_study_get", responses=PriceStudySerializer)
    def get(self, request: Request) -> Response:
        """The price points, the demand curve, the number of answers and the latest job."""
        return Response(PriceStudySerializer(selectors.price_study(self.workspace)).data)

    @extend_schema(operation_id="pricing_study_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported price answers in the background."""
        job = services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class DemandView(WorkspaceAPIView):
    @extend_schema(
        operation_id="pricing_demand_at",
        parameters=[OpenApiParameter("price", float, required=True)],
        responses=PriceReadingSerializer,
    )
    def get(self, request: Request) -> Response:
        """The share for whom a price is worth it, and revenue against the best price and today's."""
        demand = selectors.demand(self.workspace)
        form = PriceForm(request.query_params)
        if not form.is_valid():
            errors = [{"field": "price", "message": str(message)} for message in form.errors["price"]]
            raise Problem(
                code="price_not_usable", title=_("The price must be a number of zero or more."), errors=errors
            )
        reading = selectors.read_price(demand, form.cleaned_data["price"])
        return Response(PriceReadingSerializer(reading).data)


class SwapColumnsView(WorkspaceAPIView):
    @extend_schema(
        operation_id="pricing_swap_columns", request=None, responses={202: JobSerializer(many=True)}, filters=False
    )
    def post(self, request: Request) -> Response:
        """Import the price surveys whose columns look swapped once more, in the order that makes sense."""
        started = services.swap_columns(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(started, many=True).data, status=status.HTTP_202_ACCEPTED)
