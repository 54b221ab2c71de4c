from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.jobs import selectors, services
from apps.jobs.models import Job, JobLog
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination
from apps.workspaces.models import User


class JobPages(KeyPagination):
    ordering = ("-created_at", "-id")


class JobFilter(FilterSet):
    class Meta:
        model = Job
        fields = ("state", "kind", "queue", "subject")


class JobLogSerializer(serializers.ModelSerializer[JobLog]):
    text = serializers.CharField(read_only=True)

    class Meta:
        model = JobLog
        fields = ("at", "level", "text")


class ProgressSerializer(serializers.Serializer[Job]):
    done = serializers.IntegerField(source="progress_done", read_only=True)
    of = serializers.IntegerField(source="progress_of", read_only=True)
    message = serializers.CharField(source="progress_text", read_only=True)


class JobErrorSerializer(serializers.Serializer[Job]):
    code = serializers.CharField(source="error_code", read_only=True)
    message = serializers.CharField(source="error_text", read_only=True)


class JobSerializer(serializers.ModelSerializer[Job]):
    title = serializers.CharField(read_only=True)
    progress = ProgressSerializer(source="*", read_only=True)
    error = serializers.SerializerMethodField()
    result = serializers.DictField(read_only=True)
    created_by = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id",
            "kind",
            "title",
            "subject",
            "queue",
            "state",
            "attempt",
            "max_attempts",
            "progress",
            "result",
            "error",
            "cancel_requested_at",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields

    @extend_schema_field(JobErrorSerializer(allow_null=True))
    def get_error(self, job: Job) -> dict[str, Any] | None:
        return dict(JobErrorSerializer(job).data) if job.error_code else None


class JobDetailSerializer(JobSerializer):
    log = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = (*JobSerializer.Meta.fields, "log")
        read_only_fields = fields

    @extend_schema_field(JobLogSerializer(many=True))
    def get_log(self, job: Job) -> list[dict[str, Any]]:
        return list(JobLogSerializer(selectors.log_lines(job), many=True).data)


class JobView(WorkspaceAPIView):
    queryset = Job.objects.none()
    serializer_class: type[JobSerializer] = JobDetailSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return selectors.jobs(self.workspace)

    def job_response(self, job: Job) -> Response:
        return Response(self.get_serializer(job).data)


class JobList(ListModelMixin, JobView):
    serializer_class = JobSerializer
    pagination_class = JobPages
    filterset_class = JobFilter

    @extend_schema(operation_id="jobs_list")
    def get(self, request: Request) -> Response:
        """The workspace's jobs, newest first."""
        return self.list(request)


class JobDetail(JobView):
    @extend_schema(operation_id="jobs_get")
    def get(self, request: Request, job_id: UUID) -> Response:
        """One job with its progress, result, reason of failure and log."""
        return self.job_response(selectors.job(self.workspace, job_id))


class JobCancel(JobView):
    @extend_schema(operation_id="jobs_cancel", request=None)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Ask a job to stop: a waiting one ends at once, a running one when its process has let go."""
        job = selectors.job(self.workspace, job_id)
        return self.job_response(services.cancel(job=job, actor=cast(User, request.user)))


class JobRetry(JobView):
    @extend_schema(operation_id="jobs_retry", request=None)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Let a failed or cancelled job wait for a worker again; it goes on from its checkpoint."""
        job = selectors.job(self.workspace, job_id)
        return self.job_response(services.retry(job=job, actor=cast(User, request.user)))
