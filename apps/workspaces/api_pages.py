"""Lists by key: page 1,000 costs as much as page 1, and rows added meanwhile move nothing."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE = 50


class KeyPagination(CursorPagination):
    """The cursor holds a row's whole key; the base's own counts an offset where rows tie, and then repeats some."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering: str | list[str] | tuple[str, ...] = "-pk"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        size = self.page_size = self.get_page_size(request) or PAGE_SIZE
        self.base_url = request.build_absolute_uri()
        backwards, after = _read(request.query_params.get(self.cursor_query_param, ""))
        keys = self._keys()
        try:
            rest = queryset.filter(_beyond(keys, after, backwards)) if after else queryset
            rows = list(rest.order_by(*(_directed(key, backwards) for key in keys))[: size + 1])
        except (ValueError, OverflowError, ValidationError) as error:
            # A cursor that somebody wrote by hand may hold a word where the key is a number.
            raise _unknown() from error
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self._next = self._link(rows[-1:], backwards=False) if more or backwards else None
        self._previous = self._link(rows[:1], backwards=True) if (more if backwards else bool(after)) else None
        return rows

    def get_next_link(self) -> str | None:
        return self._next

    def get_previous_link(self) -> str | None:
        return self._previous

    def _keys(self) -> list[str]:
        named = [self.ordering] if isinstance(self.ordering, str) else list(self.ordering)
        last = named[-1].lstrip("-")
        return named if last in ("pk", "id") else [*named, "-pk" if named[-1].startswith("-") else "pk"]

    def _link(self, rows: list[Model], *, backwards: bool) -> str | None:
        if not rows:
            return None
        values = [str(getattr(rows[0], key.lstrip("-"))) for key in self._keys()]
        cursor = base64.urlsafe_b64encode(json.dumps([int(backwards), values]).encode()).decode()
        return replace_query_param(str(self.base_url), self.cursor_query_param, cursor)


def _read(cursor: str) -> tuple[bool, list[str]]:
    if not cursor:
        return False, []
    try:
        backwards, values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise _unknown() from error
    if not isinstance(values, list) or not all(isinstance(value, str) and "\x00" not in value for value in values):
        raise _unknown()
    return bool(backwards), values


def _directed(key: str, backwards: bool) -> str:
    name = key.lstrip("-")
    return name if key.startswith("-") == backwards else f"-{name}"


def _beyond(keys: list[str], values: list[str], backwards: bool) -> Q:
    """The rows after this key; the bound on the first column lets the database use its index."""
    if len(values) != len(keys):
        raise ValueError
    beyond, equal, bound = Q(), Q(), Q()
    for place, (key, value) in enumerate(zip(keys, values, strict=True)):
        name, side = key.lstrip("-"), "lt" if _directed(key, backwards).startswith("-") else "gt"
        bound = bound if place else Q(**{f"{name}__{side}e": value})
        beyond |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return bound & beyond


def _unknown() -> NotFound:
    return NotFound(_("This cursor is none of ours. Begin at the first page."))
