"""Numbers as people read them: rounded to what matters, with their unit, in the language of the page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from babel import Locale
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent, is_currency
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, to_locale
from django.utils.translation import gettext_lazy as _

SHARES = {"share", "probability", "ratio", "fraction", "percent", "%"}
UNITLESS = {"", "score", "count", "none", "0..1"}
WORDS: dict[str, str | Promise] = {
    "month": _("a month"),
    "per month": _("a month"),
    "customer": _("per customer"),
    "1000 requests": _("per 1,000 requests"),
    "1000": _("per 1,000"),
    "months": _("months"),
    "customers": _("customers"),
    "people": _("people"),
    "purchases": _("purchases"),
    "points": _("points"),
    "ms": _("ms"),
    "seconds": _("seconds"),
    "MB": _("MB"),
}
_MINUS = "−"
_COMPACT_FROM = 1_000_000
_CENTS_BELOW = 1000
_CENT_SHOWN_FROM = 0.1


def locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))


def number(value: Any, digits: int | str | None = None) -> str:
    """A plain number: whole numbers as they are, others to three significant digits or the decimals asked for."""
    amount_ = _float(value)
    if amount_ is None:
        return "—"
    decimals = int(digits) if digits not in (None, "") else 0 if isinstance(value, int) else _decimals(amount_)
    return _signed(format_decimal(round(amount_, decimals), format=_pattern(decimals), locale=locale()))


def percent(value: Any, digits: int | str = 1) -> str:
    """A share from 0 to 1 as a percentage."""
    share = _float(value)
    if share is None:
        return "—"
    decimals = int(digits)
    pattern = _pattern(decimals) + "%"
    return _signed(format_percent(round(share, decimals + 2), format=pattern, locale=locale()))


def money(value: Any, currency: str = "USD") -> str:
    """An amount of money: cents below a thousand, whole units up to a million, then in short form."""
    return _money(value, currency, _float(value) or 0.0)


def typed(value: Any) -> str:
    """A number as a person would type it into a field: all its digits, and none that say nothing."""
    total = _float(value)
    return "" if total is None else repr(total).removesuffix(".0")


def stated(value: Any) -> str:
    """A number that a person typed, as it was typed but with the reader's separators."""
    total = _float(value)
    return "—" if total is None else _signed(format_decimal(total, format="#,##0.########", locale=locale()))


def amount(value: Any, figure: Mapping[str, Any] | str = "") -> str:
    """A value in the unit of its figure, without the words that follow it."""
    unit = figure if isinstance(figure, str) else str(figure.get("unit", ""))
    widest = _widest(figure) if isinstance(figure, Mapping) else _float(value) or 0.0
    head = _head(unit)
    if head.lower() in SHARES:
        return percent(value)
    if _is_money(head):
        return _money(value, head, widest)
    return number(value, _decimals(widest))


def unit_words(unit: str | None) -> str:
    """What follows the value: nothing for a share or an amount of money, else the unit's own words."""
    unit = unit or ""
    head = _head(unit)
    if head.lower() in SHARES or _is_money(head):
        return _word(unit[len(head) :])
    return "" if unit.lower() in UNITLESS else _word(unit)


def interval(figure: Mapping[str, Any] | None) -> str:
    """The two ends of a figure's interval, rounded alike."""
    if not figure:
        return "—"
    low, high = amount(figure.get("low"), figure), amount(figure.get("high"), figure)
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _head(unit: str) -> str:
    return re.split(r"\s*/\s*|\s+per\s+", unit.strip(), maxsplit=1)[0]


def _word(tail: str) -> str:
    plain = re.sub(r"^\s*(/|per\s)\s*", "", tail).strip()
    return str(WORDS.get(plain, plain))


def _is_money(head: str) -> bool:
    return len(head) == 3 and head.isupper() and is_currency(head)


def _money(value: Any, currency: str, widest: float) -> str:
    total = _float(value)
    if total is None:
        return "—"
    if abs(widest) >= _COMPACT_FROM:
        return _signed(_two_decimals(format_compact_currency(total, currency, locale=locale(), fraction_digits=2)))
    if 0 < abs(widest) < _CENT_SHOWN_FROM:
        # Less than ten cents, as the serving of small models costs: two digits that say something, not $0.00.
        decimals = min(7, 1 - math.floor(math.log10(abs(widest))))
        return _signed(
            format_currency(total, currency, locale=locale(), format=f"¤0.{'0' * decimals}", currency_digits=False)
        )
    if abs(widest) < _CENTS_BELOW:
        return _signed(format_currency(total, currency, locale=locale()))
    text = format_currency(round(total), currency, locale=locale(), format="¤#,##0", currency_digits=False)
    return _signed(text)


def _two_decimals(text: str) -> str:
    """The ends of an interval read alike: $1.1M beside $1.46M becomes $1.10M."""
    return re.sub(r"\d+(?:\.\d+)?", lambda found: f"{float(found[0]):.2f}", text, count=1)


def _widest(figure: Mapping[str, Any]) -> float:
    """The part of the figure with the largest size: all its parts are rounded as this one is."""
    return max((_float(figure.get(part)) or 0.0 for part in ("median", "low", "high")), key=abs)


def _decimals(value: float) -> int:
    size = abs(value)
    if size == 0 or size >= 100:
        return 0
    return min(6, 2 - math.floor(math.log10(size))) if size < 1 else (1 if size >= 10 else 2)


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _signed(text: str) -> str:
    return text.replace("-", _MINUS)


def _float(value: Any) -> float | None:
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if math.isfinite(result) else None
