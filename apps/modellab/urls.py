from __future__ import annotations

from django.urls import path

from apps.modellab import run_views, views

app_name = "modellab"
urlpatterns = [
    path("", views.home, name="home"),
    path("template.csv", views.template_csv, name="template"),
    path("sets/upload/", views.upload, name="upload"),
    path("sets/<int:set_id>/", views.set_page, name="set"),
    path("sets/<int:set_id>/preview/", views.preview, name="set-preview"),
    path("sets/<int:set_id>/columns/", views.set_columns, name="set-columns"),
    path("sets/<int:set_id>/today/", views.state_today, name="set-today"),
    path("sets/<int:set_id>/train/", views.train, name="set-train"),
    path("sets/<int:set_id>/delete/", views.delete_set, name="set-delete"),
    path("runs/<int:run_id>/", run_views.run_page, name="run"),
    path("runs/<int:run_id>/live/", run_views.live, name="run-live"),
    path("runs/<int:run_id>/delete/", run_views.delete_run, name="run-delete"),
    path("candidates/<int:candidate_id>/", run_views.candidate_page, name="candidate"),
    path("candidates/<int:candidate_id>/deploy/", run_views.deploy, name="deploy"),
    path("candidates/<int:candidate_id>/try/", run_views.try_it, name="try"),
    path("deployments/<slug:name>/", run_views.deployment_page, name="deployment"),
    path("deployments/<slug:name>/roll-back/", run_views.roll_back, name="roll-back"),
    path("deployments/<slug:name>/undeploy/", run_views.undeploy, name="undeploy"),
]
