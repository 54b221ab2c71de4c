from django.urls import URLPattern, path

from apps.choices import settings_views, views

app_name = "choices"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
    path("settings/", settings_views.settings, name="settings"),
    path("settings/change/", settings_views.change, name="settings-change"),
    path("settings/guess/", settings_views.guess, name="settings-guess"),
    path("settings/undo/", settings_views.undo, name="settings-undo"),
]
