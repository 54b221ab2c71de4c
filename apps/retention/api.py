from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs.api import JobSerializer
from apps.retention import selectors, services
from apps.retention.forms import WhatIfForm
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem


class RowCountSerializer(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    subscriptions = serializers.IntegerField()


class RetentionStudySerializer(serializers.Serializer[Any]):
    rows = RowCountSerializer()
    satisfaction = EstimateSerializer(allow_null=True)
    survival = EstimateSerializer(allow_null=True)
    segments = EstimateSerializer(many=True)
    link = EstimateSerializer(allow_null=True)
    arrivals = EstimateSerializer(allow_null=True)
    refused = serializers.DictField(child=serializers.CharField())
    job = JobSerializer(allow_null=True)


class RetentionWhatIfSerializer(serializers.Serializer[Any]):
    satisfaction = FigureSerializer()
    satisfaction_change = FigureSerializer()
    retained = FigureSerializer(allow_null=True)
    retained_change = FigureSerializer(allow_null=True)
    outside = serializers.ListField(child=serializers.CharField())
    capped = serializers.FloatField(help_text="Share of worlds in which the document form would exceed 1.")


class RetentionStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="retention_study_get", responses=RetentionStudySerializer)
    def get(self, request: Request) -> Response:
        """Satisfaction, survival, link and arrivals as far as they exist, and why the others do not."""
        return Response(RetentionStudySerializer(selectors.retention_study(self.workspace)).data)

    @extend_schema(operation_id="retention_study_start", request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Study the imported answers and subscriptions in the background."""
        job = services.start(workspace=self.workspace, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class WhatIfView(WorkspaceAPIView):
    @extend_schema(
        operation_id="retention_what_if",
        parameters=[
            *(OpenApiParameter(part, float, required=True) for part in ("functionality", "interaction", "cost")),
            OpenApiParameter("form", str, enum=["hazard", "document"], description="How h(U) acts on retention."),
        ],
        responses=RetentionWhatIfSerializer,
    )
    def get(self, request: Request) -> Response:
        """Satisfaction and retention after a year at another F, I and C, each from 0 to 1."""
        form = WhatIfForm(request.query_params)
        if not form.is_valid():
            errors = [{"field": name, "message": str(said[0])} for name, said in form.errors.items()]
            raise Problem(code="share_not_usable", title=_("F, I and C are shares from 0 to 1."), errors=errors)
        return Response(
            RetentionWhatIfSerializer(selectors.what_if_at(self.workspace, form.parts(), form.retention_form())).data
        )
