"""Sources over REST: upload, look, set columns, import, take back, delete."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.research import selectors, services
from apps.research.models import Source, SourceKind
from apps.research.preview import preview
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_json import StrictJSONField
from apps.workspaces.models import User


def actor_of(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None


class SourceSerializer(serializers.ModelSerializer[Source]):
    columns = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    parameters = serializers.SerializerMethodField()

    class Meta:
        model = Source
        fields = [
            "id", "kind", "name", "format", "sha256", "content_sha256", "columns", "parameters", "state", "rows_total",
            "rows_imported", "rows_known", "rows_refused", "simulated", "collected_on", "expires_on", "uploaded_at",
        ]  # fmt: skip

    def get_parameters(self, source: Source) -> dict[str, Any]:
        return {name: value for name, value in source.parameters.items() if name != "file"}


class UploadSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=SourceKind.choices)
    file = serializers.FileField()
    name = serializers.CharField(required=False, max_length=160, default="")
    simulated = serializers.BooleanField(required=False, default=False)


class ColumnsSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    columns = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=200), max_length=50), required=False
    )
    parameters = StrictJSONField(required=False)
    name = serializers.CharField(required=False, max_length=160)
    collected_on = serializers.DateField(required=False)
    expires_on = serializers.DateField(required=False)

    def validate_parameters(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise serializers.ValidationError(gettext("An object of names and values is needed."))
        return value


class PreviewSerializer(serializers.Serializer[Any]):
    looked_at = serializers.IntegerField()
    good = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.CharField(), help_text="Needed fields without a column.")
    swap = serializers.DictField(allow_null=True)


class ImportSerializer(serializers.Serializer[Any]):
    job = serializers.UUIDField(source="pk")
    state = serializers.CharField()


class SourceList(WorkspaceAPIView, generics.ListAPIView):
    serializer_class = SourceSerializer
    parser_classes = [MultiPartParser]
    filterset_fields = ["kind", "state", "simulated"]
    queryset = Source.objects.none()

    def get_queryset(self) -> QuerySet[Source]:
        return selectors.sources(self.workspace)

    @extend_schema(
        summary="Upload a file",
        description="200 instead of 201 where the very same file was uploaded before: nothing is added.",
        request={"multipart/form-data": UploadSerializer},
        responses={201: SourceSerializer, 200: SourceSerializer},
    )
    def post(self, request: Request) -> Response:
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        kept = services.upload(workspace=self.workspace, actor=actor_of(request), **given.validated_data)
        code = status.HTTP_200_OK if kept.known else status.HTTP_201_CREATED
        return Response(SourceSerializer(kept.source).data, status=code)


class SourceDetail(WorkspaceAPIView):
    serializer_class = SourceSerializer

    @extend_schema(summary="One source")
    def get(self, request: Request, source_id: int) -> Response:
        return Response(SourceSerializer(selectors.source(self.workspace, source_id)).data)

    @extend_schema(summary="Set the columns and how they are read", request=ColumnsSerializer)
    def patch(self, request: Request, source_id: int) -> Response:
        source = selectors.source(self.workspace, source_id)
        given = ColumnsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = {"columns": source.columns} | given.validated_data
        return Response(SourceSerializer(services.set_columns(source=source, actor=actor_of(request), **chosen)).data)

    @extend_schema(summary="Delete a source with its rows", responses={204: None})
    def delete(self, request: Request, source_id: int) -> Response:
        services.delete_source(source=selectors.source(self.workspace, source_id), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SourcePreview(WorkspaceAPIView):
    """The first rows as they would be imported, what would be refused, and whether price columns look swapped."""

    @extend_schema(summary="The first rows as they would be imported", responses=PreviewSerializer)
    def get(self, request: Request, source_id: int) -> Response:
        found = preview(selectors.source(self.workspace, source_id))
        problems = [{"field": label, "message": text, "rows": rows} for label, text, rows in found.problems]
        shown = {**asdict(found), "problems": problems}
        return Response(PreviewSerializer(shown).data)


class SourceSwap(WorkspaceAPIView):
    @extend_schema(summary="Swap price columns as suggested", request=None, responses=SourceSerializer)
    def post(self, request: Request, source_id: int) -> Response:
        source = selectors.source(self.workspace, source_id)
        return Response(SourceSerializer(services.swap_prices(source=source, actor=actor_of(request))).data)


class SourceImport(WorkspaceAPIView):
    @extend_schema(summary="Import the rows in the background", request=None, responses={202: ImportSerializer})
    def post(self, request: Request, source_id: int) -> Response:
        source = selectors.source(self.workspace, source_id)
        job = services.start_import(source=source, actor=actor_of(request))
        return Response(ImportSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class SourceTakeBack(WorkspaceAPIView):
    @extend_schema(summary="Undo an import: its rows go, the file stays", request=None, responses=SourceSerializer)
    def post(self, request: Request, source_id: int) -> Response:
        source = selectors.source(self.workspace, source_id)
        return Response(SourceSerializer(services.take_back(source=source, actor=actor_of(request))).data)


class SourceFigures(WorkspaceAPIView):
    pagination_class = None

    @extend_schema(summary="The results that a source moves", responses=EstimateSerializer(many=True), filters=False)
    def get(self, request: Request, source_id: int) -> Response:
        moved = selectors.figures_moved_by_source(selectors.source(self.workspace, source_id))
        return Response(EstimateSerializer(moved, many=True).data)
