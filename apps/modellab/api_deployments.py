"""Deployments over REST, and their answers."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.modellab import deploying, selectors, serving
from apps.modellab.models import Deployment
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.models import Role, User


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    candidate_name = serializers.CharField(source="candidate.name", read_only=True)

    class Meta:
        model = Deployment
        fields = ("name", "candidate", "candidate_name", "deployed_at")
        read_only_fields = fields


class DeploySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    candidate = serializers.IntegerField()


class TextsSerializer(serializers.Serializer[Any]):
    texts = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=serving.LONGEST_TEXT),
        min_length=1,
        max_length=serving.MOST_TEXTS,
    )


class PredictionSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    probability = serializers.FloatField()
    probabilities = serializers.DictField(child=serializers.FloatField())


class PredictionsSerializer(serializers.Serializer[Any]):
    model = serializers.CharField()
    candidate = serializers.CharField()
    predictions = PredictionSerializer(many=True)


class DeploymentList(WorkspaceAPIView, generics.ListAPIView):
    serializer_class = DeploymentSerializer
    queryset = Deployment.objects.none()
    filterset_fields = ["candidate"]

    def get_queryset(self) -> QuerySet[Deployment]:
        return selectors.deployments(self.workspace)

    @extend_schema(operation_id="deployments_deploy", request=DeploySerializer, responses={201: DeploymentSerializer})
    def post(self, request: Request) -> Response:
        """Let a candidate answer under a name; a name that exists changes who answers."""
        given = DeploySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        candidate = get_object_or_404(selectors.candidates(self.workspace), pk=given.validated_data["candidate"])
        found = deploying.deploy(candidate=candidate, name=given.validated_data["name"], actor=cast(User, request.user))
        return Response(DeploymentSerializer(found).data, status=status.HTTP_201_CREATED)


class DeploymentDetail(WorkspaceAPIView):
    serializer_class = DeploymentSerializer

    def found(self, name: str) -> Deployment:
        return get_object_or_404(selectors.deployments(self.workspace), name=name)

    @extend_schema(operation_id="deployments_get")
    def get(self, request: Request, name: str) -> Response:
        return Response(DeploymentSerializer(self.found(name)).data)

    @extend_schema(operation_id="deployments_undeploy", responses={204: None})
    def delete(self, request: Request, name: str) -> Response:
        """Take a deployment down."""
        deploying.undeploy(deployment=self.found(name), actor=cast(User, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeploymentRollBack(WorkspaceAPIView):
    serializer_class = DeploymentSerializer

    @extend_schema(operation_id="deployments_roll_back", request=None)
    def post(self, request: Request, name: str) -> Response:
        """Let the candidate before the present one answer again."""
        found = get_object_or_404(selectors.deployments(self.workspace), name=name)
        return Response(
            DeploymentSerializer(deploying.roll_back(deployment=found, actor=cast(User, request.user))).data
        )


class Predict(WorkspaceAPIView):
    writing_role = Role.VIEWER

    @extend_schema(operation_id="models_predict", request=TextsSerializer, responses=PredictionsSerializer)
    def post(self, request: Request, name: str) -> Response:
        """Labels and probabilities for at most 100 texts of 10,000 characters; a viewer's token is enough."""
        found = get_object_or_404(selectors.deployments(self.workspace), name=name)
        given = TextsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = serving.predict(found.candidate, given.validated_data["texts"])
        shown = {"model": found.name, "candidate": found.candidate.name, "predictions": answers}
        return Response(PredictionsSerializer(shown).data)
