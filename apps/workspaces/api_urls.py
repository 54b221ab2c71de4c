from django.urls import path

from apps.workspaces import api

urlpatterns = [
    path("workspace/", api.WorkspaceView.as_view(), name="api-workspace"),
    path("members/", api.MemberList.as_view(), name="api-member-list"),
    path("audit/", api.AuditTrail.as_view(), name="api-audit-list"),
]
