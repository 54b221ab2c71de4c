from django.urls import path

from apps.decisions import information_views as views

urlpatterns = [
    path("information/", views.information, name="information"),
    path("information/run/", views.run, name="information-run"),
    path("information/costs/", views.costs, name="study-costs"),
    path("sensitivity/", views.sensitivity, name="sensitivity"),
]
