from django.urls import include, path, re_path

from apps.research import feedback_views, quarantine_views, views
from apps.research.kinds import KINDS

app_name = "research"
urlpatterns = [
    path("", views.home, name="home"),
    path("upload/", views.upload, name="upload"),
    re_path(rf"^templates/(?P<kind>{'|'.join(KINDS)})\.csv$", quarantine_views.template, name="template"),
    path("sources/<int:source_id>/", views.source_page, name="source"),
    path("sources/<int:source_id>/columns/", views.columns, name="columns"),
    path("sources/<int:source_id>/swap/", views.swap, name="swap"),
    path("sources/<int:source_id>/take-back/", views.take_back, name="take-back"),
    path("sources/<int:source_id>/delete/", views.delete, name="delete-source"),
    path("sources/<int:source_id>/quarantine.csv", quarantine_views.download, name="quarantine-download"),
    path("sources/<int:source_id>/quarantine/discard/", quarantine_views.discard_all, name="discard-all"),
    path("quarantine/<int:refused_id>/", quarantine_views.row, name="refused"),
    path("quarantine/<int:refused_id>/correct/", quarantine_views.correct, name="correct"),
    path("quarantine/<int:refused_id>/discard/", quarantine_views.discard, name="discard"),
    path("quarantine/<int:refused_id>/bring-back/", quarantine_views.bring_back, name="bring-back"),
    path("feedback/", feedback_views.feedback, name="feedback"),
    path("feedback/<int:feedback_id>/", feedback_views.feedback_item, name="feedback-item"),
    path("", include("apps.research.needs_urls")),
]
