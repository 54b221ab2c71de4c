from django.urls import path

from apps.retention import api

urlpatterns = [
    path("retention/study/", api.RetentionStudyView.as_view(), name="api-retention-study"),
    path("retention/what-if/", api.WhatIfView.as_view(), name="api-retention-what-if"),
]
