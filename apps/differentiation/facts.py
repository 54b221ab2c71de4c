"""What the competitor sheet says of an offer, and how a cell becomes a rating."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trimtab.economics.differentiation.position import Scale

HOLDS_FOR = timedelta(days=180)
SCALES = ((0.0, 1.0), (1.0, 5.0), (0.0, 10.0), (0.0, 100.0))
SHARE = Scale(0.0, 1.0)
WORDS = {
    1.0: {"yes", "y", "true", "full", "fully", "supported", "included", "✓", "✔", "是", "有", "支持", "完全支持"},
    0.5: {"partial", "partly", "partially", "limited", "some", "beta", "add-on", "部分", "部分支持", "有限"},
    0.0: {"no", "n", "false", "none", "not supported", "missing", "✗", "✘", "否", "无", "没有", "不支持"},
}
_RATED = {word: rating for rating, words in WORDS.items() for word in words}
_OUT_OF = re.compile(r"^(-?\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)$")
_PERCENT = re.compile(r"^(-?\d+(?:\.\d+)?)\s*[%％]$")
_COST = re.compile(
    r"price|cost|fee|latency|delay|wait|response time|time to|seconds|errors?\b|downtime|churn"
    r"|价格|费用|成本|延迟|时延|等待|耗时|错误",
    re.I,
)


@dataclass(frozen=True)
class Fact:
    """One cell of the sheet; ``number`` where the sheet's value is one."""

    offer: str
    attribute: str
    value: str
    number: float | None
    said_by: str
    said_on: date | None
    expires_on: date | None
    source_id: int

    def is_stale(self, today: date) -> bool:
        expiry = self.holds_until
        return expiry is not None and expiry < today

    @property
    def holds_until(self) -> date | None:
        return self.expires_on or (self.said_on + HOLDS_FOR if self.said_on else None)


def plain_share(value: str) -> float | None:
    """0..1 for what needs no scale: yes, partly and no, a percentage, four out of five."""
    text = value.strip().casefold()
    if text in _RATED:
        return _RATED[text]
    if found := _PERCENT.match(text):
        return min(1.0, max(0.0, float(found[1]) / 100))
    if (found := _OUT_OF.match(text)) and float(found[2]) > 0:
        return min(1.0, max(0.0, float(found[1]) / float(found[2])))
    return None


def less_is_better(attribute: str) -> bool:
    """Whether the attribute's name speaks of a cost, a wait or an error."""
    return bool(_COST.search(attribute))


def numbers_of(facts: Sequence[Fact]) -> list[float]:
    """The numbers that need a scale."""
    return [fact.number for fact in facts if fact.number is not None and plain_share(fact.value) is None]


def guessed_scale(numbers: Sequence[float], *, is_cost: bool, ten: bool) -> Scale | None:
    """The usual scale (0..1, 1..5, 0..10, 0..100) around the numbers, else their own ends; None without numbers.

    ``ten``: the sheet uses 0..10 elsewhere, so that numbers up to 5 are not taken for stars.
    """
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    if is_cost:
        return Scale(worst=high, best=low)
    for worst, best in SCALES:
        if worst <= low and high <= best and not (ten and best < 10):
            return Scale(worst, best)
    return Scale(low, high)
