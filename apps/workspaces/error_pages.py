"""Errors outside of any view: a page for people, problem details for programs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.workspaces.api_errors import problem_body
from apps.workspaces.upload_limit import UploadTooLarge


class NoSuchResource(APIView):
    """Every address under /api/v1/ that is none."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, UploadTooLarge):
        return _too_large(request)
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    return _problem(problem_body(400, "bad_request", _("The request can't be read")))


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return _problem(problem_body(500, "server_error", _("Something broke on our side")))


def _too_large(request: HttpRequest) -> HttpResponse:
    limit = {"limit": settings.TRIMTAB_UPLOAD_MEGABYTES}
    if not request.path.startswith("/api/"):
        return render(request, "413.html", limit, status=413)
    said = _("At most %(limit)s MB can be uploaded at once. Split the file, or leave out columns that are not needed.")
    return _problem(problem_body(413, "upload_too_large", _("The upload is too large"), said % limit))


def _problem(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, status=body["status"], content_type="application/problem+json")
