from django.urls import path

from apps.decisions import information_api as api

urlpatterns = [
    path("information/", api.InformationView.as_view(), name="api-information"),
    path("information/costs/", api.StudyCostsView.as_view(), name="api-study-costs"),
    path("sensitivity/", api.SensitivityView.as_view(), name="api-sensitivity"),
]
