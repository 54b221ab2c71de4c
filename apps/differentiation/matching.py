"""Which need an attribute of the competitor sheet answers, by the words that both use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STEM = 4
LEAST = 0.05
IN_NAME, IN_TERMS = 1.0, 0.5
_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_EMPTY = frozenset(
    {"the", "and", "for", "with", "our", "your", "more", "very", "good", "from", "into", "that", "this", "not"}
)


@dataclass(frozen=True)
class NeedWords:
    """Stems of the need's name and terms, and for each stem the share of its quotes that hold it, 0..1."""

    need_id: int
    name: frozenset[str]
    terms: frozenset[str]
    said: Mapping[str, float]


def stems(text: str) -> set[str]:
    """Words cut to their first letters, so that "bills" meets "billing"; of Chinese, pairs of characters."""
    words = {word.casefold()[:STEM] for word in _WORD.findall(_HAN.sub(" ", text)) if word.casefold() not in _EMPTY}
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return words | pairs


def need_words(need_id: int, name: str, terms: Iterable[str], quotes: Iterable[str]) -> NeedWords:
    counts: dict[str, int] = {}
    total = 0
    for quote in quotes:
        total += 1
        for stem in stems(quote):
            counts[stem] = counts.get(stem, 0) + 1
    said = {stem: count / total for stem, count in counts.items()}
    return NeedWords(need_id, frozenset(stems(name)), frozenset(stems(" ".join(terms))), said)


def best_need(attribute: str, needs: list[NeedWords]) -> int | None:
    """The need whose words the attribute's name shares most; None where no need stands out."""
    wanted = stems(attribute.replace("-", "")) | stems(attribute)
    scores = sorted(((_score(wanted, need, needs), need.need_id) for need in needs), reverse=True)
    return scores[0][1] if scores and scores[0][0] >= LEAST else None


def _score(wanted: set[str], need: NeedWords, needs: list[NeedWords]) -> float:
    """Sum over stems of how often the need's quotes hold it, less how often quotes of needs do on the whole."""
    score = 0.0
    for stem in wanted:
        usual = sum(other.said.get(stem, 0.0) for other in needs) / len(needs)
        score += max(0.0, need.said.get(stem, 0.0) - usual)
        score += IN_NAME * (stem in need.name) + IN_TERMS * (stem in need.terms)
    return score
