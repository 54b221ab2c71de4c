from django.urls import path

from apps.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("work/", views.work, name="work"),
    path("run/", views.run, name="run"),
]
