from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.choices import market_services, selectors
from apps.choices.best_price import best_price
from apps.choices.fitted_people import fitted_people
from apps.choices.models import Market
from apps.choices.simulation import HIGHEST_NUMBER, MOST_OFFERS, answer, asked
from apps.estimates import selectors as estimates
from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs import selectors as jobs
from apps.jobs.api import JobSerializer
from apps.workspaces.access import Role
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_json import StrictJSONField
from apps.workspaces.api_pages import KeyPagination


class OfferSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    values = StrictJSONField(help_text="A level or a number for each attribute, by its name.")

    def validate_values(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise serializers.ValidationError("An object of values by attribute is expected.")
        return value


class OffersSerializer(serializers.Serializer[Any]):
    offers = OfferSerializer(many=True)
    rule = serializers.ChoiceField(Market.Rule.choices, required=False)
    with_none = serializers.BooleanField(required=False)

    def validate_offers(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not 1 <= len(value) <= MOST_OFFERS:
            raise serializers.ValidationError(f"Between 1 and {MOST_OFFERS} offers are expected.")
        return value


class PricedOffersSerializer(OffersSerializer):
    unit_cost = serializers.FloatField(required=False, min_value=0, max_value=HIGHEST_NUMBER)


class WorthSerializer(serializers.Serializer[Any]):
    attribute = serializers.CharField()
    now = serializers.CharField()
    best = serializers.CharField()
    figure = FigureSerializer()
    beyond = serializers.BooleanField()


class ShareSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    share = FigureSerializer(source="*")


class SimulationSerializer(serializers.Serializer[Any]):
    """``shares`` in the order of the offers, "none" last; ``worth`` of steps of the first offer."""

    shares = ShareSerializer(many=True)
    worth = WorthSerializer(many=True)
    beyond = serializers.ListField(child=serializers.CharField())
    why_no_worth = serializers.CharField()


class PricePointSerializer(serializers.Serializer[Any]):
    price = serializers.FloatField()
    money = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class BestPriceSerializer(serializers.Serializer[Any]):
    price = serializers.FloatField()
    by_world = FigureSerializer()
    share = FigureSerializer()
    money = FigureSerializer()
    at_edge = serializers.BooleanField()
    curve = PricePointSerializer(many=True)


class BestOfferSerializer(serializers.Serializer[Any]):
    result = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class MarketSerializer(serializers.ModelSerializer[Market]):
    offers = OfferSerializer(many=True)

    class Meta:
        model = Market
        fields = ("id", "name", "offers", "rule", "with_none", "is_today", "updated_at")
        read_only_fields = ("is_today", "updated_at")


class _Asking(WorkspaceAPIView):
    """Asks and writes nothing: whoever may read may post."""

    writing_role = Role.VIEWER

    def wanted(self, request: Request, form: type[OffersSerializer]) -> tuple[Any, Any, dict[str, Any]]:
        fitted = fitted_people(selectors.model(self.workspace))
        given = form(data=request.data)
        given.is_valid(raise_exception=True)
        return fitted, asked(given.validated_data, fitted), given.validated_data


class SimulateView(_Asking):
    @extend_schema(operation_id="choices_simulate", request=OffersSerializer, responses=SimulationSerializer)
    def post(self, request: Request) -> Response:
        """Shares of preference of the offers with their 80 % intervals; the first offer is ours."""
        fitted, wanted, _given = self.wanted(request, OffersSerializer)
        return Response(SimulationSerializer(answer(fitted, wanted)).data)


class BestPriceView(_Asking):
    @extend_schema(operation_id="choices_best_price", request=PricedOffersSerializer, responses=BestPriceSerializer)
    def post(self, request: Request) -> Response:
        """The price of the first offer that earns most against the others, within what was asked."""
        fitted, wanted, given = self.wanted(request, PricedOffersSerializer)
        found = best_price(fitted, wanted, given.get("unit_cost", 0.0), self.workspace.currency)
        return Response(BestPriceSerializer(found).data)


class BestOfferView(WorkspaceAPIView):
    @extend_schema(operation_id="choices_best_offer_get", responses=BestOfferSerializer)
    def get(self, request: Request) -> Response:
        """The offers that earn most by the last search, and its job."""
        found = {
            "result": estimates.current(self.workspace, selectors.BEST_OFFER),
            "job": jobs.latest(self.workspace, selectors.BEST_OFFER),
        }
        return Response(BestOfferSerializer(found).data)

    @extend_schema(
        operation_id="choices_best_offer_start", request=PricedOffersSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request) -> Response:
        """Search all offers that the first could become, in the background."""
        given = PricedOffersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        state = dict(given.validated_data)
        cost = state.pop("unit_cost", 0.0)
        job = market_services.start_search(workspace=self.workspace, state=state, unit_cost=cost, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class MarketPages(KeyPagination):
    ordering = "pk"


class _Markets(WorkspaceAPIView):
    serializer_class = MarketSerializer
    queryset = Market.objects.none()

    def get_queryset(self) -> QuerySet[Market]:
        return Market.objects.filter(workspace=self.workspace)

    def keep(self, request: Request, market: Market | None) -> Market:
        given = MarketSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        state = dict(given.validated_data)
        name = state.pop("name")
        return market_services.keep(workspace=self.workspace, name=name, state=state, actor=self.actor, market=market)


class MarketList(ListModelMixin, _Markets):
    pagination_class = MarketPages

    @extend_schema(operation_id="choices_markets_list")
    def get(self, request: Request) -> Response:
        """The kept sets of offers, oldest first."""
        return self.list(request)

    @extend_schema(operation_id="choices_markets_create")
    def post(self, request: Request) -> Response:
        """Keep offers to simulate again; the first set stands for the market of today."""
        kept = self.keep(request, None)
        return Response(MarketSerializer(kept).data, status=status.HTTP_201_CREATED)


class MarketDetail(_Markets):
    @extend_schema(operation_id="choices_markets_get")
    def get(self, request: Request, market_id: int) -> Response:
        return Response(MarketSerializer(selectors.market(self.workspace, market_id)).data)

    @extend_schema(operation_id="choices_markets_change")
    def put(self, request: Request, market_id: int) -> Response:
        """Keep other offers under this name."""
        market = selectors.market(self.workspace, market_id)
        return Response(MarketSerializer(self.keep(request, market)).data)

    @extend_schema(operation_id="choices_markets_delete", responses={204: None})
    def delete(self, request: Request, market_id: int) -> Response:
        market_services.delete(market=selectors.market(self.workspace, market_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MarketToday(_Markets):
    @extend_schema(operation_id="choices_markets_today", request=None)
    def post(self, request: Request, market_id: int) -> Response:
        """Let this set stand for the market as it is today."""
        market = market_services.mark_today(market=selectors.market(self.workspace, market_id), actor=self.actor)
        return Response(MarketSerializer(market).data)
