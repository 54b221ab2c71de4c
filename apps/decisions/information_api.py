from __future__ import annotations

from dataclasses import asdict
from math import isinf
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.decisions import information_selectors, information_services, selectors
from apps.decisions.information_studies import studies
from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.planning.models import Scenario
from apps.workspaces.api_access import WorkspaceAPIView

SCENARIO = OpenApiParameter("scenario", int, description="The base scenario where left out.")


class StudyCostSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    counts = serializers.CharField(help_text="What one observation is.")
    fixed = serializers.FloatField()
    unit = serializers.FloatField(allow_null=True, help_text="null = what a month's delay costs")
    decisions = serializers.FloatField(help_text="How many decisions the result serves.")
    assumed_worth = serializers.FloatField(help_text="How many observations an assumption counts as.")
    most = serializers.IntegerField()


class NextStudySerializer(serializers.Serializer[Any]):
    study = serializers.SerializerMethodField()
    value = serializers.FloatField(help_text="EVPPI: knowing it for certain.")
    low = serializers.FloatField()
    high = serializers.FloatField()
    share = serializers.FloatField(help_text="Of what knowing everything is worth.")
    known = serializers.FloatField(help_text="Observations that are there already.")
    is_assumed = serializers.BooleanField()
    size = serializers.IntegerField(help_text="The best size, or the one that comes nearest to paying.")
    pays = serializers.BooleanField()
    worth = serializers.FloatField(help_text="EVSI of that size, for all decisions that it serves.")
    cost = serializers.FloatField()
    net = serializers.FloatField(help_text="ENBS: worth less cost.")
    per_cost = serializers.SerializerMethodField()
    curve = serializers.SerializerMethodField()

    def get_study(self, found: information_selectors.NextStudy) -> dict[str, str]:
        return {"code": found.code, "label": str(found.study.label), "counts": str(found.study.counts)}

    def get_per_cost(self, found: information_selectors.NextStudy) -> float | None:
        """Worth for a unit of money; null where it costs nothing."""
        return None if isinf(found.per_cost) else found.per_cost

    def get_curve(self, found: information_selectors.NextStudy) -> list[dict[str, float]]:
        """EVSI and ENBS by size."""
        rows = zip(found.curve.sizes, found.curve.value, found.curve.net, strict=True)
        return [{"size": float(size), "value": float(value), "net": float(net)} for size, value, net in rows]


class InformationSerializer(serializers.Serializer[Any]):
    estimate = EstimateSerializer()
    studies = NextStudySerializer(many=True)


class RunSerializer(serializers.Serializer[Any]):
    scenario = serializers.IntegerField(required=False, allow_null=True)


class CostsSerializer(serializers.Serializer[Any]):
    """What is left out stays; null takes the default again."""

    costs = serializers.DictField(child=serializers.DictField(child=serializers.FloatField(allow_null=True)))


class StudyCostsSerializer(serializers.Serializer[Any]):
    studies = StudyCostSerializer(many=True)


class InformationView(WorkspaceAPIView):
    @extend_schema(operation_id="information_get", parameters=[SCENARIO], responses=InformationSerializer)
    def get(self, request: Request) -> Response:
        """What knowing is worth before choosing among a scenario's options, and the next studies, best first."""
        found = information_selectors.result(_scenario(self, request.query_params.get("scenario")))
        if found is None:
            raise Http404
        told = {"estimate": found, "studies": information_selectors.next_studies(found)}
        return Response(InformationSerializer(told).data)

    @extend_schema(operation_id="information_run", request=RunSerializer, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Look again, in the background, into what to find out and what matters."""
        given = RunSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        scenario = _scenario(self, given.validated_data.get("scenario"))
        job = information_services.start(scenario=scenario, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class SensitivityView(WorkspaceAPIView):
    @extend_schema(operation_id="sensitivity_get", parameters=[SCENARIO], responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        """Sobol's effects, the tornado and the turning points of the best option; they stand in `diagnostics`."""
        found = information_selectors.sensitivity_result(_scenario(self, request.query_params.get("scenario")))
        if found is None:
            raise Http404
        return Response(EstimateSerializer(found).data)


class StudyCostsView(WorkspaceAPIView):
    @extend_schema(operation_id="study_costs_get", responses=StudyCostsSerializer)
    def get(self, request: Request) -> Response:
        """What each study costs this workspace, typed or by default."""
        return Response(StudyCostsSerializer({"studies": [asdict(one) for one in studies(self.workspace)]}).data)

    @extend_schema(operation_id="study_costs_set", request=CostsSerializer, responses=StudyCostsSerializer)
    def patch(self, request: Request) -> Response:
        """Type costs: {"costs": {"labels": {"unit": 0.8}}}."""
        given = CostsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data["costs"]
        information_services.set_costs(workspace=self.workspace, values=values, actor=self.actor)
        return self.get(request)


def _scenario(view: WorkspaceAPIView, scenario_id: str | int | None) -> Scenario:
    return selectors.scenario(view.workspace, scenario_id)
