from django.urls import URLPattern, URLResolver, include, path

from apps.decisions.memo_api import MemoView, TablesView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.decisions.information_api_urls")),
    path("", include("apps.decisions.option_api_urls")),
    path("", include("apps.decisions.ledger_api_urls")),
    path("decisions/memo.pdf", MemoView.as_view(), name="api-decision-memo"),
    path("decisions/tables.xlsx", TablesView.as_view(), name="api-decision-tables"),
]
