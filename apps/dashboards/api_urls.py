"""The overview."""

from django.urls import path

from apps.dashboards import api

urlpatterns = [path("overview/", api.OverviewView.as_view(), name="api-overview")]
