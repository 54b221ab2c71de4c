"""One cell's text into a value: numbers, dates and yes or no, as people in many places write them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from apps.research.cell_words import BEST, FEELINGS, NO, NONE_WORDS, SHOWN_ONLY, WORST, YES, ZEROS
from apps.research.refusals import BadCell

SHOWN = 60
EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=731)
NOTHING = {"", "-", "--", "—", "n/a", "na", "none", "null", "nan", "nil", "无", "空", "不详"}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[T ].*)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?$")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4}|\d{2})(?: .*)?$")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?: .*)?$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$")
_CURRENCY = re.compile(r"^(?:[A-Z]{3}\b|[^\d\s.,()+-]{0,3}[$€£¥￥₹元])\s*|\s*(?:[$€£¥￥₹元]|\b[A-Z]{3}|%)$")
_STARS = re.compile(r"(★+)☆*$")
_OUT_OF = re.compile(r"(\S+)\s*/\s*(?:5|7|10|100)$")
_STAR_WORD = re.compile(r"\s*(?:stars?|星|分)$", re.IGNORECASE)


def is_nothing(cell: str) -> bool:
    return cell.strip().casefold() in NOTHING


@lru_cache(maxsize=50_000)
def number(cell: str, decimal: str = ".") -> float:
    """A finite number; thousands separators, a currency or a percent sign and full-width digits are understood."""
    text = unicodedata.normalize("NFKC", cell).strip()
    text = _CURRENCY.sub("", _CURRENCY.sub("", text)).strip()
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    thousands = "." if decimal == "," else ","
    text = re.sub(rf"(?<=\d)[{re.escape(thousands)}' \u00a0\u202f](?=\d{{3}}(?!\d))", "", text)
    text = text.replace(decimal, ".") if decimal == "," else text
    value = float(text) if _NUMBER.match(text) else math.nan
    if not math.isfinite(value):
        raise BadCell("not_a_number", cell=cell[:SHOWN])
    return value


def rating(cell: str, decimal: str = ".") -> float:
    """A number, ``4/5``, ``4 stars`` or the stars themselves."""
    text = cell.strip()
    if stars := _STARS.match(text):
        return float(len(stars[1]))
    if share := _OUT_OF.match(text):
        text = share[1]
    return number(_STAR_WORD.sub("", text), decimal)


def yes_or_no(cell: str, *, also_yes: set[str] | None = None, also_no: set[str] | None = None) -> bool:
    word = cell.strip().casefold()
    if word in YES or word in (also_yes or ()):
        return True
    if word in NO or word in (also_no or ()):
        return False
    raise BadCell("not_yes_or_no", cell=cell[:SHOWN])


def best_or_worst(cell: str) -> int:
    """1 for the best, -1 for the worst, 0 for an item that was only shown."""
    word = unicodedata.normalize("NFKC", cell).strip().casefold()
    if word in BEST:
        return 1
    if word in WORST:
        return -1
    if not word or word in SHOWN_ONLY or is_nothing(word):
        return 0
    raise BadCell("not_best_or_worst", cell=cell[:SHOWN])


def feeling(cell: str) -> int | None:
    """1 like, 2 must be, 3 neutral, 4 live with, 5 dislike; None for an empty cell."""
    if is_nothing(cell):
        return None
    word = unicodedata.normalize("NFKC", cell).strip().casefold().replace("_", " ").rstrip(".")
    if word not in FEELINGS:
        raise BadCell("not_a_feeling", cell=cell[:SHOWN])
    return FEELINGS[word]


def names_none(cell: str) -> bool:
    """Whether an alternative's name says that none of the others was wanted."""
    return re.sub(r"[\s_\-]+", " ", cell).strip().casefold() in NONE_WORDS


def is_empty_or_zero(cell: str) -> bool:
    text = cell.strip()
    return is_nothing(text) or text in ZEROS or (text.startswith(("0", "+0", "-0")) and not text.strip("+-0.,"))


@lru_cache(maxsize=50_000)
def day(cell: str, order: str, today: date, earliest: date = EARLIEST) -> date:
    """A date in any of the usual ways of writing; ``order`` (dmy or mdy) tells 03/04/2026 apart."""
    text = unicodedata.normalize("NFKC", cell).strip()
    try:
        found = _parts(text, order) or _counted(text)
    except (ValueError, OverflowError):
        if _YEAR_LAST.match(text):
            raise BadCell("date_not_possible", cell=cell[:SHOWN], order=order) from None
        raise BadCell("no_such_day", cell=cell[:SHOWN]) from None
    if found is None:
        raise BadCell("not_a_date", cell=cell[:SHOWN])
    if not earliest <= found <= today + AHEAD:
        raise BadCell("date_out_of_range", cell=cell[:SHOWN])
    return found


def _parts(text: str, order: str) -> date | None:
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _YEAR_LAST.match(text):
        first, second, in_year = int(match[1]), int(match[3]), year(match[4])
        # Points are written between the parts only where the day comes first.
        day_first = match[2] == "." or order == "dmy"
        return date(in_year, second, first) if day_first else date(in_year, first, second)
    if match := _DAY_NAME.match(text):
        return date(year(match[3]), _month(match[2]), int(match[1]))
    if match := _NAME_DAY.match(text):
        return date(int(match[3]), _month(match[1]), int(match[2]))
    return None


def _counted(text: str) -> date | None:
    """Days of a spreadsheet since 1899-12-30, or seconds or milliseconds since 1970."""
    if not _NUMBER.match(text):
        return None
    value = float(text)
    if 20_000 <= value < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(value))
    for unit in (1, 1000):
        if 1e8 * unit <= value < 4e9 * unit:
            return date(1970, 1, 1) + timedelta(seconds=value / unit)
    return None


def year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits) if int(digits) < 70 else 1900 + int(digits)


def _month(name: str) -> int:
    if name.casefold() not in MONTHS:
        raise ValueError(name)
    return MONTHS[name.casefold()]


def date_order(cells: Iterable[str]) -> tuple[str, int, int]:
    """The order that the dates prove, ``""`` without proof; and how many prove day first and month first."""
    day_first = month_first = 0
    for cell in cells:
        if (match := _YEAR_LAST.match(cell.strip())) and match[2] != ".":
            day_first += int(match[1]) > 12
            month_first += int(match[3]) > 12
    if day_first == month_first:
        return "", day_first, month_first
    return ("dmy" if day_first > month_first else "mdy"), day_first, month_first


def has_ambiguous_dates(cells: Iterable[str]) -> bool:
    return any((match := _YEAR_LAST.match(cell.strip())) and match[2] != "." for cell in cells)


def decimal_mark(cells: Iterable[str]) -> str:
    """A comma where numbers end in a comma and one, two or more than three digits more often than in a point."""
    commas = points = 0
    for cell in cells:
        commas += bool(re.search(r"\d,(?:\d{1,2}|\d{4,})\D*$", cell))
        points += bool(re.search(r"\d\.(?:\d{1,2}|\d{4,})\D*$", cell))
    return "," if commas > points else "."


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    index = day.year * 12 + day.month - 1 - months
    in_year, month = divmod(index, 12)
    following = date(in_year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(in_year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def language(text: str) -> str:
    """``zh`` where at least a fifth of the letters are Chinese, else ``en`` where there are Latin letters."""
    if text.isascii():
        return "en"
    chinese = sum("\u3400" <= sign <= "\u9fff" for sign in text)
    letters = sum(sign.isalpha() for sign in text)
    return "zh" if chinese * 5 >= letters and chinese else "en" if letters else ""
