"""Labelled sets over REST."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.modellab import checking, columns, incumbent, selectors, services
from apps.modellab.models import LabelledSet
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.models import User


class ProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    blocks = serializers.BooleanField()
    message = serializers.CharField()
    rows = serializers.ListField(child=serializers.IntegerField())


class TodayFactsSerializer(serializers.Serializer[Any]):
    """What is stated of today's model; a value that is left out is forgotten."""

    accuracy = serializers.FloatField(required=False, allow_null=True)
    latency_p50_ms = serializers.FloatField(required=False, allow_null=True)
    latency_p95_ms = serializers.FloatField(required=False, allow_null=True)
    cost_per_1000 = serializers.FloatField(required=False, allow_null=True)


class LabelledSetSerializer(serializers.ModelSerializer[LabelledSet]):
    header = serializers.ListField(source="parameters.header", child=serializers.CharField(), read_only=True)
    encoder = serializers.CharField(source="parameters.encoder", read_only=True)
    today = serializers.DictField(source="parameters.today", default=dict, read_only=True)
    problems = serializers.SerializerMethodField()
    usable = serializers.BooleanField(source="is_usable", read_only=True)
    columns = serializers.DictField(child=serializers.CharField(), read_only=True)
    labels = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = LabelledSet
        fields = (
            "id", "name", "format", "sha256", "header", "columns", "rows", "labels", "problems", "usable", "encoder",
            "today", "simulated", "uploaded_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ProblemSerializer(many=True))
    def get_problems(self, found: LabelledSet) -> list[dict[str, Any]]:
        return [
            {"code": p["code"], "blocks": p["blocks"], "message": checking.message(p), "rows": p["rows"]}
            for p in found.problems
        ]


class LabelledFileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    name = serializers.CharField(required=False, max_length=160)
    text = serializers.CharField(required=False, help_text="The column of the texts; guessed when left out.")
    label = serializers.CharField(required=False)  # type: ignore[assignment]
    predicted_today = serializers.CharField(required=False)
    latency_today_ms = serializers.CharField(required=False)


class LabelledColumnsSerializer(serializers.Serializer[Any]):
    columns = serializers.DictField(child=serializers.CharField(allow_blank=True))
    name = serializers.CharField(required=False, max_length=160)


class LabelledSetList(WorkspaceAPIView, generics.ListAPIView):
    serializer_class = LabelledSetSerializer
    parser_classes = [MultiPartParser]
    filterset_fields = ["name", "format", "simulated"]
    queryset = LabelledSet.objects.none()

    def get_queryset(self) -> QuerySet[LabelledSet]:
        return selectors.sets(self.workspace)

    @extend_schema(
        operation_id="labelled_sets_upload", request=LabelledFileSerializer, responses={201: LabelledSetSerializer}
    )
    def post(self, request: Request) -> Response:
        """Upload labelled texts; columns that are not named are guessed."""
        given = LabelledFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        chosen = {field: given.validated_data[field] for field in columns.FIELDS if field in given.validated_data}
        found = services.upload_set(
            workspace=self.workspace,
            file=given.validated_data["file"],
            name=given.validated_data.get("name", ""),
            columns=chosen or None,
            actor=cast(User, request.user),
        )
        return Response(LabelledSetSerializer(found).data, status=status.HTTP_201_CREATED)


class LabelledSetDetail(WorkspaceAPIView):
    serializer_class = LabelledSetSerializer

    def found(self, set_id: int) -> LabelledSet:
        return get_object_or_404(selectors.sets(self.workspace), pk=set_id)

    @extend_schema(operation_id="labelled_sets_get")
    def get(self, request: Request, set_id: int) -> Response:
        """A set with its labels and the problems that were found."""
        return Response(LabelledSetSerializer(self.found(set_id)).data)

    @extend_schema(operation_id="labelled_sets_columns", request=LabelledColumnsSerializer)
    def patch(self, request: Request, set_id: int) -> Response:
        """Say which column holds what; all rows are looked at again."""
        labelled_set = self.found(set_id)
        given = LabelledColumnsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = services.set_columns(
            labelled_set=labelled_set,
            columns=given.validated_data["columns"],
            name=given.validated_data.get("name", ""),
            actor=cast(User, request.user),
        )
        return Response(LabelledSetSerializer(found).data)

    @extend_schema(operation_id="labelled_sets_delete", responses={204: None})
    def delete(self, request: Request, set_id: int) -> Response:
        """Delete a set on which no run stands."""
        services.delete_set(labelled_set=self.found(set_id), actor=cast(User, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LabelledSetToday(LabelledSetDetail):
    http_method_names = ["put", "options"]

    @extend_schema(
        operation_id="labelled_sets_today", request=TodayFactsSerializer, responses={200: LabelledSetSerializer}
    )
    def put(self, request: Request, set_id: int) -> Response:
        """State today's accuracy, latency and cost; the newest run is compared with them."""
        labelled_set = self.found(set_id)
        given = TodayFactsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = incumbent.set_today(labelled_set=labelled_set, actor=self.actor, **given.validated_data)
        return Response(LabelledSetSerializer(found).data)
