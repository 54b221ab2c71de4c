from __future__ import annotations


class Refused(Exception):
    """A service will not do this: says what is wrong, with which field, and what to do instead."""

    def __init__(self, code: str, message: str, *, field: str | None = None, remedy: str = "") -> None:
        self.code, self.message, self.field, self.remedy = code, message, field, remedy
        super().__init__(str(message))

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
