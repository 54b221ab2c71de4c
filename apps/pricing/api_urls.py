from django.urls import path

from apps.pricing import api, ladder_api, plans_api

urlpatterns = [
    path("pricing/study/", api.PriceStudyView.as_view(), name="api-pricing-study"),
    path("pricing/demand/", api.DemandView.as_view(), name="api-pricing-demand"),
    path("pricing/swap-columns/", api.SwapColumnsView.as_view(), name="api-pricing-swap-columns"),
    path("pricing/ladder/", ladder_api.LadderStudyView.as_view(), name="api-pricing-ladder"),
    path("pricing/ladder/profit/", ladder_api.LadderProfitView.as_view(), name="api-pricing-ladder-profit"),
    path("pricing/plans/", plans_api.PlansStudyView.as_view(), name="api-pricing-plans"),
]
