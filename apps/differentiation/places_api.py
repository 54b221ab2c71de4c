from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.differentiation import entrants, selectors
from apps.estimates.api import EstimateSerializer
from apps.workspaces.access import Role
from apps.workspaces.api_access import WorkspaceAPIView


class PlaceDetail(WorkspaceAPIView):
    """A result of the last scoring, as an estimate."""

    serializer_class: type[serializers.BaseSerializer[Any]] = EstimateSerializer
    kind = ""

    def shown(self) -> Response:
        estimate = selectors.current(self.workspace, self.kind)
        if estimate is None:
            raise Http404
        return Response(EstimateSerializer(estimate).data)


class MapDetail(PlaceDetail):
    """The perceptual map: places, ellipses and what the two axes show."""

    kind = selectors.MAP

    @extend_schema(operation_id="position_map_retrieve", responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        return self.shown()


class CanvasDetail(PlaceDetail):
    """The strategy canvas: value curves and how far ours is from each competitor's."""

    kind = selectors.CANVAS

    @extend_schema(operation_id="position_canvas_retrieve", responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        return self.shown()


class SpacesDetail(PlaceDetail):
    """White spaces: needs that many have and no offer serves well."""

    kind = selectors.SPACES

    @extend_schema(operation_id="position_white_spaces_retrieve", responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        return self.shown()


class ExpectedRatingSerializer(serializers.Serializer[Any]):
    criterion = serializers.IntegerField()
    rating = serializers.FloatField(allow_null=True)


class EntrantSerializer(serializers.Serializer[Any]):
    """A newcomer with its ratings, 0 to 1; what is left out or null is unknown."""

    name = serializers.CharField(max_length=entrants.LONGEST_NAME)
    ratings = ExpectedRatingSerializer(many=True)


class EnteredOfferSerializer(serializers.Serializer[Any]):
    offer = serializers.CharField()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField()


class TurnedSerializer(serializers.Serializer[Any]):
    """By this method ``behind`` passes ``ahead`` when the newcomer comes in."""

    method = serializers.CharField()
    ahead = serializers.CharField()
    behind = serializers.CharField()


class EnteredSerializer(serializers.Serializer[Any]):
    """The newcomer's score, chances of being first without and with it, and pairs that change places."""

    name = serializers.CharField()
    score = serializers.DictField(child=serializers.FloatField())
    offers = EnteredOfferSerializer(many=True)
    turned = TurnedSerializer(many=True)


class EntrantView(WorkspaceAPIView):
    """What if this competitor enters; nothing is written, so that viewers may ask."""

    serializer_class = EntrantSerializer
    writing_role = Role.VIEWER

    @extend_schema(operation_id="position_entrant", request=EntrantSerializer, responses=EnteredSerializer)
    def post(self, request: Request) -> Response:
        form = EntrantSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = {row["criterion"]: row["rating"] for row in form.validated_data["ratings"]}
        found = entrants.entered(self.workspace, name=form.validated_data["name"], ratings=given)
        return Response(EnteredSerializer(found).data)
