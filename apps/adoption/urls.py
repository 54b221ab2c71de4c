from django.urls import path

from apps.adoption import views

app_name = "adoption"
urlpatterns = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
    path("what-if/", views.what_if, name="what-if"),
]
