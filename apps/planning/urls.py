from django.urls import path

from apps.planning import comparison_views, scenario_views, sharing_views, views

app_name = "planning"
urlpatterns = [
    path("", views.home, name="home"),
    path("what-if/", views.what_if, name="base-what-if"),
    path("run/", views.run, name="base-run"),
    path("keep/", views.keep, name="base-keep"),
    path("assumptions/", views.assume, name="base-assume"),
    path("compare/", comparison_views.comparison, name="compare"),
    path("scenarios/", scenario_views.scenarios, name="scenarios"),
    path("scenarios/new/", scenario_views.new, name="new"),
    path("scenarios/example/", scenario_views.open_example, name="open-example"),
    path("scenarios/<int:scenario_id>/", views.scenario_page, name="scenario"),
    path("scenarios/<int:scenario_id>/what-if/", views.what_if, name="what-if"),
    path("scenarios/<int:scenario_id>/run/", views.run, name="run"),
    path("scenarios/<int:scenario_id>/keep/", views.keep, name="keep"),
    path("scenarios/<int:scenario_id>/assumptions/", views.assume, name="assume"),
    path("scenarios/<int:scenario_id>/rename/", scenario_views.rename, name="rename"),
    path("scenarios/<int:scenario_id>/copy/", scenario_views.copy, name="copy"),
    path("scenarios/<int:scenario_id>/undo/", scenario_views.undo, name="undo"),
    path("scenarios/<int:scenario_id>/redo/", scenario_views.redo, name="redo"),
    path("scenarios/<int:scenario_id>/archive/", scenario_views.archive, name="archive"),
    path("scenarios/<int:scenario_id>/restore/", scenario_views.restore, name="restore"),
    path("scenarios/<int:scenario_id>/delete/", scenario_views.delete, name="delete"),
    path("scenarios/<int:scenario_id>/links/", sharing_views.links, name="links"),
    path("scenarios/<int:scenario_id>/links/<int:scenario_link_id>/revoke/", sharing_views.revoke, name="revoke-link"),
]
