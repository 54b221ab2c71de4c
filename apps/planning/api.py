from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.estimates.messages import reason
from apps.jobs.api import JobSerializer
from apps.planning import selectors, services
from apps.planning.answers import Answer, answer, chosen, world_of
from apps.planning.example import shown
from apps.planning.models import Scenario
from apps.planning.page import grade
from apps.planning.stands_on import link_rows
from apps.planning.world import World
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem
from apps.workspaces.api_json import StrictJSONField
from apps.workspaces.api_pages import KeyPagination
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate


class ScenarioSerializer(serializers.ModelSerializer[Scenario]):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Scenario.Kind.choices, required=False, default=Scenario.Kind.LOOP)
    candidate = serializers.CharField(source="candidate_id", allow_null=True, required=False)
    months = serializers.IntegerField(min_value=12, max_value=60, required=False)
    price = serializers.FloatField(min_value=0, allow_null=True, required=False)
    levers = StrictJSONField(required=False)
    assumptions = StrictJSONField(required=False)

    class Meta:
        model = Scenario
        fields = (
            "id", "name", "kind", "price", "candidate", "months", "levers", "assumptions", "archived_at", "created_at",
            "updated_at",
        )  # fmt: skip
        read_only_fields = ("archived_at",)


class PartSerializer(serializers.Serializer[Any]):
    """A segment or a plan in the twelfth month."""

    name = serializers.CharField()
    customers = FigureSerializer()
    revenue = FigureSerializer()
    gross_margin = FigureSerializer()
    revenue_today = FigureSerializer(allow_null=True)


class MoneySerializer(serializers.Serializer[Any]):
    """Recurring revenue, gross margin, cash and what a customer costs and brings; `capped` is the part of the retained
    shares that the source document's form would have had above 1."""

    figures = serializers.DictField(child=FigureSerializer())
    today = serializers.DictField(child=FigureSerializer())
    segments = PartSerializer(many=True)
    plans = PartSerializer(many=True)
    capped = serializers.FloatField()


class AnswerSerializer(serializers.Serializer[Any]):
    """The outcome of a choice beside today's; each list of months holds median and 80 % interval."""

    price = serializers.FloatField(source="choice.price")
    candidate = serializers.CharField(source="choice.candidate")
    horizon_months = serializers.IntegerField(source="choice.months")
    quality = serializers.FloatField(source="choice.quality")
    latency = serializers.FloatField(source="choice.latency")
    arrivals = serializers.FloatField(source="choice.arrivals")
    figures = serializers.DictField(child=FigureSerializer())
    today = serializers.DictField(child=FigureSerializer())
    gain = FigureSerializer()
    p_better = serializers.FloatField()
    months = serializers.DictField()
    today_months = serializers.DictField()
    money = MoneySerializer()


class LinkSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    grade = serializers.CharField()
    figure = FigureSerializer(allow_null=True)
    estimate = serializers.UUIDField(source="estimate.pk", default=None)


class WhatIfSerializer(AnswerSerializer):
    grade = serializers.CharField()
    links = LinkSerializer(many=True)


class ResultSerializer(serializers.Serializer[Any]):
    forecasts = EstimateSerializer(many=True)
    price = EstimateSerializer(allow_null=True)


class ScenarioView(WorkspaceAPIView):
    serializer_class = ScenarioSerializer
    queryset = Scenario.objects.none()

    def get_queryset(self) -> QuerySet[Scenario]:
        return selectors.scenarios(self.workspace)

    def scenario(self, scenario_id: int) -> Scenario:
        return get_object_or_404(self.get_queryset(), pk=scenario_id)


class ScenarioPages(KeyPagination):
    ordering = "pk"


class ScenarioList(ListModelMixin, ScenarioView):
    pagination_class = ScenarioPages

    def get_queryset(self) -> QuerySet[Scenario]:
        archived = self.request.query_params.get("archived")
        found = selectors.scenarios(self.workspace)
        return found if archived is None else found.filter(archived_at__isnull=archived not in ("1", "true"))

    @extend_schema(operation_id="scenarios_list", parameters=[OpenApiParameter("archived", bool)])
    def get(self, request: Request) -> Response:
        """All scenarios, oldest first; with `archived` only those that were put away, or only those that were not."""
        return self.list(request)

    @extend_schema(operation_id="scenarios_create")
    def post(self, request: Request) -> Response:
        """A new scenario, with the choice and the assumptions given."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = _values(given.validated_data)
        scenario = services.create(
            workspace=self.workspace,
            name=values.pop("name"),
            kind=values.pop("kind"),
            actor=self.actor,
            values=values,
        )
        return Response(self.get_serializer(scenario).data, status=status.HTTP_201_CREATED)


class ScenarioDetail(ScenarioView):
    @extend_schema(operation_id="scenarios_get")
    def get(self, request: Request, scenario_id: int) -> Response:
        return Response(self.get_serializer(self.scenario(scenario_id)).data)

    @extend_schema(operation_id="scenarios_change")
    def patch(self, request: Request, scenario_id: int) -> Response:
        """Change the name, the choice, the levers or the assumptions; what these two leave out goes back to normal."""
        scenario = self.scenario(scenario_id)
        given = self.get_serializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = _values(given.validated_data)
        values.pop("kind", None)
        return Response(self.get_serializer(services.change(scenario=scenario, values=values, actor=self.actor)).data)

    @extend_schema(operation_id="scenarios_delete", responses={204: None})
    def delete(self, request: Request, scenario_id: int) -> Response:
        services.delete(scenario=self.scenario(scenario_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ScenarioCopy(ScenarioView):
    @extend_schema(operation_id="scenarios_copy", request=None)
    def post(self, request: Request, scenario_id: int) -> Response:
        twin = services.copy(scenario=self.scenario(scenario_id), actor=self.actor)
        return Response(self.get_serializer(twin).data, status=status.HTTP_201_CREATED)


class ScenarioForecast(ScenarioView):
    @extend_schema(operation_id="scenarios_forecast_get", responses=ResultSerializer)
    def get(self, request: Request, scenario_id: int) -> Response:
        """The current forecast of each model and the price to charge."""
        found = selectors.results(self.scenario(scenario_id))
        forecasts = [estimate for estimate in found.values() if estimate.kind == selectors.FORECAST]
        return Response(ResultSerializer({"forecasts": forecasts, "price": found.get(selectors.PRICE)}).data)

    @extend_schema(operation_id="scenarios_forecast_run", request=None, responses={202: JobSerializer})
    def post(self, request: Request, scenario_id: int) -> Response:
        """Run the forecast in the background; follow the job."""
        job = services.start(workspace=self.workspace, actor=self.actor, scenario=self.scenario(scenario_id))
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class ScenarioVerdict(ScenarioView):
    @extend_schema(operation_id="scenarios_verdict", responses=EstimateSerializer)
    def get(self, request: Request, scenario_id: int) -> Response:
        """Ship, hold or cannot tell yet, for each candidate, with what would settle it: see `diagnostics.verdict`."""
        found = selectors.results(self.scenario(scenario_id)).get(selectors.VERDICT)
        if found is None:
            title = gettext("There is no verdict yet: run the forecast first.")
            raise Problem(status=404, code="no_verdict", title=title)
        return Response(EstimateSerializer(found).data)


class ScenarioWhatIf(ScenarioView):
    @extend_schema(
        operation_id="scenarios_what_if",
        parameters=[
            OpenApiParameter("price", float), OpenApiParameter("candidate", str), OpenApiParameter("months", int),
            OpenApiParameter("quality", float, description="Points added to the test: 0.02 is two points."),
            OpenApiParameter("latency", float, description="Times the model's own."),
            OpenApiParameter("arrivals", float, description="Times those who come as things are."),
        ],
        responses=WhatIfSerializer,
    )  # fmt: skip
    def get(self, request: Request, scenario_id: int) -> Response:
        """The figures that the page's sliders show, computed at once; the example answers with its own formula."""
        scenario = self.scenario(scenario_id)
        if scenario.is_example:
            return Response(shown({**scenario.assumptions, **request.query_params.dict()}).as_dict())
        try:
            world = world_of(scenario)
        except CannotEstimate as error:
            raise Refused(error.code, reason(error)) from error
        return Response(WhatIfSerializer(_answered(world, scenario, request)).data)


def _answered(world: World, scenario: Scenario, request: Request) -> dict[str, Any]:
    found: Answer = answer(world, chosen(scenario, world, request.query_params.dict()))
    return {**vars(found), "grade": grade(world, found.choice), "links": link_rows(world, scenario.workspace)}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "candidate_id" in values:
        values["candidate"] = values.pop("candidate_id") or "today"
    return values
