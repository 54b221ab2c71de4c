"""Feedback of the sample company's customers: who writes about what, in which mood, language and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

import numpy as np

from trimtab.sample_company import feedback_texts, feedback_texts_zh
from trimtab.sample_company.subscriptions import Customers
from trimtab.sample_company.truth import Truth
from trimtab.sample_company.wording import fill, framed, lowered, pick, typed_by_a_person

CHINESE_SHARE = 0.30
CHATTER_SHARE = 0.06
TWO_NEEDS_SHARE = 0.22
CONTEXT_SHARE = 0.3  # texts in which people add who they are
SAME_NEED_AGAIN = 0.4  # chance that a customer who wrote before writes about the same need
LOUD_SHARE = 0.0015  # of customers: few who write very often, all about the same minor need
LOUD_NEED = "reports"
LOUD_TEXTS_SHARE = 0.05
MOOD_SPREAD = 3.0
RATING_NOISE = 0.4


@dataclass(frozen=True)
class Feedback:
    """The sheet's rows and, row by row, the keys of the needs that each text was written about."""

    rows: list[dict[str, Any]]
    needs: list[tuple[str, ...]]


def feedback(truth: Truth, customers: Customers, count: int, rng: np.random.Generator) -> Feedback:
    """``count`` texts; some customers write often, a loud few about one thing, most once or never."""
    authors = _authors(len(customers.names), count, rng)
    speaks_chinese = rng.random(len(customers.names)) < CHINESE_SHARE
    spoken_of: dict[int, str] = {}
    rows, needs = [], []
    for author, loud in authors:
        keys = _subject(truth, customers, author, loud, spoken_of, rng)
        moods = [_mood(truth, key, rng) for key in keys]
        language = "zh" if speaks_chinese[author] else "en"
        text = _text(language, keys, moods, rng)
        rows.append(_row(truth, customers, author, text, _rating(moods, rng), language, rng))
        needs.append(keys)
    order = sorted(range(count), key=lambda place: (rows[place]["date"], rows[place]["customer"], place))
    return Feedback([rows[place] for place in order], [needs[place] for place in order])


def _authors(customers: int, count: int, rng: np.random.Generator) -> list[tuple[int, bool]]:
    loud = rng.choice(customers, size=max(1, round(customers * LOUD_SHARE)), replace=False)
    loud_texts = [(int(author), True) for author in rng.choice(loud, size=round(count * LOUD_TEXTS_SHARE))]
    weights = rng.gamma(0.8, size=customers)
    others = rng.choice(customers, size=count - len(loud_texts), p=weights / weights.sum())
    return loud_texts + [(int(author), False) for author in others]


def _subject(
    truth: Truth, customers: Customers, author: int, loud: bool, spoken_of: dict[int, str], rng: np.random.Generator
) -> tuple[str, ...]:
    """The needs of one text: none for chatter, else one or two, the first perhaps the author's old theme."""
    if loud:
        return (LOUD_NEED,)
    if rng.random() < CHATTER_SHARE:
        return ()
    first = spoken_of.get(author)
    if first is None or rng.random() > SAME_NEED_AGAIN:
        first = _need(truth, int(customers.segment[author]), rng)
    spoken_of[author] = first
    second = _need(truth, int(customers.segment[author]), rng)
    return (first, second) if rng.random() < TWO_NEEDS_SHARE and second != first else (first,)


def _need(truth: Truth, segment: int, rng: np.random.Generator) -> str:
    name = truth.segments[segment].name
    draw, total = rng.random(), 0.0
    for need in truth.needs:
        total += need.prevalence[name]
        if draw < total:
            return need.key
    return truth.needs[-1].key


def _mood(truth: Truth, key: str, rng: np.random.Generator) -> float:
    """How well this text's author finds the need met, 0..1, with the need's true satisfaction as the mean."""
    met = next(need.satisfaction for need in truth.needs if need.key == key)
    return float(rng.beta(MOOD_SPREAD * met, MOOD_SPREAD * (1 - met)))


def _mood_name(mood: float) -> str:
    return "bad" if mood < 0.42 else "wish" if mood < 0.62 else "good"


def _text(language: str, keys: tuple[str, ...], moods: list[float], rng: np.random.Generator) -> str:
    words: ModuleType = feedback_texts_zh if language == "zh" else feedback_texts
    space = "" if language == "zh" else " "
    if not keys:
        return fill(rng, pick(rng, words.CHATTER), words.SLOTS)
    said = [
        fill(rng, pick(rng, words.PATTERNS[key][_mood_name(mood)]), words.SLOTS)
        for key, mood in zip(keys, moods, strict=True)
    ]
    body = said[0]
    for more in said[1:]:
        join = pick(rng, words.JOINS)
        body = space.join((body, join, lowered(more)) if join else (body, more))
    if rng.random() < CONTEXT_SHARE:
        body = space.join((body, fill(rng, pick(rng, words.CONTEXTS), words.SLOTS)))
    tone = _mood_name(moods[0])
    text = framed(rng, body, words.OPENERS[tone], words.CLOSERS[tone], space=space, chance=(0.35, 0.4))
    return text if language == "zh" else typed_by_a_person(rng, text)


def _rating(moods: list[float], rng: np.random.Generator) -> int:
    """Stars 1..5: 1 + 4 x the mean mood with noise; chatter is rated kindly and at random."""
    if not moods:
        return int(rng.integers(3, 6))
    return int(np.clip(round(1 + 4 * sum(moods) / len(moods) + RATING_NOISE * rng.standard_normal()), 1, 5))


def _row(
    truth: Truth,
    customers: Customers,
    author: int,
    text: str,
    rating: int,
    language: str,
    rng: np.random.Generator,
) -> dict[str, Any]:
    start = customers.started_on[author]
    last = customers.ended_on(author, truth.as_of) or truth.as_of
    said_on = start + timedelta(days=int(rng.random() * ((last - start).days + 1)))
    return {
        "text": text,
        "customer": customers.names[author],
        "segment": truth.segments[customers.segment[author]].name,
        "plan": customers.plan(author, truth),
        "date": said_on.isoformat(),
        "rating": rating,
        "language": language,
    }


def with_bad_rows(written: Feedback) -> Feedback:
    """Ten rows spoiled as in real exports: no text, a date in the far future or none at all, a rating off the scale."""
    rows, needs = [dict(row) for row in written.rows], list(written.needs)
    spoiled: list[dict[str, Any]] = [
        {"text": ""}, {"text": "   "}, {"text": ""}, {"date": "2093-02-11"}, {"date": "2087-07-30"},
        {"date": "2099-12-31"}, {"date": "31/31/2025"}, {"rating": 11}, {"rating": 0}, {"rating": -3},
    ]  # fmt: skip
    for number, change in enumerate(spoiled, start=1):
        place = number * len(rows) // (len(spoiled) + 1)
        rows[place] |= change
        needs[place] = ()
    return Feedback(rows, needs)
