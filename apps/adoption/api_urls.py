from django.urls import path

from apps.adoption import api

urlpatterns = [
    path("adoption/study/", api.AdoptionStudyView.as_view(), name="api-adoption-study"),
    path("adoption/what-if/", api.AdoptionWhatIfView.as_view(), name="api-adoption-what-if"),
]
