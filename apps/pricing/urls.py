from django.urls import path

from apps.pricing import views

app_name = "pricing"
urlpatterns = [
    path("", views.home, name="home"),
    path("at/", views.at_price, name="at-price"),
    path("run/", views.run, name="run"),
]
