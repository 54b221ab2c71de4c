from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.planning import selectors, sharing
from apps.planning.models import ScenarioLink
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination
from apps.workspaces.models import Role


class LinkMadeSerializer(serializers.ModelSerializer[ScenarioLink]):
    """A link without its secret: that is told once, when the link is made."""

    class Meta:
        model = ScenarioLink
        fields = ("id", "created_at", "expires_at", "revoked_at", "last_opened_at", "opened")
        read_only_fields = fields


class NewLinkSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=sharing.MOST_DAYS, default=sharing.DAYS)


class LinkToldSerializer(serializers.Serializer[Any]):
    """``address`` opens the scenario for whoever has it."""

    id = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    address = serializers.CharField()


class LinkView(WorkspaceAPIView):
    """Whoever may change a scenario may share it, and see how it is shared."""

    reading_role = Role.EDITOR
    queryset = ScenarioLink.objects.none()
    serializer_class = LinkMadeSerializer


class ScenarioLinks(ListModelMixin, LinkView):
    pagination_class = KeyPagination

    def get_queryset(self) -> Any:
        return sharing.links(selectors.scenario(self.workspace, self.kwargs["scenario_id"]))

    @extend_schema(operation_id="scenario_links_list")
    def get(self, request: Request, scenario_id: int) -> Response:
        """All links of a scenario, the newest first."""
        return self.list(request)

    @extend_schema(operation_id="scenario_links_create", request=NewLinkSerializer, responses={201: LinkToldSerializer})
    def post(self, request: Request, scenario_id: int) -> Response:
        """A new read-only link. Its address is told in this answer only."""
        given = NewLinkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        scenario = selectors.scenario(self.workspace, scenario_id)
        link, secret = sharing.share(scenario=scenario, actor=self.actor, days=given.validated_data["days"])
        address = request.build_absolute_uri(reverse("shared-scenario", args=[secret]))
        told = LinkToldSerializer({"id": link.pk, "expires_at": link.expires_at, "address": address})
        return Response(told.data, status=status.HTTP_201_CREATED)


class ScenarioLinkDetail(LinkView):
    @extend_schema(operation_id="scenario_links_revoke", responses={204: None})
    def delete(self, request: Request, scenario_id: int, scenario_link_id: int) -> Response:
        """Revoke a link: it opens nothing from then on, and stays in the list."""
        scenario = selectors.scenario(self.workspace, scenario_id)
        sharing.revoke(link=sharing.link_of(scenario, scenario_link_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
