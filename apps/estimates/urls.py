from django.urls import path

from apps.estimates import views

app_name = "estimates"
urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:estimate_id>/", views.detail, name="detail"),
]
