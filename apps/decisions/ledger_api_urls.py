from django.urls import path

from apps.decisions import ledger_api as api

urlpatterns = [
    path("ledger/", api.LedgerView.as_view(), name="api-ledger"),
    path("decisions/", api.DecisionList.as_view(), name="api-decision-list"),
    path("decisions/<int:decision_id>/", api.DecisionDetail.as_view(), name="api-decision-detail"),
    path("decisions/<int:decision_id>/restore/", api.DecisionRestore.as_view(), name="api-decision-restore"),
    path("actuals/", api.ActualList.as_view(), name="api-actual-list"),
    path("actuals/import/", api.ActualsImport.as_view(), name="api-actuals-import"),
    path("actuals/<int:actual_id>/", api.ActualDetail.as_view(), name="api-actual-detail"),
]
