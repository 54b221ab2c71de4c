"""Errors of the API as problem details (RFC 9457), with the field and the row at fault."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.workspaces.errors import Refused


class Problem(exceptions.APIException):
    """An error to raise in API code: a code for programs, a title for people, the fields at fault."""

    def __init__(
        self, *, status: int = 422, code: str, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None
    ) -> None:
        self.status_code, self.code, self.title, self.errors = status, code, title, errors or []
        super().__init__(detail or title, code)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler."""
    problem = _problem(error)
    if problem is None:
        return None
    set_rollback()
    headers = {}
    if isinstance(error, exceptions.APIException):
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait))
    return Response(problem, status=problem["status"], headers=headers, content_type="application/problem+json")


def _problem(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, Refused):
        at_fault = [{"field": error.field, "message": str(error)}] if error.field else []
        return problem_body(422, error.code, str(error.message), str(error), at_fault)
    if isinstance(error, Problem):
        return problem_body(error.status_code, error.code, str(error.title), str(error.detail), error.errors)
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem_body(404, "not_found", _("Not found"), _("There is no such thing in this workspace."))
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problem_body(403, "forbidden", _("Not allowed"), _("Your role in this workspace does not allow this."))
    if isinstance(error, exceptions.ValidationError):
        return problem_body(422, "invalid", _("Some fields need a correction"), "", list(_fields(error.detail)))
    if isinstance(error, exceptions.APIException):
        code = error.default_code if not isinstance(error.get_codes(), str) else str(error.get_codes())
        return problem_body(error.status_code, code, str(error.default_detail), str(error.detail))
    return None


def problem_body(
    number: int, code: str, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {
        "type": f"urn:trimtab:problem:{code}",
        "status": number,
        "code": code,
        "title": title,
        "detail": detail,
        "errors": errors or [],
    }


def _fields(detail: Any, path: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _fields(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list) and detail and isinstance(detail[0], dict):
        for row, inner in enumerate(detail):
            yield from _fields(inner, f"{path}[{row}]")
    else:
        for message in detail if isinstance(detail, list) else [detail]:
            yield {"field": path, "message": str(message)}


UNPROCESSABLE = status.HTTP_422_UNPROCESSABLE_ENTITY
