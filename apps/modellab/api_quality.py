"""What errors cost and what outcomes say, over REST."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.modellab import quality_selectors, quality_services, selectors
from apps.modellab.models import (
    Candidate,
    CostSource,
    FrequencySource,
    LabelledSet,
    OutcomeExperiment,
    QualityMapping,
    WhatChanged,
)
from apps.modellab.quality_recording import mapping_of
from apps.workspaces.api_access import WorkspaceAPIView

CHANGED = [OpenApiParameter("changed", str, OpenApiParameter.PATH, enum=WhatChanged.values)]


class MappingSerializer(serializers.ModelSerializer[QualityMapping]):
    """What is left out stays as it is; `error_cost` is by label, 1 where none is given."""

    frequency = serializers.ChoiceField(FrequencySource.choices, required=False)
    costs = serializers.ChoiceField(CostSource.choices, required=False)
    error_cost = serializers.DictField(child=serializers.FloatField(min_value=0), required=False)
    threshold = serializers.FloatField(required=False, min_value=0, max_value=1)
    escalation_success = serializers.FloatField(required=False, min_value=0, max_value=1)
    escalation_cost = serializers.FloatField(required=False, min_value=0, max_value=1e6)
    escalation_latency_ms = serializers.FloatField(required=False, min_value=0, max_value=1e9)
    can_undo = serializers.SerializerMethodField()

    class Meta:
        model = QualityMapping
        fields = (*QualityMapping.SETTINGS, "can_undo", "updated_at")
        read_only_fields = ("updated_at",)

    def get_can_undo(self, mapping: QualityMapping) -> bool:
        return bool(mapping.earlier)


class QualitySerializer(serializers.Serializer[Any]):
    mapping = MappingSerializer()
    estimate = EstimateSerializer(allow_null=True)
    today = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class OutcomeExperimentSerializer(serializers.ModelSerializer[OutcomeExperiment]):
    """Two models between which requests were divided by chance."""

    class Meta:
        model = OutcomeExperiment
        fields = (
            "changed", "first_model", "second_model", "first_candidate", "second_candidate", "first_right",
            "first_texts", "second_right", "second_texts", "stated_at",
        )  # fmt: skip
        read_only_fields = ("changed", "stated_at")


class StateExperimentSerializer(serializers.Serializer[Any]):
    first_model = serializers.CharField(max_length=120)
    second_model = serializers.CharField(max_length=120)
    first_candidate = serializers.PrimaryKeyRelatedField(
        queryset=Candidate.objects.none(), required=False, allow_null=True
    )
    second_candidate = serializers.PrimaryKeyRelatedField(
        queryset=Candidate.objects.none(), required=False, allow_null=True
    )
    first_right = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2_000_000_000)
    first_texts = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2_000_000_000)
    second_right = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2_000_000_000)
    second_texts = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        view = self.context.get("view")
        if view is not None:
            for name in ("first_candidate", "second_candidate"):
                self.fields[name].queryset = selectors.candidates(view.workspace)  # type: ignore[attr-defined]


class OutcomeStudySerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    models = serializers.ListField(child=serializers.CharField())
    quality = EstimateSerializer(allow_null=True)
    latency = EstimateSerializer(allow_null=True)
    price = EstimateSerializer(allow_null=True)
    experiments = serializers.DictField(child=OutcomeExperimentSerializer())
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class CandidateQuality(WorkspaceAPIView):
    @extend_schema(operation_id="candidates_quality", responses=QualitySerializer)
    def get(self, request: Request, candidate_id: int) -> Response:
        """What the candidate's errors cost, by class and segment, beside today's model."""
        candidate = get_object_or_404(selectors.candidates(self.workspace), pk=candidate_id)
        return Response(QualitySerializer(quality_selectors.errors(candidate)).data)


class SetQuality(WorkspaceAPIView):
    def found(self, set_id: int) -> LabelledSet:
        return get_object_or_404(selectors.sets(self.workspace), pk=set_id)

    @extend_schema(operation_id="labelled_sets_quality_get", responses=MappingSerializer)
    def get(self, request: Request, set_id: int) -> Response:
        """How the tests of a set become success."""
        return Response(MappingSerializer(mapping_of(self.found(set_id))).data)

    @extend_schema(operation_id="labelled_sets_quality_change", request=MappingSerializer, responses=MappingSerializer)
    def patch(self, request: Request, set_id: int) -> Response:
        """Change costs, threshold or what a person makes of it; all candidates of the set are weighed again."""
        given = MappingSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        mapping, _job = quality_services.set_mapping(
            labelled_set=self.found(set_id), given=given.validated_data, actor=self.actor
        )
        return Response(MappingSerializer(mapping).data)


class SetQualityUndo(SetQuality):
    http_method_names = ["post", "options"]

    @extend_schema(operation_id="labelled_sets_quality_undo", request=None, responses=MappingSerializer)
    def post(self, request: Request, set_id: int) -> Response:
        """Back to what was set before the last change."""
        mapping, _job = quality_services.undo_mapping(labelled_set=self.found(set_id), actor=self.actor)
        return Response(MappingSerializer(mapping).data)


class OutcomeStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="outcome_study_get", responses=OutcomeStudySerializer)
    def get(self, request: Request) -> Response:
        """What quality, speed and errors do to customers, and why a part is missing."""
        return Response(OutcomeStudySerializer(quality_selectors.outcome_study(self.workspace)).data)

    @extend_schema(operation_id="outcome_study_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the outcomes in the background."""
        job = quality_services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class ExperimentView(WorkspaceAPIView):
    def found(self, changed: str) -> OutcomeExperiment:
        return get_object_or_404(OutcomeExperiment, workspace=self.workspace, changed=changed)

    @extend_schema(operation_id="outcome_experiments_get", parameters=CHANGED, responses=OutcomeExperimentSerializer)
    def get(self, request: Request, changed: str) -> Response:
        """The experiment on quality or on latency that somebody stated."""
        return Response(OutcomeExperimentSerializer(self.found(changed)).data)

    @extend_schema(
        operation_id="outcome_experiments_state",
        parameters=CHANGED,
        request=StateExperimentSerializer,
        responses=OutcomeExperimentSerializer,
    )
    def put(self, request: Request, changed: str) -> Response:
        """Say that requests were divided between two models by chance; start the study to use it."""
        given = StateExperimentSerializer(data=request.data, context={"view": self})
        given.is_valid(raise_exception=True)
        found = quality_services.state_experiment(
            workspace=self.workspace, changed=changed, actor=self.actor, **given.validated_data
        )
        return Response(OutcomeExperimentSerializer(found).data)

    @extend_schema(operation_id="outcome_experiments_forget", parameters=CHANGED, responses={204: None})
    def delete(self, request: Request, changed: str) -> Response:
        """Forget that it was an experiment."""
        quality_services.forget_experiment(experiment=self.found(changed), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)
