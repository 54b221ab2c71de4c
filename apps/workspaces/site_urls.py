from django.urls import path

from apps.workspaces import views

urlpatterns = [
    path("", views.home, name="home"),
    path("workspaces/new/", views.new_workspace, name="workspace-new"),
    path("join/<str:secret>/", views.join, name="workspace-join"),
]
