from django.urls import include, path

app_name = "decisions"
urlpatterns = [
    path("", include("apps.decisions.information_urls")),
    path("", include("apps.decisions.ledger_urls")),
    path("", include("apps.decisions.memo_urls")),
    path("", include("apps.decisions.option_urls")),
]
