from django.urls import URLPattern, path

from apps.choices import views

app_name = "choices"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
]
