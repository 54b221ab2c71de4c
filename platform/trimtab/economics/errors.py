"""What economics says when the data cannot answer."""

from __future__ import annotations

from typing import Any


class CannotEstimate(ValueError):
    """The data does not identify the quantity, or is not of the form that the method needs.

    ``code`` is stable and machine readable, ``message`` says what is wrong, ``remedy`` what to do about it;
    both texts may hold ``%(name)s`` places which ``params`` fill. ``template`` and ``remedy_template`` are the
    texts with their places open, for translation.
    """

    def __init__(self, code: str, message: str, remedy: str = "", **params: Any) -> None:
        self.code = code
        self.params = params
        self.template, self.remedy_template = message, remedy
        self.message = message % params if params else message
        self.remedy = remedy % params if params else remedy
        super().__init__(f"{self.message} {self.remedy}".strip())
