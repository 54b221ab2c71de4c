from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.planning import history, selectors, services
from apps.planning.api import ScenarioSerializer, ScenarioView
from apps.planning.models import ScenarioChange
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination


class ChangeSerializer(serializers.ModelSerializer[ScenarioChange]):
    fields_changed = serializers.ListField(child=serializers.CharField(), source="fields")
    before = serializers.DictField()
    after = serializers.DictField()

    class Meta:
        model = ScenarioChange
        fields = ("id", "fields_changed", "before", "after", "made_at", "undone_at")


class ChangePages(KeyPagination):
    ordering = "pk"


class ScenarioHistory(ListModelMixin, WorkspaceAPIView):
    queryset = ScenarioChange.objects.none()
    serializer_class = ChangeSerializer
    pagination_class = ChangePages

    def get_queryset(self) -> QuerySet[ScenarioChange]:
        return history.changes(selectors.scenario(self.workspace, self.kwargs["scenario_id"]))

    @extend_schema(operation_id="scenarios_history")
    def get(self, request: Request, scenario_id: int) -> Response:
        """The last fifty changes, oldest first; `undone_at` is set while one is taken back."""
        return self.list(request)


class ScenarioUndo(ScenarioView):
    @extend_schema(operation_id="scenarios_undo", request=None, responses=ScenarioSerializer)
    def post(self, request: Request, scenario_id: int) -> Response:
        """Put the scenario back to what it was before its last change."""
        return _shown(self, history.undo(scenario=self.scenario(scenario_id), actor=self.actor))


class ScenarioRedo(ScenarioView):
    @extend_schema(operation_id="scenarios_redo", request=None, responses=ScenarioSerializer)
    def post(self, request: Request, scenario_id: int) -> Response:
        """Make the change again that was undone last."""
        return _shown(self, history.redo(scenario=self.scenario(scenario_id), actor=self.actor))


class ScenarioArchive(ScenarioView):
    @extend_schema(operation_id="scenarios_archive", request=None, responses=ScenarioSerializer)
    def post(self, request: Request, scenario_id: int) -> Response:
        """Put the scenario away: it can't be changed and its links do not open until it is restored."""
        return _shown(self, services.archive(scenario=self.scenario(scenario_id), actor=self.actor))


class ScenarioRestore(ScenarioView):
    @extend_schema(operation_id="scenarios_restore", request=None, responses=ScenarioSerializer)
    def post(self, request: Request, scenario_id: int) -> Response:
        return _shown(self, services.restore(scenario=self.scenario(scenario_id), actor=self.actor))


def _shown(view: ScenarioView, scenario: object) -> Response:
    return Response(view.get_serializer(scenario).data)
