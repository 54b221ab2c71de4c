"""What the columns of a choice survey seem to mean: a first guess that people may change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

LEAST_QUALITY, MOST_QUALITY = 0.70, 0.95
_PRICE = re.compile(r"price|cost|fee\b|prezzo|costo|preis|kosten|prix|precio|价|费", re.IGNORECASE)
_QUALITY = re.compile(r"qual|accura|correct|precision|esatt|genauigkeit|质量|准确", re.IGNORECASE)
_NUMBER = re.compile(r"^[^\d.,+-]*([+-]?\d[\d ,.]*)[^\d]*$")
_ABSENT = "none no never absent nessuno nessuna mai keine kein 无 没有 否"
_LOW = """low lowest slow poor basic weak small bad few worst sufficient sufficiente sufficente bassa basso lento lenta
niedrig langsam schlecht bas lent faible 低 慢 差 小"""
_MIDDLE = """medium mid middle average today today's current fair ok moderate standard normal media medio discreto
mittel moyen 中 一般 目前"""
_HIGH = """good better high fast large strong yes full buona buono alta alto veloce hoch schnell gut haut rapide bon
高 快 好 大 是"""
_HIGHEST = """best highest excellent fastest instant perfect top optimal great ottimale ottima ottimo massima massimo
ausgezeichnet parfait 最高 最快 最好 优 优秀"""
_RANKS = tuple(frozenset(words.split()) for words in (_ABSENT, _LOW, _MIDDLE, _HIGH, _HIGHEST))


@dataclass(frozen=True)
class Column:
    """A column of the survey as it is: its different values as text, in the order in which they came."""

    name: str
    values: tuple[str, ...]

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """Its values as numbers, rising; None where one of them is no number."""
        found = [as_number(value) for value in self.values]
        return None if not found or None in found else tuple(sorted({float(one) for one in found if one is not None}))


def as_number(text: str) -> float | None:
    """A number with or without a currency's sign; both 1,000.50 and 1.000,50 are understood."""
    found = _NUMBER.match(text.strip())
    if found is None:
        return None
    digits = found[1].replace(" ", "").rstrip(",.")
    if digits.rfind(",") > digits.rfind("."):
        digits = digits.replace(".", "").replace(",", "." if digits.count(",") == 1 and not _thousands(digits) else "")
    else:
        digits = digits.replace(",", "")
    try:
        return float(digits)
    except ValueError:
        return None


def _thousands(digits: str) -> bool:
    return re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+", digits) is not None


def price_column(columns: Iterable[Column]) -> str:
    """The name of the column that looks like the price, or nothing."""
    return next((one.name for one in columns if _PRICE.search(one.name) and _varies(one)), "")


def quality_column(columns: Iterable[Column]) -> str:
    return next((one.name for one in columns if _QUALITY.search(one.name) and len(one.values) > 1), "")


def ordered(values: Iterable[str]) -> tuple[str, ...]:
    """Levels from least to most where their words or numbers tell, else by the alphabet."""
    levels = list(dict.fromkeys(values))
    ranks = {level: _rank(level) for level in levels}
    if all(rank is not None for rank in ranks.values()) and len(set(ranks.values())) == len(levels):
        return tuple(sorted(levels, key=lambda level: ranks[level] or 0))
    numbers = {level: as_number(level) for level in levels}
    if all(number is not None for number in numbers.values()):
        return tuple(sorted(levels, key=lambda level: numbers[level] or 0))
    return tuple(sorted(levels, key=str.casefold))


def assumed_quality(levels: tuple[str, ...]) -> dict[str, float]:
    """A quality for each level: the number itself where it is a share or a percentage, else evenly spaced."""
    numbers = [as_number(level) for level in levels]
    known = [number for number in numbers if number is not None]
    if len(known) == len(levels) and all(0 <= number <= 1 for number in known):
        return dict(zip(levels, known, strict=True))
    if len(known) == len(levels) and all(1 < number <= 100 for number in known):
        return {level: number / 100 for level, number in zip(levels, known, strict=True)}
    evenly = np.linspace(LEAST_QUALITY, MOST_QUALITY, len(levels))
    return {level: round(float(quality), 3) for level, quality in zip(levels, evenly, strict=True)}


def _rank(level: str) -> int | None:
    words = level.strip().casefold()
    return next((place for place, known in enumerate(_RANKS) if words in known), None)


def _varies(column: Column) -> bool:
    return len(column.numbers or ()) > 1
