"""JSON as the API takes it: finite numbers, sane depth, whole characters; anything else is a clear 400."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32
MAX_BYTES = 5 * 1024 * 1024


class StrictJSONParser(BaseParser):
    """Refuses NaN, infinities, overflow, lone surrogates, NUL, deep nesting, duplicate keys and big bodies."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise ParseError(_("The body is larger than 5 MB. Upload a file instead."))
        return loads(body)


class StrictJSONField(serializers.JSONField):
    """A JSON value under the same rules, also where it came in a form field."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str | bytes) and getattr(data, "is_json_string", False):
            value = loads(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
            if value is None and not self.allow_null:
                self.fail("null")
            return value
        check(data)
        return super().to_internal_value(data)


def loads(body: bytes) -> Any:
    """The value of a JSON text; raises ParseError that says what is wrong."""
    try:
        text = codecs.decode(body, "utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_duplicates)
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not UTF-8 text.")) from error
    except RecursionError as error:
        raise ParseError(_("The JSON is nested too deeply.")) from error
    except ValueError as error:
        raise ParseError(_("The body is not valid JSON: %(reason)s") % {"reason": error}) from error
    check(value)
    return value


def check(value: Any) -> None:
    """Walk the value without recursion and refuse what can't be kept."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ParseError(_("The JSON is nested deeper than %(depth)d levels.") % {"depth": MAX_DEPTH})
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, float) and (item != item or item in (float("inf"), float("-inf"))):
            raise ParseError(_("A number is too large or not a number."))
        elif isinstance(item, int) and not isinstance(item, bool) and abs(item) > 2**63 - 1:
            raise ParseError(_("A whole number is too large."))
        elif isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError(_("A text holds a NUL character."))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ParseError(_("A text holds half a character (a lone surrogate).")) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return result
