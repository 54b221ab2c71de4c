from django.urls import path

from apps.decisions import memo_views as views

urlpatterns = [
    path("memo.pdf", views.memo, name="memo"),
    path("tables.xlsx", views.tables, name="tables"),
]
