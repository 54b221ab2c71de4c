"""Kano surveys and what each feature is to people."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs.api import JobSerializer
from apps.research import kano_selectors, kano_services
from apps.research.needs_comparison import comparison
from apps.workspaces.api_access import WorkspaceAPIView


class KanoStudySerializer(serializers.Serializer[Any]):
    rows = serializers.IntegerField(help_text="Answers: one a person and feature.")
    estimate = EstimateSerializer(allow_null=True)
    job = JobSerializer(allow_null=True)


class KanoStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="kano_study_get", responses=KanoStudySerializer)
    def get(self, request: Request) -> Response:
        """What each feature is to people, see `diagnostics.features`, with the answers there are and the latest job."""
        return Response(KanoStudySerializer(kano_selectors.kano_study(self.workspace)).data)

    @extend_schema(operation_id="kano_study_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported Kano answers in the background."""
        job = kano_services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class ComparedNeedSerializer(serializers.Serializer[Any]):
    """A need as each kind of evidence has it; null where that kind says nothing of it."""

    name = serializers.CharField()
    need_id = serializers.IntegerField(allow_null=True)
    also = serializers.ListField(child=serializers.CharField(), help_text="Other names that it goes by.")
    opportunity = FigureSerializer(allow_null=True)
    customers = serializers.IntegerField(allow_null=True)
    money = serializers.FloatField(allow_null=True, help_text="What its customers pay a month.")
    share = serializers.DictField(allow_null=True, help_text="Of preference, from the best-worst survey.")
    kano = serializers.DictField(allow_null=True)


class ComparedNeedsSerializer(serializers.Serializer[Any]):
    rows = ComparedNeedSerializer(many=True)


class NeedsCompared(WorkspaceAPIView):
    @extend_schema(operation_id="needs_compared", responses=ComparedNeedsSerializer)
    def get(self, request: Request) -> Response:
        """The needs as said, as chosen between, and as felt, in one table."""
        return Response(ComparedNeedsSerializer(comparison(self.workspace)).data)
