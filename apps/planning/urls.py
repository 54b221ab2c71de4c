from django.urls import path

from apps.planning import views

app_name = "planning"
urlpatterns = [
    path("", views.home, name="home"),
    path("what-if/", views.what_if, name="base-what-if"),
    path("run/", views.run, name="base-run"),
    path("keep/", views.keep, name="base-keep"),
    path("assumptions/", views.assume, name="base-assume"),
    path("scenarios/new/", views.new, name="new"),
    path("scenarios/example/", views.open_example, name="open-example"),
    path("scenarios/<int:scenario_id>/", views.scenario_page, name="scenario"),
    path("scenarios/<int:scenario_id>/what-if/", views.what_if, name="what-if"),
    path("scenarios/<int:scenario_id>/run/", views.run, name="run"),
    path("scenarios/<int:scenario_id>/keep/", views.keep, name="keep"),
    path("scenarios/<int:scenario_id>/assumptions/", views.assume, name="assume"),
    path("scenarios/<int:scenario_id>/rename/", views.rename, name="rename"),
    path("scenarios/<int:scenario_id>/copy/", views.copy, name="copy"),
    path("scenarios/<int:scenario_id>/delete/", views.delete, name="delete"),
]
