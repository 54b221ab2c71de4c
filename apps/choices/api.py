from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.choices import selectors, services
from apps.choices.study_settings import FAMILIES, MONTH, ONCE, StudySettings
from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.estimates.messages import reason
from apps.jobs.api import JobSerializer
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem
from apps.workspaces.api_json import StrictJSONField
from trimtab.economics.errors import CannotEstimate

LONGEST_NAME, MOST_LEVELS, MOST_ATTRIBUTES = 400, 1000, 200


class ChoiceStudySerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    model = EstimateSerializer(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class AttributeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=LONGEST_NAME)
    used = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(["levels", "number"], required=False)
    levels = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME), required=False, max_length=MOST_LEVELS
    )
    coding = serializers.ChoiceField(["effects", "dummy"], required=False)
    reference = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    role = serializers.ChoiceField(["", "price", "quality"], required=False)
    quality = StrictJSONField(required=False, help_text="The quality, 0 to 1, that each level stands for, by level.")

    def validate_quality(self, value: Any) -> dict[str, float]:
        usable = isinstance(value, dict) and all(
            isinstance(one, int | float) and not isinstance(one, bool) for one in value.values()
        )
        if not usable:
            raise serializers.ValidationError("An object of numbers by level is expected.")
        return {str(level): float(one) for level, one in value.items()}


class ChoiceSettingsSerializer(serializers.Serializer[Any]):
    family = serializers.ChoiceField(FAMILIES, required=False)
    period = serializers.ChoiceField([MONTH, ONCE], required=False)
    left_out = serializers.ListField(
        child=serializers.IntegerField(min_value=0), required=False, max_length=1000, help_text="Sources not to use."
    )
    attributes = AttributeSerializer(many=True, required=False)

    def validate_attributes(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(value) > MOST_ATTRIBUTES:
            raise serializers.ValidationError("There are too many attributes.")
        return value


class CandidateWorthSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    candidate_id = serializers.CharField()
    quality = FigureSerializer()
    today = FigureSerializer()
    worth = FigureSerializer()
    p_worth_more = serializers.FloatField()
    beyond = serializers.FloatField()


class ValueOfQualitySerializer(serializers.Serializer[Any]):
    candidates = CandidateWorthSerializer(many=True)
    why_not = serializers.CharField()


class ChoiceStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="choices_study_get", responses=ChoiceStudySerializer)
    def get(self, request: Request) -> Response:
        """The fitted model of the choice answers, how many rows there are, and the latest job."""
        return Response(ChoiceStudySerializer(selectors.choice_study(self.workspace)).data)

    @extend_schema(operation_id="choices_study_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported choices in the background."""
        job = services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class ChoiceSettingsView(WorkspaceAPIView):
    @extend_schema(operation_id="choices_settings_get", responses=ChoiceSettingsSerializer)
    def get(self, request: Request) -> Response:
        """How the answers are read: as set, else as the data suggests."""
        try:
            return Response(_told(selectors.study_settings(self.workspace)))
        except CannotEstimate as error:
            raise Problem(code=error.code, title=reason(error)) from error

    @extend_schema(
        operation_id="choices_settings_change",
        request=ChoiceSettingsSerializer,
        responses=ChoiceSettingsSerializer,
    )
    def put(self, request: Request) -> Response:
        """Read the answers in another way; attributes that are left out are read as the data suggests."""
        given = ChoiceSettingsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        settings = services.change_settings(workspace=self.workspace, given=given.validated_data, actor=self.actor)
        return Response(_told(settings))

    @extend_schema(operation_id="choices_settings_reset", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Back to the reading that the data suggests."""
        services.use_guess(workspace=self.workspace, actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(settings: StudySettings) -> dict[str, Any]:
    return dict(ChoiceSettingsSerializer(settings.as_json()).data)


class ValueOfQualityView(WorkspaceAPIView):
    @extend_schema(operation_id="choices_value_of_quality", responses=ValueOfQualitySerializer)
    def get(self, request: Request) -> Response:
        """What the quality of the model lab's candidates is worth over today's, a user and month."""
        candidates, why = selectors.values_of_candidates(self.workspace, selectors.model(self.workspace))
        return Response(ValueOfQualitySerializer({"candidates": candidates, "why_not": why}).data)
