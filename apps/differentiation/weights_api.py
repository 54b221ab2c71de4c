from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.differentiation import selectors, weighing, weight_answers, weight_services
from apps.differentiation.models import JUDGED, WeightJudgement, WeightMethod
from apps.estimates import messages
from apps.estimates.api import EstimateSerializer
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem
from apps.workspaces.api_json import StrictJSONField
from trimtab.economics.errors import CannotEstimate

METHODS = [(method.value, method.label) for method in JUDGED]


class WeighingSerializer(serializers.Serializer[Any]):
    """The method in use; the weights by each method stand in the estimate, once the offers are scored."""

    method = serializers.ChoiceField(choices=WeightMethod.choices)
    estimate = EstimateSerializer(read_only=True, allow_null=True)


class JudgementSerializer(serializers.ModelSerializer[WeightJudgement]):
    """What a person says: pairs, best and worst, or points, by the criteria's attributes on the sheet."""

    answers = StrictJSONField()
    method = serializers.ChoiceField(choices=METHODS)
    person = serializers.CharField(max_length=weight_services.LONGEST_NAME)

    class Meta:
        model = WeightJudgement
        fields = ("id", "method", "person", "answers", "simulated", "updated_at")
        read_only_fields = ("id", "simulated", "updated_at")
        # The same person and method again replace what was said.
        validators: list[Any] = []


class AnswersSerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=METHODS)
    answers = StrictJSONField()


class ConsistencySerializer(serializers.Serializer[Any]):
    """Weights by attribute, how far the answers agree, and the answer that fits the others least."""

    weights = serializers.DictField(child=serializers.FloatField())
    ratio = serializers.FloatField(allow_null=True)
    misfit = serializers.DictField(allow_null=True)


class WeightsDetail(WorkspaceAPIView):
    """How the criteria are weighed: the method in use and the weights by each one."""

    serializer_class = WeighingSerializer

    def shown(self) -> Response:
        estimate = selectors.current(self.workspace, selectors.WEIGHTS)
        found = {"method": selectors.weight_method(self.workspace), "estimate": estimate}
        return Response(WeighingSerializer(found).data)

    @extend_schema(operation_id="weights_retrieve", responses=WeighingSerializer)
    def get(self, request: Request) -> Response:
        return self.shown()

    @extend_schema(operation_id="weights_choose", request=WeighingSerializer, responses=WeighingSerializer)
    def put(self, request: Request) -> Response:
        form = WeighingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        weight_services.choose_method(workspace=self.workspace, method=form.validated_data["method"], actor=self.actor)
        return self.shown()


class JudgementList(WorkspaceAPIView):
    """What people said of the weights."""

    serializer_class: type[serializers.BaseSerializer[Any]] = JudgementSerializer
    pagination_class = None
    filter_backends = ()
    queryset = WeightJudgement.objects.none()

    @extend_schema(operation_id="weight_judgements_list", responses=JudgementSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(JudgementSerializer(selectors.judgements(self.workspace), many=True).data)

    @extend_schema(
        operation_id="weight_judgements_create", request=JudgementSerializer, responses={201: JudgementSerializer}
    )
    def post(self, request: Request) -> Response:
        form = JudgementSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        kept = weight_services.judge(workspace=self.workspace, actor=self.actor, **form.validated_data)
        return Response(JudgementSerializer(kept).data, status=status.HTTP_201_CREATED)


class JudgementDetail(WorkspaceAPIView):
    serializer_class = JudgementSerializer

    @extend_schema(operation_id="weight_judgements_retrieve", responses=JudgementSerializer)
    def get(self, request: Request, judgement_id: int) -> Response:
        return Response(JudgementSerializer(selectors.judgement(self.workspace, judgement_id)).data)

    @extend_schema(operation_id="weight_judgements_destroy", responses={204: None})
    def delete(self, request: Request, judgement_id: int) -> Response:
        weight_services.take_back(judgement=selectors.judgement(self.workspace, judgement_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class JudgementConsistency(WorkspaceAPIView):
    """The weights and the consistency of a kept judgement, from its answers as they are."""

    serializer_class = ConsistencySerializer

    @extend_schema(operation_id="weight_judgements_consistency", responses=ConsistencySerializer)
    def get(self, request: Request, judgement_id: int) -> Response:
        one = selectors.judgement(self.workspace, judgement_id)
        attributes = [criterion.attribute for criterion in selectors.compared(self.workspace)]
        if not weight_answers.judged(one.method, one.answers) & set(attributes):
            raise Http404
        try:
            found = weighing.consistency(one.method, one.answers, attributes)
        except CannotEstimate as error:
            raise Problem(status=422, code=error.code, title=messages.reason(error)) from error
        return Response(ConsistencySerializer(found).data)
