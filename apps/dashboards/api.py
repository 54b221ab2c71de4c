from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.dashboards import selectors
from apps.planning.loop import run_loop
from apps.planning.models import LoopRun
from apps.workspaces.api_access import WorkspaceAPIView


class StageSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.CharField(help_text="ready, stale, waiting (rows are there, no result yet) or empty")
    says = serializers.CharField()
    word = serializers.CharField()
    figure = serializers.DictField(allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField(source="estimate.grade", default=None)
    estimate = serializers.UUIDField(source="estimate.pk", default=None)
    stale_because = serializers.ListField(source="staleness.reasons", child=serializers.CharField())
    simulated = serializers.BooleanField()
    action = serializers.CharField()
    action_url = serializers.CharField()


class AnswerSerializer(serializers.Serializer[Any]):
    """What to charge and which model to ship; null where nothing says it yet."""

    price = serializers.DictField(source="price.figures.best_margin_price", default=None)
    price_gain = serializers.DictField(source="price.figures.gain", default=None)
    candidate = serializers.CharField(source="best.name", default=None)
    verdict = serializers.CharField(source="best.verdict", default=None)
    p_better = serializers.FloatField(source="best.p_better", default=None)
    gain = serializers.DictField(source="best.gain", default=None)
    stale = serializers.BooleanField()
    simulated = serializers.BooleanField()


class WorkSerializer(serializers.Serializer[Any]):
    jobs = serializers.ListField(child=serializers.UUIDField())
    loop = serializers.IntegerField(allow_null=True)


class OverviewSerializer(serializers.Serializer[Any]):
    answer = AnswerSerializer()
    stages = StageSerializer(many=True)
    next = serializers.CharField(source="next.code", default=None)
    under_way = WorkSerializer()


class LoopSerializer(serializers.ModelSerializer[LoopRun]):
    class Meta:
        model = LoopRun
        fields = ("id", "steps", "started_at", "finished_at")


class OverviewView(WorkspaceAPIView):
    serializer_class = OverviewSerializer

    @extend_schema(operation_id="overview_get")
    def get(self, request: Request) -> Response:
        """The loop at a glance: each stage's key number, and the answer it leads to."""
        found = selectors.overview(self.workspace)
        jobs, loop = selectors.running(self.workspace)
        shown = {
            "answer": found.answer,
            "stages": found.stages,
            "next": found.next,
            "under_way": {"jobs": [job.pk for job in jobs], "loop": loop.pk if loop else None},
        }
        return Response(OverviewSerializer(shown).data)

    @extend_schema(operation_id="overview_run", request=None, responses={202: LoopSerializer})
    def post(self, request: Request) -> Response:
        """Run the loop: every study that the data allows, in order; a round under way is given back."""
        loop = run_loop(workspace=self.workspace, actor=self.actor)
        return Response(LoopSerializer(loop).data, status=status.HTTP_202_ACCEPTED)
