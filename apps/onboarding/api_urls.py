from django.urls import path

from apps.onboarding import api

urlpatterns = [path("sample/", api.SampleView.as_view(), name="api-sample")]
