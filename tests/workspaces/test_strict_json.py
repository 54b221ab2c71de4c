"""The JSON traps that were measured on a stock view set, each of which must be a clear 400."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from apps.workspaces.api_json import MAX_DEPTH, check, loads

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "body",
    [
        b"1e999",
        b"NaN",
        b"-Infinity",
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'"a\\u0000b"',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a": 1, "a": 2}',
        b"123456789012345678901234567890",
        b"\xff\xfe",
        b"",
        b"{",
    ],
)
def test_what_can_not_be_kept_is_refused(body):
    with pytest.raises(ParseError):
        loads(body)


@given(JSON)
def test_everything_else_comes_back_as_it_was(value):
    assert loads(json.dumps(value).encode()) == value


def test_depth_is_counted_from_the_outside():
    value = "x"
    for _ in range(MAX_DEPTH):
        value = [value]
    check(value)
    with pytest.raises(ParseError):
        check([value])
