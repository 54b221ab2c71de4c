from django.urls import path

from apps.differentiation import api

urlpatterns = [
    path("position/", api.PositionDetail.as_view(), name="api-position-detail"),
    path("position/run/", api.PositionRun.as_view(), name="api-position-run"),
    path("criteria/", api.CriterionList.as_view(), name="api-criteria-list"),
    path("criteria/suggest/", api.CriteriaSuggest.as_view(), name="api-criteria-suggest"),
    path("criteria/<int:criterion_id>/", api.CriterionDetail.as_view(), name="api-criteria-detail"),
    path("criteria/<int:criterion_id>/ratings/", api.CriterionRatings.as_view(), name="api-criteria-ratings"),
]
