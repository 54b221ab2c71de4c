from __future__ import annotations

from django.urls import path, re_path

from apps.modellab import api, api_deployments, api_quality, api_runs

urlpatterns = [
    path("labelled-sets/", api.LabelledSetList.as_view(), name="api-labelled-sets"),
    path("labelled-sets/<int:set_id>/", api.LabelledSetDetail.as_view(), name="api-labelled-set"),
    path("labelled-sets/<int:set_id>/today/", api.LabelledSetToday.as_view(), name="api-labelled-set-today"),
    path("labelled-sets/<int:set_id>/quality/", api_quality.SetQuality.as_view(), name="api-labelled-set-quality"),
    path(
        "labelled-sets/<int:set_id>/quality/undo/",
        api_quality.SetQualityUndo.as_view(),
        name="api-labelled-set-quality-undo",
    ),
    path("outcome-study/", api_quality.OutcomeStudyView.as_view(), name="api-outcome-study"),
    path("outcome-experiments/<slug:changed>/", api_quality.ExperimentView.as_view(), name="api-outcome-experiment"),
    path("training-runs/", api_runs.RunList.as_view(), name="api-training-runs"),
    path("training-runs/<int:run_id>/", api_runs.RunDetail.as_view(), name="api-training-run"),
    path("training-runs/<int:run_id>/cancel/", api_runs.RunCancel.as_view(), name="api-training-run-cancel"),
    path("training-runs/<int:run_id>/retry/", api_runs.RunRetry.as_view(), name="api-training-run-retry"),
    path("training-runs/<int:run_id>/metrics/", api_runs.RunMetrics.as_view(), name="api-training-run-metrics"),
    path("training-runs/<int:run_id>/log/", api_runs.RunLog.as_view(), name="api-training-run-log"),
    path("candidates/", api_runs.CandidateList.as_view(), name="api-candidates"),
    path("candidates/<int:candidate_id>/", api_runs.CandidateDetail.as_view(), name="api-candidate"),
    path(
        "candidates/<int:candidate_id>/quality/", api_quality.CandidateQuality.as_view(), name="api-candidate-quality"
    ),
    path("deployments/", api_deployments.DeploymentList.as_view(), name="api-deployments"),
    path("deployments/<slug:name>/", api_deployments.DeploymentDetail.as_view(), name="api-deployment"),
    path(
        "deployments/<slug:name>/roll-back/",
        api_deployments.DeploymentRollBack.as_view(),
        name="api-deployment-roll-back",
    ),
    # Programs write it with and without the slash; a redirect would lose the body.
    re_path(r"^models/(?P<name>[-a-zA-Z0-9_]+)/predict/?$", api_deployments.Predict.as_view(), name="api-predict"),
]
