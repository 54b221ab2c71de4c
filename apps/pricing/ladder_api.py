"""Price ladders and their demand."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs.api import JobSerializer
from apps.pricing import ladder_selectors, services
from apps.pricing.forms import UnitCostForm
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem


class LadderStudySerializer(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    ladder = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class ProfitReadingSerializer(serializers.Serializer[Any]):
    unit_cost = serializers.FloatField()
    best_price = FigureSerializer()
    would_buy = FigureSerializer()
    profit = FigureSerializer(help_text="Of each 100 people, a month.")
    beyond_asked = serializers.FloatField(help_text="Share of worlds in which the best price was never asked.")


class LadderStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="pricing_ladder_get", responses=LadderStudySerializer)
    def get(self, request: Request) -> Response:
        """The demand fitted to the price ladder, the number of answers and the latest job."""
        return Response(LadderStudySerializer(ladder_selectors.ladder_study(self.workspace)).data)

    @extend_schema(operation_id="pricing_ladder_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported ladder answers in the background."""
        job = services.start_ladder(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class LadderProfitView(WorkspaceAPIView):
    @extend_schema(
        operation_id="pricing_ladder_profit",
        parameters=[OpenApiParameter("unit_cost", float, required=True)],
        responses=ProfitReadingSerializer,
    )
    def get(self, request: Request) -> Response:
        """The price with the most profit at a cost a customer a month; a cost of 0 gives the most revenue."""
        estimate = ladder_selectors.ladder(self.workspace)
        form = UnitCostForm(request.query_params)
        if not form.is_valid():
            errors = [{"field": "unit_cost", "message": str(message)} for message in form.errors["unit_cost"]]
            raise Problem(code="cost_not_usable", title=_("The cost must be a number of zero or more."), errors=errors)
        reading = ladder_selectors.profit_at(estimate, form.cleaned_data["unit_cost"])
        return Response(ProfitReadingSerializer(reading).data)
