"""Settings of the REST framework and of the schema that it publishes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.workspaces.api_tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "apps.workspaces.api_json.StrictJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.workspaces.api_pages.KeyPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.workspaces.api_errors.problem_response",
    "UNICODE_JSON": True,
    "STRICT_JSON": True,
}
SCHEMA: dict[str, Any] = {
    "TITLE": "Trimtab",
    "DESCRIPTION": _("Everything that the pages do, over REST."),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # More than a hundred operations at once are neither read nor drawn: each group opens by itself.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "defaultModelsExpandDepth": -1},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "JobState": "apps.jobs.models.Job.State",
        "SourceState": "apps.research.models.SourceState",
        "SourceKind": "apps.research.models.SourceKind",
        "ScenarioKind": "apps.planning.models.Scenario.Kind",
        "DesignKind": "apps.choices.models.ChoiceDesign.Kind",
        "CandidateMethod": "apps.modellab.models.CandidateMethod",
        "WeightMethod": "apps.differentiation.models.WeightMethod",
        "JudgementMethod": "apps.differentiation.weights_api.METHODS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.workspaces.api_schema.with_problems",
    ],
}
