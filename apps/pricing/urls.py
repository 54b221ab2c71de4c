from django.urls import path

from apps.pricing import ladder_views, plans_views, views

app_name = "pricing"
urlpatterns = [
    path("", views.home, name="home"),
    path("at/", views.at_price, name="at-price"),
    path("run/", views.run, name="run"),
    path("swap/", views.swap, name="swap"),
    path("ladder/", ladder_views.ladder, name="ladder"),
    path("ladder/profit/", ladder_views.profit, name="ladder-profit"),
    path("ladder/run/", ladder_views.run_ladder, name="ladder-run"),
    path("plans/", plans_views.plans, name="plans"),
    path("plans/run/", plans_views.run_plans, name="plans-run"),
]
