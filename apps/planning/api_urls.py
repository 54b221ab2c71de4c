"""Scenarios, forecasts and verdicts; comparing, history and links."""

from django.urls import path

from apps.planning import api, comparison_api, history_api, sharing_api

_ONE = "scenarios/<int:scenario_id>/"
urlpatterns = [
    path("scenarios/", api.ScenarioList.as_view(), name="api-scenario-list"),
    path("scenarios/compare/", comparison_api.ScenarioComparison.as_view(), name="api-scenario-compare"),
    path(_ONE, api.ScenarioDetail.as_view(), name="api-scenario-detail"),
    path(f"{_ONE}copy/", api.ScenarioCopy.as_view(), name="api-scenario-copy"),
    path(f"{_ONE}archive/", history_api.ScenarioArchive.as_view(), name="api-scenario-archive"),
    path(f"{_ONE}restore/", history_api.ScenarioRestore.as_view(), name="api-scenario-restore"),
    path(f"{_ONE}history/", history_api.ScenarioHistory.as_view(), name="api-scenario-history"),
    path(f"{_ONE}undo/", history_api.ScenarioUndo.as_view(), name="api-scenario-undo"),
    path(f"{_ONE}redo/", history_api.ScenarioRedo.as_view(), name="api-scenario-redo"),
    path(f"{_ONE}forecast/", api.ScenarioForecast.as_view(), name="api-scenario-forecast"),
    path(f"{_ONE}verdict/", api.ScenarioVerdict.as_view(), name="api-scenario-verdict"),
    path(f"{_ONE}what-if/", api.ScenarioWhatIf.as_view(), name="api-scenario-what-if"),
    path(f"{_ONE}links/", sharing_api.ScenarioLinks.as_view(), name="api-scenario-links"),
    path(f"{_ONE}links/<int:scenario_link_id>/", sharing_api.ScenarioLinkDetail.as_view(), name="api-scenario-link"),
]
