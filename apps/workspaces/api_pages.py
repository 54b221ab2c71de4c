from __future__ import annotations

from rest_framework.pagination import CursorPagination


class KeyPagination(CursorPagination):
    """Pages by key, so that page 1,000 costs as much as page 1."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-pk"
