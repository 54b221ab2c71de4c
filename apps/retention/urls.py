from django.urls import path

from apps.retention import views

app_name = "retention"
urlpatterns = [
    path("", views.home, name="home"),
    path("what-if/", views.what_if, name="what-if"),
    path("run/", views.run, name="run"),
]
