from django.urls import path

from apps.pricing import api

urlpatterns = [
    path("pricing/study/", api.PriceStudyView.as_view(), name="api-pricing-study"),
    path("pricing/demand/", api.DemandView.as_view(), name="api-pricing-demand"),
]
