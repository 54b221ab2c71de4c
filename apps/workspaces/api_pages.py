from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class KeyPagination(CursorPagination):
    """Pages by key, so that page 1,000 costs as much as page 1."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-pk"

    def paginate_queryset(self, *args: Any, **kwargs: Any) -> list[Any] | None:
        try:
            return super().paginate_queryset(*args, **kwargs)
        except (ValueError, OverflowError, ValidationError) as error:
            # A cursor that somebody wrote by hand may hold a word where the key is a number.
            raise NotFound(_("This cursor is none of ours. Begin at the first page.")) from error
