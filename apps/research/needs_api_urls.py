from django.urls import path

from apps.research import kano_api
from apps.research import needs_api as api

urlpatterns = [
    path("needs/", api.NeedList.as_view(), name="api-needs-list"),
    path("needs/run/", api.NeedsRun.as_view(), name="api-needs-run"),
    path("needs/kano/", kano_api.KanoStudyView.as_view(), name="api-needs-kano"),
    path("needs/compared/", kano_api.NeedsCompared.as_view(), name="api-needs-compared"),
    path("needs/<int:need_id>/", api.NeedDetail.as_view(), name="api-needs-detail"),
    path("needs/<int:need_id>/quotes/", api.NeedQuotes.as_view(), name="api-needs-quotes"),
    path("needs/<int:need_id>/merge/", api.NeedMerge.as_view(), name="api-needs-merge"),
    path("needs/<int:need_id>/unmerge/", api.NeedUnmerge.as_view(), name="api-needs-unmerge"),
    path("needs/<int:need_id>/split/", api.NeedSplit.as_view(), name="api-needs-split"),
    path("needs/<int:need_id>/set-aside/", api.NeedSetAside.as_view(), name="api-needs-set-aside"),
    path("needs/<int:need_id>/bring-back/", api.NeedBringBack.as_view(), name="api-needs-bring-back"),
    path("feedback/<int:feedback_id>/need/", api.QuoteNeed.as_view(), name="api-feedback-need"),
]
