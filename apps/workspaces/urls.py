from django.urls import path

from apps.workspaces import views

app_name = "workspaces"
urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("rename/", views.rename, name="rename"),
    path("invitations/", views.invite, name="invite"),
    path("invitations/<int:invitation_id>/revoke/", views.revoke_invitation, name="revoke-invitation"),
    path("members/<int:membership_id>/role/", views.change_role, name="change-role"),
    path("members/<int:membership_id>/remove/", views.remove_member, name="remove-member"),
    path("tokens/", views.create_token, name="create-token"),
    path("tokens/<int:token_id>/revoke/", views.revoke_token, name="revoke-token"),
    path("audit/", views.audit_trail, name="audit"),
]
