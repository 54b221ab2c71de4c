from django.urls import path

from apps.retention import api, drivers_api, experiment_api, lifetime_api, revenue_api

urlpatterns = [
    path("retention/study/", api.RetentionStudyView.as_view(), name="api-retention-study"),
    path("retention/what-if/", api.WhatIfView.as_view(), name="api-retention-what-if"),
    path("retention/revenue/", revenue_api.RevenueView.as_view(), name="api-retention-revenue"),
    path("retention/drivers/", drivers_api.DriversView.as_view(), name="api-retention-drivers"),
    path("retention/experiments/", experiment_api.ExperimentList.as_view(), name="api-experiments"),
    path(
        "retention/experiments/<int:experiment_id>/",
        experiment_api.ExperimentDetail.as_view(),
        name="api-experiment",
    ),
    path("retention/lifetime-value/", lifetime_api.LifetimeValueView.as_view(), name="api-retention-lifetime-value"),
    path(
        "retention/lifetime-value/customers/",
        lifetime_api.ValuedCustomersView.as_view(),
        name="api-retention-lifetime-value-customers",
    ),
]
