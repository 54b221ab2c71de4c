"""A form with one file, read piece by piece while it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 16


class Multipart:
    """The body of an upload: an iterable of pieces whose whole ``length`` is known before."""

    def __init__(self, file: Path, fields: Mapping[str, str]) -> None:
        self._boundary = f"trimtab-{secrets.token_hex(16)}"
        self._file: BinaryIO = file.open("rb")
        self._head = b"".join(self._part(f'name="{name}"') + value.encode() + b"\r\n" for name, value in fields.items())
        name = file.name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
        self._head += self._part(f'name="file"; filename="{name}"', "Content-Type: application/octet-stream\r\n")
        self._foot = f"\r\n--{self._boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={self._boundary}"
        self.length = len(self._head) + file.stat().st_size + len(self._foot)

    def __enter__(self) -> Multipart:
        return self

    def __exit__(self, *args: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        while piece := self._file.read(PIECE):
            yield piece
        yield self._foot

    def _part(self, what: str, more: str = "") -> bytes:
        return f"--{self._boundary}\r\nContent-Disposition: form-data; {what}\r\n{more}\r\n".encode()
