from django.urls import include, path

from apps.research import api, market_rows_api, quarantine_api, rows_api

urlpatterns = [
    path("sources/", api.SourceList.as_view(), name="api-source-list"),
    path("sources/<int:source_id>/", api.SourceDetail.as_view(), name="api-source-detail"),
    path("sources/<int:source_id>/preview/", api.SourcePreview.as_view(), name="api-source-preview"),
    path("sources/<int:source_id>/swap/", api.SourceSwap.as_view(), name="api-source-swap"),
    path("sources/<int:source_id>/import/", api.SourceImport.as_view(), name="api-source-import"),
    path("sources/<int:source_id>/take-back/", api.SourceTakeBack.as_view(), name="api-source-take-back"),
    path("sources/<int:source_id>/figures/", api.SourceFigures.as_view(), name="api-source-figures"),
    path("quarantine/", quarantine_api.QuarantineList.as_view(), name="api-quarantine-list"),
    path(
        "quarantine/<int:refused_id>/correct/",
        quarantine_api.QuarantineCorrect.as_view(),
        name="api-quarantine-correct",
    ),
    path(
        "quarantine/<int:refused_id>/discard/",
        quarantine_api.QuarantineDiscard.as_view(),
        name="api-quarantine-discard",
    ),
    path(
        "quarantine/<int:refused_id>/bring-back/",
        quarantine_api.QuarantineBringBack.as_view(),
        name="api-quarantine-bring-back",
    ),
    path("feedback/", rows_api.FeedbackList.as_view(), name="api-feedback-list"),
    path("feedback/<int:feedback_id>/", rows_api.FeedbackDetail.as_view(), name="api-feedback-detail"),
    path("competitor-facts/", rows_api.CompetitorFactList.as_view(), name="api-competitor-fact-list"),
    path("price-answers/", rows_api.PriceAnswerList.as_view(), name="api-price-answer-list"),
    path("satisfaction-answers/", rows_api.SatisfactionAnswerList.as_view(), name="api-satisfaction-answer-list"),
    path("subscriptions/", rows_api.SubscriptionList.as_view(), name="api-subscription-list"),
    path("choice-answers/", market_rows_api.ChoiceAnswerList.as_view(), name="api-choice-answer-list"),
    path("maxdiff-answers/", market_rows_api.MaxDiffAnswerList.as_view(), name="api-maxdiff-answer-list"),
    path("ladder-answers/", market_rows_api.LadderAnswerList.as_view(), name="api-ladder-answer-list"),
    path("kano-answers/", market_rows_api.KanoAnswerList.as_view(), name="api-kano-answer-list"),
    path("purchases/", market_rows_api.PurchaseList.as_view(), name="api-purchase-list"),
    path("token-usage/", market_rows_api.TokenUsageList.as_view(), name="api-token-usage-list"),
    path("adoption-counts/", market_rows_api.AdoptionCountList.as_view(), name="api-adoption-count-list"),
    path("answer-outcomes/", market_rows_api.AnswerOutcomeList.as_view(), name="api-answer-outcome-list"),
    path("", include("apps.research.needs_api_urls")),
]
