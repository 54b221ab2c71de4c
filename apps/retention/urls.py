from django.urls import path

from apps.retention import drivers_views, experiment_views, lifetime_views, revenue_views, views

app_name = "retention"
urlpatterns = [
    path("", views.home, name="home"),
    path("what-if/", views.what_if, name="what-if"),
    path("run/", views.run, name="run"),
    path("revenue/", revenue_views.revenue, name="revenue"),
    path("revenue/run/", revenue_views.run, name="revenue-run"),
    path("drivers/", drivers_views.drivers, name="drivers"),
    path("drivers/run/", drivers_views.run, name="drivers-run"),
    path("experiments/", experiment_views.experiments, name="experiments"),
    path("experiments/add/", experiment_views.add, name="experiment-add"),
    path("experiments/<int:experiment_id>/delete/", experiment_views.remove, name="experiment-remove"),
    path("lifetime-value/", lifetime_views.lifetime_value, name="lifetime-value"),
    path("lifetime-value/run/", lifetime_views.run, name="lifetime-value-run"),
    path("lifetime-value/customers.csv", lifetime_views.customers, name="lifetime-value-customers"),
]
