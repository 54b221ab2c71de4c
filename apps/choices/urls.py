from django.urls import URLPattern, path

from apps.choices import best_worst_views, design_views, settings_views, simulator_views, views

app_name = "choices"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("run/", views.run, name="run"),
    path("settings/", settings_views.settings, name="settings"),
    path("settings/change/", settings_views.change, name="settings-change"),
    path("settings/guess/", settings_views.guess, name="settings-guess"),
    path("settings/undo/", settings_views.undo, name="settings-undo"),
    path("simulator/", simulator_views.simulator, name="simulator"),
    path("simulator/shares/", simulator_views.shares, name="shares"),
    path("simulator/offers/", simulator_views.offers, name="offers"),
    path("simulator/price/", simulator_views.price, name="price"),
    path("simulator/search/", simulator_views.search, name="search"),
    path("simulator/keep/", simulator_views.keep, name="keep"),
    path("simulator/<int:market_id>/", simulator_views.market, name="market"),
    path("simulator/<int:market_id>/keep/", simulator_views.keep_market, name="market-keep"),
    path("simulator/<int:market_id>/today/", simulator_views.today, name="market-today"),
    path("simulator/<int:market_id>/delete/", simulator_views.delete, name="market-delete"),
    path("best-worst/", best_worst_views.best_worst, name="best-worst"),
    path("best-worst/run/", best_worst_views.run_best_worst, name="best-worst-run"),
    path("designs/", design_views.designs, name="designs"),
    path("designs/create/", design_views.create, name="design-create"),
    path("designs/<int:design_id>/", design_views.design, name="design"),
    path("designs/<int:design_id>/file/", design_views.file, name="design-file"),
    path("designs/<int:design_id>/delete/", design_views.delete, name="design-delete"),
]
