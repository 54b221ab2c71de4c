from django.urls import path

from apps.differentiation import api, places_api, weights_api

urlpatterns = [
    path("position/", api.PositionDetail.as_view(), name="api-position-detail"),
    path("position/run/", api.PositionRun.as_view(), name="api-position-run"),
    path("position/map/", places_api.MapDetail.as_view(), name="api-position-map"),
    path("position/canvas/", places_api.CanvasDetail.as_view(), name="api-position-canvas"),
    path("position/white-spaces/", places_api.SpacesDetail.as_view(), name="api-position-white-spaces"),
    path("position/entrant/", places_api.EntrantView.as_view(), name="api-position-entrant"),
    path("weights/", weights_api.WeightsDetail.as_view(), name="api-weights-detail"),
    path("weight-judgements/", weights_api.JudgementList.as_view(), name="api-weight-judgements-list"),
    path(
        "weight-judgements/<int:judgement_id>/",
        weights_api.JudgementDetail.as_view(),
        name="api-weight-judgements-detail",
    ),
    path(
        "weight-judgements/<int:judgement_id>/consistency/",
        weights_api.JudgementConsistency.as_view(),
        name="api-weight-judgements-consistency",
    ),
    path("criteria/", api.CriterionList.as_view(), name="api-criteria-list"),
    path("criteria/suggest/", api.CriteriaSuggest.as_view(), name="api-criteria-suggest"),
    path("criteria/<int:criterion_id>/", api.CriterionDetail.as_view(), name="api-criteria-detail"),
    path("criteria/<int:criterion_id>/ratings/", api.CriterionRatings.as_view(), name="api-criteria-ratings"),
]
