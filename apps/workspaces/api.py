from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.workspaces import selectors
from apps.workspaces.api_access import WorkspaceAPIView
from apps.workspaces.api_pages import KeyPagination
from apps.workspaces.models import AuditEntry, Membership, Role, Workspace


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    class Meta:
        model = Workspace
        fields = ["slug", "name", "currency", "is_simulated", "created_at"]


class MemberSerializer(serializers.ModelSerializer[Membership]):
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.full_name")
    role = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ["id", "email", "name", "role", "created_at"]

    def get_role(self, membership: Membership) -> str:
        return Role(membership.role).name.lower()


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    actor = serializers.EmailField(source="actor.email", default=None)

    class Meta:
        model = AuditEntry
        fields = ["id", "actor", "action", "target", "details", "at"]


class WorkspaceView(WorkspaceAPIView):
    serializer_class = WorkspaceSerializer

    @extend_schema(summary="The workspace of this token")
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(self.workspace).data)


class MemberList(WorkspaceAPIView, generics.ListAPIView):
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Membership]:
        return selectors.members(self.workspace)


class AuditPages(KeyPagination):
    ordering = "-at"


class AuditTrail(WorkspaceAPIView, generics.ListAPIView):
    queryset = AuditEntry.objects.none()
    serializer_class = AuditEntrySerializer
    pagination_class = AuditPages
    reading_role = Role.OWNER

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return selectors.audit_trail(self.workspace)
