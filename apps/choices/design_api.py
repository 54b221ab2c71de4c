"""Survey designs over REST: ask for one, look at it, fetch its file, delete it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.choices import design_reading, design_selectors, design_services
from apps.choices.design_plans import MOST
from apps.choices.models import ChoiceDesign
from apps.jobs.api import JobSerializer
from apps.research import sheet_files
from apps.workspaces.api_access import WorkspaceAPIView


class DesignAttributeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    levels = serializers.ListField(child=serializers.CharField(max_length=120), max_length=MOST["levels"])


class DesignPlanSerializer(serializers.Serializer[Any]):
    """For a choice survey attributes and alternatives, for a best-worst survey items and per_task."""

    attributes = DesignAttributeSerializer(many=True, required=False, max_length=MOST["attributes"])  # type: ignore[call-arg]
    alternatives = serializers.IntegerField(required=False, min_value=1, max_value=MOST["alternatives"])
    none = serializers.BooleanField(required=False)
    prohibited = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(max_length=120)),
        required=False,
        max_length=200,
        help_text="Levels that may not stand together, {attribute: level, ...}.",
    )
    prior = serializers.DictField(
        child=serializers.FloatField(min_value=-100, max_value=100),
        required=False,
        help_text="Expected part-worths by column, {“price: 20”: -0.5}; others are 0.",
    )
    items = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=MOST["items"])
    per_task = serializers.IntegerField(required=False, min_value=1, max_value=MOST["per_task"])
    tasks = serializers.IntegerField(min_value=1, max_value=MOST["tasks"])
    versions = serializers.IntegerField(min_value=1, max_value=MOST["versions"])


class DesignRequestSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ChoiceDesign.Kind.choices)
    name = serializers.CharField(max_length=120)
    plan = DesignPlanSerializer()


class DesignSerializer(serializers.ModelSerializer[ChoiceDesign]):
    plan = DesignPlanSerializer()
    report = serializers.DictField()

    class Meta:
        model = ChoiceDesign
        fields = ["id", "kind", "name", "plan", "report", "created_at"]


class DesignDetailSerializer(DesignSerializer):
    versions = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()

    class Meta(DesignSerializer.Meta):
        fields = [*DesignSerializer.Meta.fields, "versions", "job"]

    @extend_schema(responses=serializers.ListField())
    def get_versions(self, design: ChoiceDesign) -> list[Any]:
        """By version and task: offers as {attribute: level}, or items; empty until the design is made."""
        is_choice = design.kind == ChoiceDesign.Kind.CHOICE
        return design_reading.offers(design) if is_choice else design_reading.items(design)

    def get_job(self, design: ChoiceDesign) -> dict[str, Any] | None:
        """The latest job that makes it."""
        job = design_selectors.design_page(design.workspace, design.pk).job
        return None if job is None else dict(JobSerializer(job).data)


class DesignList(WorkspaceAPIView, generics.ListAPIView[ChoiceDesign]):
    queryset = ChoiceDesign.objects.none()
    serializer_class = DesignSerializer

    def get_queryset(self) -> QuerySet[ChoiceDesign]:
        return design_selectors.designs(self.workspace)

    @extend_schema(operation_id="choice_design_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Survey designs, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="choice_design_create",
        request=DesignRequestSerializer,
        responses={202: DesignDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a design in the background."""
        asked = DesignRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        design = design_services.create(workspace=self.workspace, actor=self.actor, **asked.validated_data)
        return Response(DesignDetailSerializer(design).data, status=status.HTTP_202_ACCEPTED)


class DesignDetail(WorkspaceAPIView):
    @extend_schema(operation_id="choice_design_get", responses=DesignDetailSerializer)
    def get(self, request: Request, design_id: int) -> Response:
        """A design with its tasks and its report."""
        return Response(DesignDetailSerializer(design_selectors.design(self.workspace, design_id)).data)

    @extend_schema(operation_id="choice_design_delete", responses={204: None})
    def delete(self, request: Request, design_id: int) -> Response:
        """Delete a design."""
        design_services.delete(design=design_selectors.design(self.workspace, design_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PeopleSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(required=False, min_value=0, max_value=design_reading.MOST_PEOPLE, default=0)


class DesignFile(WorkspaceAPIView):
    @extend_schema(
        operation_id="choice_design_file",
        parameters=[OpenApiParameter("people", int, description="Rows for so many respondents, versions in turn.")],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, design_id: int) -> HttpResponseBase:
        """The design as CSV, as the import of a survey reads it once the answers are filled in."""
        design = design_selectors.design(self.workspace, design_id)
        asked = PeopleSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if not design.is_made:
            raise Http404
        return sheet_files.answer(
            design_reading.file_rows(design, asked.validated_data["people"]), f"design-{design.pk}.csv"
        )
