from django.urls import include, path

from apps.decisions import views

app_name = "decisions"
urlpatterns = [
    path("", include("apps.decisions.information_urls")),
    path("", include("apps.decisions.ledger_urls")),
    path("", include("apps.decisions.memo_urls")),
    path("", views.home, name="home"),
]
