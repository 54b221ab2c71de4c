from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.differentiation import selectors, services
from apps.differentiation.models import Criterion
from apps.differentiation.selectors import Cell, CriterionRow
from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.research.models import Need
from apps.workspaces.api_access import WorkspaceAPIView


class CellSerializer(serializers.Serializer[Cell]):
    """A rating 0..1 and what stands behind it; null where nothing is known, which is drawn from 0 to 1."""

    offer = serializers.CharField()
    rating = serializers.FloatField(allow_null=True)
    by_person = serializers.BooleanField()
    stale = serializers.BooleanField()
    value = serializers.CharField(source="fact.value", default=None)
    said_by = serializers.CharField(source="fact.said_by", default=None)
    said_on = serializers.DateField(source="fact.said_on", default=None)
    holds_until = serializers.DateField(source="fact.holds_until", default=None)


class CriterionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="criterion.pk")
    name = serializers.CharField(source="criterion.name")
    attribute = serializers.CharField(source="criterion.attribute")
    need = serializers.IntegerField(source="criterion.need_id", allow_null=True)
    less_is_better = serializers.BooleanField(source="criterion.less_is_better")
    assumed_weight = serializers.FloatField(source="criterion.assumed_weight")
    worst = serializers.FloatField(source="criterion.worst", allow_null=True)
    best = serializers.FloatField(source="criterion.best", allow_null=True)
    weight = serializers.DictField(allow_null=True)
    ratings = CellSerializer(source="cells", many=True)


class CriterionChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    need = serializers.PrimaryKeyRelatedField(queryset=Need.objects.none(), allow_null=True, required=False)
    less_is_better = serializers.BooleanField(required=False)
    assumed_weight = serializers.FloatField(min_value=0, max_value=100, required=False)
    worst = serializers.FloatField(allow_null=True, required=False)
    best = serializers.FloatField(allow_null=True, required=False)


class RatingSerializer(serializers.Serializer[Any]):
    offer = serializers.CharField(max_length=120)
    rating = serializers.FloatField(allow_null=True)


class CriteriaView(WorkspaceAPIView):
    serializer_class: type[serializers.BaseSerializer[Any]] = CriterionSerializer

    def rows(self) -> list[CriterionRow]:
        found, estimate = selectors.sheet(self.workspace), selectors.current(self.workspace)
        return selectors.rows(self.workspace, found, estimate)

    def shown(self, criterion: Criterion) -> dict[str, Any]:
        return CriterionSerializer(next(row for row in self.rows() if row.criterion.pk == criterion.pk)).data


class CriterionList(CriteriaView):
    """What offers are compared on, by weight, with each offer's rating and the fact behind it."""

    pagination_class = None
    filter_backends = ()
    queryset = Criterion.objects.none()

    @extend_schema(responses=CriterionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(CriterionSerializer(self.rows(), many=True).data)


class CriteriaSuggest(CriteriaView):
    """Criteria for attributes of the competitor sheet that have none yet."""

    pagination_class = None
    filter_backends = ()
    queryset = Criterion.objects.none()

    @extend_schema(request=None, responses=CriterionSerializer(many=True))
    def post(self, request: Request) -> Response:
        services.suggest_criteria(workspace=self.workspace, actor=self.actor)
        return Response(CriterionSerializer(self.rows(), many=True).data)


class CriterionDetail(CriteriaView):
    @extend_schema(responses=CriterionSerializer)
    def get(self, request: Request, criterion_id: int) -> Response:
        return Response(self.shown(selectors.criterion(self.workspace, criterion_id)))

    @extend_schema(request=CriterionChangeSerializer, responses=CriterionSerializer)
    def patch(self, request: Request, criterion_id: int) -> Response:
        criterion = selectors.criterion(self.workspace, criterion_id)
        form = CriterionChangeSerializer(data=request.data)
        form.fields["need"].queryset = selectors.needs_of(self.workspace)  # type: ignore[attr-defined]
        form.is_valid(raise_exception=True)
        services.change_criterion(criterion=criterion, changes=form.validated_data, actor=self.actor)
        return Response(self.shown(criterion))


class CriterionRatings(CriteriaView):
    """A person's rating of one offer; null lets the sheet's word count again."""

    @extend_schema(request=RatingSerializer, responses=CriterionSerializer)
    def put(self, request: Request, criterion_id: int) -> Response:
        criterion = selectors.criterion(self.workspace, criterion_id)
        form = RatingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        services.rate(criterion=criterion, offer=given["offer"], value=given["rating"], actor=self.actor)
        return Response(self.shown(criterion))


class PositionDetail(WorkspaceAPIView):
    """The current position as an estimate: scores, rank probabilities, smallest changes."""

    serializer_class = EstimateSerializer

    @extend_schema(responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        estimate = selectors.current(self.workspace)
        if estimate is None:
            raise Http404
        return Response(EstimateSerializer(estimate).data)


class PositionRun(WorkspaceAPIView):
    """Score the offers; answers with the job."""

    serializer_class = JobSerializer

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        job = services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
