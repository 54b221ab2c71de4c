"""Name groups of texts by the terms that set them apart, in English and Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np

from trimtab.learning.clustering import Grouping

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_ENGLISH_STOP = frozenset(
    re.findall(
        r"\S+",
        """a about after all also am an and any are as at be because been but by can cannot could did do does
        doing done for from get getting give go going got had has have having he her here him his how i i'm
        i've i'd if in into is isn't it it's its just like made make me more much my need no not now of off
        on one only or other our out over own please really she should so some still than thank thanks that
        that's the their them then there these they thing things this those to too up us use used using very
        want wants was way we well were what what's when where which while who why will with without won't
        would wouldn't you your don't can't didn't doesn't wasn't haven't hasn't let lot every each even
        always never also again able been being both few most such same until once under yes yet try tried
        trying know think seems something anything""",
    )
)
_CHINESE_STOP = frozenset(
    "的了是我你他她它们在有和就不也都很还没这那么吗呢吧啊呀哦把被给让到去来上下个与及或但而所以因为如果可能要会能得地着过"
)


@dataclass(frozen=True)
class GroupName:
    """What a group is about: a short ``name``, its most distinctive ``terms``, and ``examples``, indices of the texts
    closest to the group's centre, closest first."""

    name: str
    terms: list[str]
    examples: list[int]


def name_groups(
    texts: Sequence[str], grouping: Grouping, *, terms: int = 8, words_in_name: int = 3, examples: int = 5
) -> list[GroupName]:
    """One ``GroupName`` per group, in the groups' order, by class-based tf-idf.

    W(t, g) = tf(t, g) * log(1 + A / f(t)), with tf the share of the group's texts that hold t, f(t) the sum of tf over
    the groups and A the mean number of terms per group (Grootendorst 2022, arXiv:2203.05794, eq. 3, on document
    frequencies so that one long text cannot name a group).
    """
    counts = [Counter[str]() for _ in grouping.centroids]
    sizes = np.bincount(grouping.labels[grouping.labels >= 0], minlength=len(counts))
    for text, label in zip(texts, grouping.labels, strict=True):
        if label >= 0:
            counts[label].update(set(terms_of(text)))
    ranked = [_ranked(counts, sizes, index) for index in range(len(counts))]
    return [
        GroupName(_title(found, words_in_name), found[:terms], closest(grouping, index, examples))
        for index, found in enumerate(ranked)
    ]


def terms_of(text: str) -> list[str]:
    """Words and pairs of words without stop words; of Chinese, character bigrams and trigrams."""
    return [*_words(text), *_chinese(text)]


def closest(grouping: Grouping, index: int, count: int) -> list[int]:
    """Indices of the ``count`` texts of the group most similar to its centroid, closest first."""
    members = np.flatnonzero(grouping.labels == index)
    order = np.argsort(-grouping.similarity[members], kind="stable")
    return [int(member) for member in members[order[:count]]]


def _words(text: str) -> Iterable[str]:
    words = [word.lower().replace("’", "'") for word in _WORD.findall(_HAN.sub(" ", text))]
    kept = [word if len(word) > 1 and word not in _ENGLISH_STOP else "" for word in words]
    yield from filter(None, kept)
    yield from (f"{first} {second}" for first, second in pairwise(kept) if first and second)


def _chinese(text: str) -> Iterable[str]:
    for run in _HAN.findall(text):
        for size in (2, 3):
            grams = (run[start : start + size] for start in range(len(run) - size + 1))
            yield from (gram for gram in grams if not _CHINESE_STOP & {gram[0], gram[-1]})


def _ranked(counts: list[Counter[str]], sizes: np.ndarray, index: int) -> list[str]:
    total: Counter[str] = Counter()
    for count, size in zip(counts, sizes, strict=True):
        for term, found in count.items():
            total[term] += found / max(1, size)
    average = sum(total.values()) / max(1, len(counts))
    least = 1 if sizes[index] < 5 else 2
    scores = {
        term: found / sizes[index] * log(1 + average / total[term])
        for term, found in counts[index].items()
        if found >= least
    }
    return _without_echoes(sorted(scores, key=lambda term: (-scores[term], term)))


def _without_echoes(terms: list[str]) -> list[str]:
    """Drop a term that is part of a better one, or holds one: "card" after "card payment", or the reverse."""
    kept: list[str] = []
    for term in terms:
        if not any(_overlap(term, other) for other in kept):
            kept.append(term)
        if len(kept) == 24:
            break
    return kept


def _overlap(one: str, other: str) -> bool:
    if _HAN.match(one) and _HAN.match(other):
        return one in other or other in one or one[1:] == other[:-1] or other[1:] == one[:-1]
    return bool(_stems(one) & _stems(other))


def _stems(term: str) -> set[str]:
    """Enough to see that "card" and "cards" are one word."""
    return {word.removesuffix("s") for word in term.split()}


def _title(terms: list[str], words: int) -> str:
    return ", ".join(terms[:words])
