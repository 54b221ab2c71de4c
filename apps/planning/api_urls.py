"""Scenarios, forecasts and verdicts."""

from django.urls import path

from apps.planning import api

urlpatterns = [
    path("scenarios/", api.ScenarioList.as_view(), name="api-scenario-list"),
    path("scenarios/<int:scenario_id>/", api.ScenarioDetail.as_view(), name="api-scenario-detail"),
    path("scenarios/<int:scenario_id>/copy/", api.ScenarioCopy.as_view(), name="api-scenario-copy"),
    path("scenarios/<int:scenario_id>/forecast/", api.ScenarioForecast.as_view(), name="api-scenario-forecast"),
    path("scenarios/<int:scenario_id>/verdict/", api.ScenarioVerdict.as_view(), name="api-scenario-verdict"),
    path("scenarios/<int:scenario_id>/what-if/", api.ScenarioWhatIf.as_view(), name="api-scenario-what-if"),
]
