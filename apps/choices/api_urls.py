from django.urls import URLPattern, path

from apps.choices import api, best_worst_api, design_api, simulator_api

urlpatterns: list[URLPattern] = [
    path("choices/study/", api.ChoiceStudyView.as_view(), name="api-choices-study"),
    path("choices/settings/", api.ChoiceSettingsView.as_view(), name="api-choices-settings"),
    path("choices/value-of-quality/", api.ValueOfQualityView.as_view(), name="api-choices-value-of-quality"),
    path("choices/simulate/", simulator_api.SimulateView.as_view(), name="api-choices-simulate"),
    path("choices/best-price/", simulator_api.BestPriceView.as_view(), name="api-choices-best-price"),
    path("choices/best-offer/", simulator_api.BestOfferView.as_view(), name="api-choices-best-offer"),
    path("choices/markets/", simulator_api.MarketList.as_view(), name="api-choices-markets"),
    path("choices/markets/<int:market_id>/", simulator_api.MarketDetail.as_view(), name="api-choices-market"),
    path(
        "choices/markets/<int:market_id>/today/", simulator_api.MarketToday.as_view(), name="api-choices-market-today"
    ),
    path("choices/best-worst/", best_worst_api.BestWorstStudyView.as_view(), name="api-choices-best-worst"),
    path("choices/designs/", design_api.DesignList.as_view(), name="api-choices-designs"),
    path("choices/designs/<int:design_id>/", design_api.DesignDetail.as_view(), name="api-choices-design"),
    path("choices/designs/<int:design_id>/file/", design_api.DesignFile.as_view(), name="api-choices-design-file"),
]
