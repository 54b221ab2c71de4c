"""Options, their comparison and the search."""

from django.urls import path

from apps.decisions import option_api as api

urlpatterns = [
    path("options/", api.OptionList.as_view(), name="api-option-list"),
    path("options/fill/", api.OptionFill.as_view(), name="api-option-fill"),
    path("options/comparison/", api.OptionComparisonView.as_view(), name="api-option-comparison"),
    path("options/search/", api.OptionSearch.as_view(), name="api-option-search"),
    path("options/<int:option_id>/", api.OptionDetail.as_view(), name="api-option-detail"),
    path("options/<int:option_id>/copy/", api.OptionCopy.as_view(), name="api-option-copy"),
    path("options/<int:option_id>/archive/", api.OptionArchive.as_view(), name="api-option-archive"),
    path("options/<int:option_id>/restore/", api.OptionRestore.as_view(), name="api-option-restore"),
]
