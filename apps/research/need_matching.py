"""Which need an attribute, an item or a feature is about, by the words that both use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 0.05
NEARLY = 0.6
IN_NAME, IN_TERMS = 0.5, 0.2
_IES = re.compile(r"ies$")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ions?|acy|ate|ed|es|s|e)$")
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
    """Words without their endings, so that "bills" meets "billing" and "accurate" "accuracy"; of Chinese, pairs."""
    words = {_ENDING.sub("", _IES.sub("y", word)) for word in _WORD.findall(_HAN.sub(" ", text.casefold()))}
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return (words - _EMPTY) | pairs


def need_words(need_id: int, name: str, terms: Iterable[str], quotes: Iterable[str]) -> NeedWords:
    counts: dict[str, int] = {}
    total = 0
    for quote in quotes:
        total += 1
        for stem in stems(quote):
            counts[stem] = counts.get(stem, 0) + 1
    said = {stem: count / total for stem, count in counts.items()}
    return NeedWords(need_id, frozenset(stems(name)), frozenset(stems(" ".join(terms))), said)


def matched(attributes: Iterable[str], needs: list[NeedWords]) -> dict[str, int]:
    """Attributes with the need whose words their names share most; an attribute that shares too few has none.

    The closest pairs go first and a need that is taken goes to the next attribute only where that one is nearly as
    close: so "Data privacy" keeps "Handover to a person" from a need about personal data.
    """
    pairs = sorted(
        ((_score(stems(name) | stems(name.replace("-", "")), need, needs), name, need.need_id)
         for name in attributes for need in needs),
        reverse=True,
    )  # fmt: skip
    found: dict[str, int] = {}
    best: dict[int, float] = {}
    for score, name, need_id in pairs:
        if score < LEAST or name in found or score < NEARLY * best.get(need_id, 0.0):
            continue
        found[name] = need_id
        best.setdefault(need_id, score)
    return found


def _score(wanted: set[str], need: NeedWords, needs: list[NeedWords]) -> float:
    """Sum over stems of how often the need's quotes hold it, less how often quotes of needs do on the whole."""
    score = 0.0
    for stem in wanted:
        usual = sum(other.said.get(stem, 0.0) for other in needs) / len(needs)
        score += max(0.0, need.said.get(stem, 0.0) - usual)
        score += IN_NAME * (stem in need.name) + IN_TERMS * (stem in need.terms)
    return score
