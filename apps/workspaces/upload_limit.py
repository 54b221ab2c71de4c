"""Stops an upload that is too large while it comes in, before it fills the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FORM_BYTES = 1 << 20  # what may surround the files: other fields, names, boundaries
READ_ON_BYTES = 32 << 20
PIECE = 1 << 16


class UploadTooLarge(RequestDataTooBig):
    """Answered with 413 by `error_pages.bad_request`."""


class UploadLimit(FileUploadHandler):
    """Counts all files of a request together; later handlers keep them."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self.received, self.body = 0, input_data
        if content_length > _limit() + FORM_BYTES:
            self._refuse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > _limit():
            self._refuse()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _refuse(self) -> None:
        # Most clients listen only once they have sent everything. What is a little too large is read on and dropped,
        # so that its sender sees the reason; of a flood the connection is closed.
        left = READ_ON_BYTES
        while left > 0 and (piece := self.body.read(min(PIECE, left))):
            left -= len(piece)
        raise UploadTooLarge(f"An upload is larger than {settings.TRIMTAB_UPLOAD_MEGABYTES} MB.")


def _limit() -> int:
    return settings.TRIMTAB_UPLOAD_MEGABYTES << 20
