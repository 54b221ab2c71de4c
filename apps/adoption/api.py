from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adoption import selectors, services
from apps.adoption.adoption_settings import AdoptionSettings
from apps.adoption.forms import PriorForm
from apps.estimates.api import EstimateSerializer, FigureSerializer
from apps.jobs.api import JobSerializer
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_errors import Problem


class AdoptionSettingsSerializer(serializers.Serializer[Any]):
    """What is left out stands as on the page; `market` is needed before the peak."""

    source = serializers.ChoiceField(["counts", "arrivals"], required=False)  # type: ignore[assignment]
    product = serializers.CharField(required=False, allow_blank=True, max_length=120)
    period = serializers.ChoiceField(["year", "quarter", "month", "week"], required=False)
    form = serializers.ChoiceField(["density", "increment"], required=False)
    market = serializers.FloatField(required=False, min_value=1, max_value=1e12)
    market_factor = serializers.FloatField(required=False, min_value=1.01, max_value=100)
    p = serializers.FloatField(required=False, min_value=1e-6, max_value=2, help_text="Innovation a year.")
    p_factor = serializers.FloatField(required=False, min_value=1.01, max_value=100)
    q = serializers.FloatField(required=False, min_value=1e-4, max_value=10, help_text="Imitation a year.")
    q_factor = serializers.FloatField(required=False, min_value=1.01, max_value=100)
    ahead = serializers.IntegerField(required=False, min_value=1, max_value=240)


class AdoptionStudySerializer(serializers.Serializer[Any]):
    periods = serializers.IntegerField()
    subscriptions = serializers.IntegerField()
    estimate = EstimateSerializer(allow_null=True)
    why_not_fitted = serializers.CharField()
    job = JobSerializer(allow_null=True)


class TriedPriorSerializer(serializers.Serializer[Any]):
    market = FigureSerializer()
    peak = FigureSerializer()
    next = FigureSerializer()
    to_come = FigureSerializer()


class AdoptionStudyView(WorkspaceAPIView):
    @extend_schema(operation_id="adoption_study_get", responses=AdoptionStudySerializer)
    def get(self, request: Request) -> Response:
        """The adoption curve, its forecast, and why it rests on typed figures where it does."""
        return Response(AdoptionStudySerializer(selectors.adoption_study(self.workspace)).data)

    @extend_schema(
        operation_id="adoption_study_start", request=AdoptionSettingsSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request) -> Response:
        """Study the adopters in the background."""
        given = AdoptionSettingsSerializer(data=request.data or {})
        given.is_valid(raise_exception=True)
        settings = AdoptionSettings.of(dict(given.validated_data))
        job = services.start(workspace=self.workspace, settings=settings, actor=self.actor)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class AdoptionWhatIfView(WorkspaceAPIView):
    @extend_schema(
        operation_id="adoption_what_if",
        parameters=[OpenApiParameter(name, float, required=True) for name in ("market", "p", "q")],
        responses=TriedPriorSerializer,
    )
    def get(self, request: Request) -> Response:
        """Market, peak and adopters to come at other typed figures, before the peak; p and q are a year."""
        form = PriorForm(request.query_params)
        if not form.is_valid():
            errors = [{"field": name, "message": str(said[0])} for name, said in form.errors.items()]
            raise Problem(code="figures_not_usable", title=_("Give a market, p and q above 0."), errors=errors)
        return Response(TriedPriorSerializer(selectors.tried_prior(self.workspace, **form.cleaned_data)).data)
