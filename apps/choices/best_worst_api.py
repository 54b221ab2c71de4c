"""Best-worst surveys and what their items matter."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.choices import best_worst_selectors, best_worst_services
from apps.estimates.api import EstimateSerializer
from apps.jobs.api import JobSerializer
from apps.workspaces.api_access import WorkspaceAPIView


class BestWorstStudySerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField(help_text="Items shown, over all people and tasks.")
    best_worst = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class BestWorstStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="choices_best_worst_get", responses=BestWorstStudySerializer)
    def get(self, request: Request) -> Response:
        """How much each item matters, how many rows there are, and the latest job."""
        return Response(BestWorstStudySerializer(best_worst_selectors.best_worst_study(self.workspace)).data)

    @extend_schema(operation_id="choices_best_worst_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported best-worst answers in the background."""
        job = best_worst_services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)
