from __future__ import annotations

from django.urls import path

from apps.modellab import quality_views, run_views, views

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
    path("candidates/<int:candidate_id>/errors/", quality_views.errors_page, name="errors"),
    path("candidates/<int:candidate_id>/errors/set/", quality_views.set_mapping, name="errors-set"),
    path("candidates/<int:candidate_id>/errors/undo/", quality_views.undo_mapping, name="errors-undo"),
    path("outcomes/", quality_views.outcomes_page, name="outcomes"),
    path("outcomes/study/", quality_views.study_outcomes, name="outcomes-study"),
    path("outcomes/experiment/", quality_views.state_experiment, name="experiment"),
    path("outcomes/experiments/<slug:changed>/forget/", quality_views.forget_experiment, name="experiment-forget"),
    path("deployments/<slug:name>/", run_views.deployment_page, name="deployment"),
    path("deployments/<slug:name>/roll-back/", run_views.roll_back, name="roll-back"),
    path("deployments/<slug:name>/undeploy/", run_views.undeploy, name="undeploy"),
]
