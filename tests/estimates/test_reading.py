"""How numbers read in both languages. The expected texts follow Unicode's locale data (CLDR) for en and zh-Hans."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.estimates.reading import amount, interval, money, number, percent, stated, typed, unit_words


def figure(median: float, low: float, high: float, unit: str) -> dict[str, object]:
    return {"median": median, "low": low, "high": high, "unit": unit}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (7.0, "7.00"),
        (12345.678, "12,346"),
        (12.345, "12.3"),
        (1.2345, "1.23"),
        (0.012345, "0.0123"),
        (-3.5, "−3.50"),
        (None, "—"),
    ],
)
def test_a_number_keeps_three_significant_digits_and_all_of_its_whole_part(value, text):
    assert number(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "n/a", None])
def test_what_is_no_number_reads_as_a_dash(value):
    assert number(value) == percent(value) == money(value) == "—"


def test_a_share_reads_as_a_percentage():
    assert percent(0.0412) == "4.1%"
    assert percent(0.5, 0) == "50%"
    assert percent(-0.031) == "−3.1%"


@pytest.mark.parametrize(
    ("language", "value", "currency", "text"),
    [
        ("en", 29.4, "USD", "$29.40"),
        ("en", 12_400.4, "USD", "$12,400"),
        ("en", 1_284_000, "USD", "$1.28M"),
        ("zh-hans", 29.4, "CNY", "¥29.40"),
        ("zh-hans", 1_284_000, "CNY", "¥128.40万"),
    ],
)
def test_money_reads_in_its_currency_and_the_reader_s_language(language, value, currency, text):
    with override(language):
        assert money(value, currency) == text


def test_both_ends_of_an_interval_are_rounded_alike():
    assert interval(figure(1_284_000, 1_100_000, 1_455_000, "USD")) == "$1.10M to $1.46M"
    assert interval(figure(0.04, 0.0379, 0.0448, "share/month")) == "3.8% to 4.5%"
    assert interval(figure(101.4, 9.96, 240.2, "ms")) == "10 to 240"


def test_money_beside_an_interval_has_cents_only_when_all_of_it_is_small():
    assert amount(990, figure(990, 900, 1200, "USD")) == "$990"
    assert amount(29.4, figure(29.4, 27.9, 31.2, "USD")) == "$29.40"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("share", ""),
        ("USD", ""),
        ("USD/month", "a month"),
        ("share per month", "a month"),
        ("ms", "ms"),
        ("score", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_unit_s_words_follow_the_value(unit, words):
    assert unit_words(unit) == words


@given(st.floats(min_value=1e-5, max_value=1e12))
def test_a_number_reads_back_within_half_a_percent(value):
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.005, abs=5e-7)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_in_a_field_is_read_back_exactly(value):
    assert float(typed(value)) == value


@pytest.mark.parametrize(("value", "text"), [(49.0, "49"), (0.6, "0.6"), (0, "0"), (None, "")])
def test_a_field_shows_no_digit_that_says_nothing(value, text):
    assert typed(value) == text


def test_what_a_person_typed_keeps_its_digits_and_gets_the_reader_s_separators():
    with override("en"):
        assert [stated(value) for value in (250000.0, 0.03, 4.0, -2.5, None)] == ["250,000", "0.03", "4", "−2.5", "—"]
