from django.urls import path

from apps.decisions import comparison_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("comparison/", views.comparison, name="comparison"),
    path("comparison/keep/", comparison_views.compare, name="compare"),
    path("options/add/", views.add, name="add"),
    path("options/fill/", comparison_views.fill, name="fill"),
    path("options/search/", comparison_views.search, name="search"),
    path("options/search/add/", comparison_views.add_found, name="add-found"),
    path("options/<int:option_id>/", views.option, name="option"),
    path("options/<int:option_id>/save/", views.save, name="save"),
    path("options/<int:option_id>/quick/", views.quick, name="quick"),
    path("options/<int:option_id>/try/", views.try_out, name="try-out"),
    path("options/<int:option_id>/copy/", views.copy, name="copy"),
    path("options/<int:option_id>/archive/", views.archive, name="archive"),
    path("options/<int:option_id>/restore/", views.restore, name="restore"),
    path("options/<int:option_id>/delete/", views.delete, name="delete"),
    path("options/<int:option_id>/undelete/", views.undelete, name="undelete"),
]
