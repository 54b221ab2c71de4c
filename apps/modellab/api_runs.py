"""Training runs, candidates and their curves over REST."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.modellab import comparison, selectors, services
from apps.modellab.models import Candidate, TrainingMetric, TrainingRun
from apps.modellab.run_folders import log_tail
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_json import StrictJSONField
from apps.workspaces.models import User


class RunSerializer(serializers.ModelSerializer[TrainingRun]):
    methods = serializers.ListField(child=serializers.CharField(), read_only=True)
    candidates: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    job = serializers.SerializerMethodField()
    parameters = serializers.DictField(read_only=True)
    split = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = TrainingRun
        fields = (
            "id", "labelled_set", "encoder", "methods", "seed", "parameters", "split", "candidates", "job",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(JobSerializer(allow_null=True))
    def get_job(self, run: TrainingRun) -> dict[str, Any] | None:
        job = selectors.job_of(run)
        return dict(JobSerializer(job).data) if job else None


class StartRunSerializer(serializers.Serializer[Any]):
    labelled_set = serializers.IntegerField()
    methods = serializers.ListField(child=serializers.CharField(), required=False, max_length=10)
    encoder = serializers.CharField(required=False)
    parameters = StrictJSONField(required=False)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    idempotency_key = serializers.CharField(required=False, max_length=200)

    def validate_parameters(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise serializers.ValidationError(gettext("This must be a JSON object."))
        return value


class MetricSerializer(serializers.ModelSerializer[TrainingMetric]):
    class Meta:
        model = TrainingMetric
        fields = ("candidate", "name", "step", "value")


class LogSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(child=serializers.CharField())


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    class Meta:
        model = Candidate
        fields: tuple[str, ...] = ("id", "run", "name", "method", "can_answer", "artefact_sha256", "evaluated_at")


class CandidateDetailSerializer(CandidateSerializer):
    report = serializers.DictField(read_only=True)
    evaluation = serializers.SerializerMethodField()
    against_today = serializers.SerializerMethodField()

    class Meta(CandidateSerializer.Meta):
        fields = (*CandidateSerializer.Meta.fields, "report", "evaluation", "against_today")

    @extend_schema_field(EstimateSerializer(allow_null=True))
    def get_evaluation(self, candidate: Candidate) -> dict[str, Any] | None:
        found = selectors.evaluation(candidate)
        return dict(EstimateSerializer(found).data) if found else None

    def get_against_today(self, candidate: Candidate) -> dict[str, Any]:
        """The paired difference by score, with the share of worlds in which the candidate is better."""
        lines = comparison.compare(candidate.run)
        gaps = next(line.against_today for line in lines if line.candidate.pk == candidate.pk)
        return {name: gap.figure.as_dict() | {"p_better": gap.p_better} for name, gap in gaps.items()}


class RunView(WorkspaceAPIView):
    serializer_class: Any = RunSerializer
    queryset = TrainingRun.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        return selectors.runs(self.workspace).prefetch_related("candidates")

    def found(self, run_id: int) -> TrainingRun:
        return get_object_or_404(self.get_queryset(), pk=run_id)

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)


class RunList(RunView, generics.ListAPIView):
    filterset_fields = ["labelled_set", "encoder"]

    @extend_schema(operation_id="training_runs_start", request=StartRunSerializer, responses={202: RunSerializer})
    def post(self, request: Request) -> Response:
        """Train candidates on a labelled set and compare them, in the background."""
        given = StartRunSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        labelled_set = get_object_or_404(selectors.sets(self.workspace), pk=values.pop("labelled_set"))
        run, _job = services.start_run(workspace=self.workspace, labelled_set=labelled_set, actor=self.actor, **values)
        return Response(RunSerializer(run).data, status=status.HTTP_202_ACCEPTED)


class RunDetail(RunView):
    @extend_schema(operation_id="training_runs_get")
    def get(self, request: Request, run_id: int) -> Response:
        """A run with its job and its candidates."""
        return Response(RunSerializer(self.found(run_id)).data)

    @extend_schema(operation_id="training_runs_delete", responses={204: None})
    def delete(self, request: Request, run_id: int) -> Response:
        """Delete an ended run, unless one of its candidates is deployed."""
        services.delete_run(run=self.found(run_id), actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RunCancel(RunView):
    @extend_schema(operation_id="training_runs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, run_id: int) -> Response:
        """Ask a run to stop; it keeps a checkpoint and ends when its process is gone."""
        return Response(JobSerializer(services.cancel_run(run=self.found(run_id), actor=self.actor)).data)


class RunRetry(RunView):
    @extend_schema(operation_id="training_runs_retry", request=None, responses=JobSerializer)
    def post(self, request: Request, run_id: int) -> Response:
        """Go on with a failed or cancelled run from its last checkpoint."""
        return Response(JobSerializer(services.retry_run(run=self.found(run_id), actor=self.actor)).data)


class RunMetrics(RunView):
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="training_runs_metrics", responses=MetricSerializer(many=True))
    def get(self, request: Request, run_id: int) -> Response:
        """All points of the run's curves, by candidate, name and step."""
        return Response(MetricSerializer(selectors.metrics(self.found(run_id)), many=True).data)


class RunLog(RunView):
    @extend_schema(operation_id="training_runs_log", responses=LogSerializer)
    def get(self, request: Request, run_id: int) -> Response:
        """The last 500 lines of the run's log, oldest first."""
        return Response({"lines": log_tail(self.found(run_id))})


class CandidateList(WorkspaceAPIView, generics.ListAPIView):
    serializer_class = CandidateSerializer
    queryset = Candidate.objects.none()
    filterset_fields = ["run", "method", "name"]

    def get_queryset(self) -> QuerySet[Candidate]:
        return selectors.candidates(self.workspace)


class CandidateDetail(WorkspaceAPIView, generics.RetrieveAPIView):
    """A candidate with its report, its estimate, and its paired difference against today's model."""

    serializer_class = CandidateDetailSerializer
    lookup_url_kwarg = "candidate_id"

    def get_queryset(self) -> QuerySet[Candidate]:
        return selectors.candidates(self.workspace)
