from django.urls import path

from apps.research import kano_views
from apps.research import needs_views as views

urlpatterns = [
    path("needs/", views.index, name="needs"),
    path("needs/run/", views.run, name="needs-run"),
    path("needs/kano/", kano_views.kano, name="needs-kano"),
    path("needs/kano/run/", kano_views.run_kano, name="needs-kano-run"),
    path("needs/compared/", views.compared, name="needs-compared"),
    path("needs/left-over/", views.left_over, name="needs-left-over"),
    path("needs/<int:need_id>/", views.detail, name="need"),
    path("needs/<int:need_id>/rename/", views.rename, name="need-rename"),
    path("needs/<int:need_id>/merge/", views.merge, name="need-merge"),
    path("needs/<int:need_id>/unmerge/", views.unmerge, name="need-unmerge"),
    path("needs/<int:need_id>/split/", views.split, name="need-split"),
    path("needs/<int:need_id>/split-in-two/", views.split_in_two, name="need-split-in-two"),
    path("needs/<int:need_id>/set-aside/", views.set_aside, name="need-set-aside"),
    path("needs/<int:need_id>/bring-back/", views.bring_back, name="need-bring-back"),
    path("needs/quotes/<int:feedback_id>/move/", views.move, name="need-move-quote"),
]
