"""Addresses outside any workspace."""

from django.urls import path

from apps.planning import sharing_views

urlpatterns = [path("shared/<str:share_token>/", sharing_views.shared, name="shared-scenario")]
