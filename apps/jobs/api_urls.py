from __future__ import annotations

from django.urls import path

from apps.jobs import api

urlpatterns = [
    path("jobs/", api.JobList.as_view(), name="api-jobs"),
    path("jobs/<uuid:job_id>/", api.JobDetail.as_view(), name="api-job"),
    path("jobs/<uuid:job_id>/cancel/", api.JobCancel.as_view(), name="api-job-cancel"),
    path("jobs/<uuid:job_id>/retry/", api.JobRetry.as_view(), name="api-job-retry"),
]
