"""Every address of the product: pages under /w/<workspace>/, REST under /api/v1/."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.workspaces.error_pages import NoSuchResource

WORKSPACE_APPS = [
    "research",
    "differentiation",
    "pricing",
    "choices",
    "adoption",
    "retention",
    "modellab",
    "planning",
    "decisions",
    "jobs",
    "estimates",
    "dashboards",
]

_workspace_pages = [path("settings/", include("apps.workspaces.urls"))] + [
    path("" if app == "dashboards" else f"{app}/", include(f"apps.{app}.urls")) for app in WORKSPACE_APPS
]
_api: list[URLPattern | URLResolver] = [
    *(path("", include(f"apps.{app}.api_urls")) for app in ["workspaces", *WORKSPACE_APPS, "onboarding"]),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^.*$", NoSuchResource.as_view()),
]

handler400 = "apps.workspaces.error_pages.bad_request"
handler500 = "apps.workspaces.error_pages.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.workspaces.site_urls")),
    path("", include("apps.jobs.health_urls")),
    path("", include("apps.onboarding.urls")),
    path("", include("apps.planning.site_urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("w/<slug:slug>/", include(_workspace_pages)),
    path("api/v1/", include(_api)),
]
if settings.DEBUG:
    from django.views.generic import TemplateView

    urlpatterns += [path("style-guide/", TemplateView.as_view(template_name="workspaces/style_guide.html"))]
