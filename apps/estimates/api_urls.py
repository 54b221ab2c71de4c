from django.urls import path

from apps.estimates import api

urlpatterns = [
    path("estimates/", api.EstimateList.as_view(), name="api-estimate-list"),
    path("estimates/<uuid:estimate_id>/", api.EstimateDetail.as_view(), name="api-estimate-detail"),
    path("estimates/<uuid:estimate_id>/lineage/", api.EstimateLineage.as_view(), name="api-estimate-lineage"),
    path("estimates/<uuid:estimate_id>/draws/", api.EstimateDraws.as_view(), name="api-estimate-draws"),
]
