from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.onboarding import selectors, services
from apps.workspaces.api import WorkspaceSerializer
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.models import User


class SampleView(WorkspaceAPIView):
    serializer_class = WorkspaceSerializer

    @extend_schema(
        summary="Load the sample company into a new workspace of yours",
        request=None,
        responses={201: WorkspaceSerializer, 200: WorkspaceSerializer},
    )
    def post(self, request: Request) -> Response:
        """Its loop begins at once. Whoever owns a sample company already is given that one, with status 200."""
        owner = cast(User, request.user)
        known = selectors.sample_of(owner)
        workspace = known or services.load_sample(owner=owner)
        created = status.HTTP_200_OK if known else status.HTTP_201_CREATED
        return Response(self.get_serializer(workspace).data, status=created)
