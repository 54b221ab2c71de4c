"""Surveys in which people choose: among offers, the best and the worst of needs, and up or down a ladder of prices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.sample_company.market_truth import PRICE, MarketTruth
from trimtab.sample_company.surveys import willingness_to_pay
from trimtab.sample_company.truth import Array, Truth

TASKS = 8
OFFERS = 3
ITEMS_SHOWN = 4
MOST_STEPS = 4
NONE = "none"
Row = dict[str, Any]


def choice_answers(truth: Truth, market: MarketTruth, count: int, rng: np.random.Generator) -> list[Row]:
    """``count`` people x TASKS tasks of OFFERS offers drawn by chance, and none of them."""
    segment = _segments(truth, count, rng)
    rows: list[Row] = []
    for number, place in enumerate(segment, start=1):
        name = truth.segments[place].name
        person = {"customer": f"S-{number:04d}", "segment": name}
        own = _own_tastes(market, name, rng)
        for task in range(1, TASKS + 1):
            offers = _offers(market, name, rng)
            utility = [sum(own[PRICE] * v if k == PRICE else own[k, v] for k, v in one.items()) for one in offers]
            chosen = _drawn(np.array([*utility, market.tastes[name].none + own[NONE]]), rng)
            shown = [*offers, dict.fromkeys(offers[0], "")]
            rows += [
                {**person, "task": task, "alternative": label, **offer, "chosen": int(label_place == chosen)}
                for label_place, (label, offer) in enumerate(zip((*"ABC", NONE), shown, strict=True))
            ]
    return rows


def _own_tastes(market: MarketTruth, segment: str, rng: np.random.Generator) -> dict[Any, float]:
    """A person's utility of each (attribute, level), of a unit of price, and what none is worth beyond the segment's.

    The price stays a burden: its factor is lognormal around 1.
    """
    tastes = market.tastes[segment]
    own: dict[Any, float] = {}
    for attribute, levels in tastes.levels.items():
        first, *others = levels
        own[attribute, first] = 0.0
        for level in others:
            own[attribute, level] = levels[level] + market.taste_spread * float(rng.standard_normal())
    own[PRICE] = tastes.price * float(np.exp(market.price_spread * rng.standard_normal() - market.price_spread**2 / 2))
    own[NONE] = market.taste_spread * float(rng.standard_normal())
    return own


def _offers(market: MarketTruth, segment: str, rng: np.random.Generator) -> list[Row]:
    """OFFERS that differ from each other."""
    offers: list[Row] = []
    while len(offers) < OFFERS:
        one = _offer(market, segment, rng)
        if one not in offers:
            offers.append(one)
    return offers


def _offer(market: MarketTruth, segment: str, rng: np.random.Generator) -> Row:
    offer: Row = {
        attribute: list(levels)[int(rng.integers(len(levels)))]
        for attribute, levels in market.tastes[segment].levels.items()
    }
    return offer | {PRICE: market.prices[int(rng.integers(len(market.prices)))]}


def best_worst_answers(truth: Truth, market: MarketTruth, count: int, rng: np.random.Generator) -> list[Row]:
    """``count`` people x TASKS tasks of ITEMS_SHOWN needs; a person sees all needs about equally often."""
    segment = _segments(truth, count, rng)
    rows: list[Row] = []
    for number, place in enumerate(segment, start=1):
        of = truth.segments[place]
        utility = market.utilities(truth.needs, of)
        utility = utility + market.importance_spread * rng.standard_normal(utility.size)
        shown_before = np.zeros(utility.size)
        for task in range(1, TASKS + 1):
            shown = np.argsort(shown_before + 0.5 * rng.random(utility.size))[:ITEMS_SHOWN]
            shown_before[shown] += 1
            best = _drawn(utility[shown], rng)
            rest = np.delete(np.arange(ITEMS_SHOWN), best)
            worst = int(rest[_drawn(-utility[shown][rest], rng)])
            rows += [
                {
                    "customer": f"B-{number:04d}",
                    "segment": of.name,
                    "task": task,
                    "item": truth.needs[item].name,
                    "answer": 1 if spot == best else -1 if spot == worst else 0,
                }
                for spot, item in enumerate(shown)
            ]
    return rows


def ladder_answers(truth: Truth, market: MarketTruth, count: int, rng: np.random.Generator) -> list[Row]:
    """``count`` people asked at a price drawn by chance, then up after a yes or down after a no, until they turn."""
    segment = _segments(truth, count, rng)
    worth = willingness_to_pay(truth, segment, rng)
    rows: list[Row] = []
    for number, (place, most) in enumerate(zip(segment, worth, strict=True), start=1):
        step = int(rng.integers(1, len(market.ladder) - 1))
        first = bool(most >= market.ladder[step])
        for _asked in range(MOST_STEPS):
            price = market.ladder[step]
            would_buy = bool(most >= price)
            person = {"customer": f"L-{number:04d}", "segment": truth.segments[place].name}
            rows.append(person | {"price": price, "would_buy": "yes" if would_buy else "no"})
            step += 1 if first else -1
            if would_buy != first or not 0 <= step < len(market.ladder):
                break
    return rows


def _segments(truth: Truth, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(len(truth.segments), size=count, p=[one.share for one in truth.segments])


def _drawn(utility: Array, rng: np.random.Generator) -> int:
    """The place of the largest utility with a Gumbel error: a choice of the multinomial logit."""
    return int(np.argmax(utility + rng.gumbel(size=utility.size)))
