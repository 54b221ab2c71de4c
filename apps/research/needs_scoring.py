"""From who said what to the opportunity of each need, as an estimate keeps it.

Notation: N texts, K needs, S segments, D worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from trimtab.economics.draws import Array, Figure, interval, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.opportunity import Basis, Mentions, NeedDraws, NeedScores, mentions, opportunity_scores
from trimtab.economics.needs.saturation import saturation

WORLDS = 2000
SEED = 20
LAST_CUSTOMERS = 20
LARGEST_CHART = 40
ASSUMED_SATISFACTION = 0.5
ON_SCALE = 0.95
SCALES = ((0.0, 1.0), (1.0, 5.0), (0.0, 5.0), (1.0, 7.0), (0.0, 10.0), (0.0, 100.0))


@dataclass(frozen=True)
class Said:
    """One entry per text: who, of which segment, with which stars from which source, and the customer's money."""

    customer: Sequence[str]
    segment: Sequence[str]
    rating: Sequence[float | None]
    source: Sequence[int]
    money: dict[str, float]


@dataclass(frozen=True)
class Scored:
    draws: dict[str, Array]
    figures: list[Figure]
    needs: list[dict[str, Any]]
    diagnostics: dict[str, Any]
    satisfaction_assumed: bool


def score(said: Said, need: np.ndarray, count: int) -> Scored:
    """Score ``count`` needs; ``need`` (N,) is 0..count-1, or -1 for a text that voices none."""
    names, segment = _segments(said.segment)
    paid = np.array([said.money.get(customer, 0.0) for customer in said.customer])
    spoken = mentions(
        np.asarray(said.customer, dtype=object).astype(str),
        np.asarray(need, dtype=np.intp),
        segment=segment,
        rating=shares_of(said.rating, said.source),
        money=paid,
    )
    rng = np.random.default_rng(SEED)
    scores = _scores(spoken, count, len(names), rng, Basis.CUSTOMERS)
    by_money = _scores(spoken, count, len(names), rng, Basis.MONEY) if paid.any() else None
    overall = scores.overall
    return Scored(
        draws={
            "opportunity": overall.opportunity,
            "importance": overall.importance,
            "satisfaction": overall.satisfaction,
        },
        figures=_figures(overall),
        needs=_needs(scores, by_money, names, _money_by_need(said, need, count)),
        diagnostics={"saturation": _saturation(spoken, count), "customers": overall.group, "segments": names},
        satisfaction_assumed=scores.satisfaction_assumed,
    )


def _scores(said: Mentions, needs: int, segments: int, rng: np.random.Generator, basis: Basis) -> NeedScores:
    return opportunity_scores(
        said,
        needs=needs,
        segments=segments,
        worlds=WORLDS,
        rng=rng,
        basis=basis,
        assumed_satisfaction=ASSUMED_SATISFACTION,
    )


def _segments(given: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The names, those with most texts first, and the index of each text's own."""
    names, index, counts = np.unique(np.asarray(given, dtype=str), return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return [str(names[at]) for at in order], place[index.reshape(-1)].astype(np.intp)


def shares_of(ratings: Sequence[float | None], source: Sequence[int]) -> Array:
    """Ratings as 0..1 on the usual scale of their source; nan where there is none or it lies off that scale."""
    raw = np.array([np.nan if rating is None else rating for rating in ratings], dtype=float)
    sources = np.asarray(source)
    for one in np.unique(sources):
        rows = (sources == one) & ~np.isnan(raw)
        if rows.any():
            low, high = scale_of(raw[rows])
            raw[rows] = (raw[rows] - low) / (high - low)
    raw[(raw < 0) | (raw > 1)] = np.nan
    return raw


def scale_of(ratings: Array) -> tuple[float, float]:
    """The first of 0..1, 1..5, 0..5, 1..7, 0..10 and 0..100 that holds all but a few slips; else their own ends."""
    for low, high in SCALES:
        if np.mean((ratings >= low) & (ratings <= high)) >= ON_SCALE:
            return low, high
    return float(ratings.min()), float(max(ratings.max(), ratings.min() + 1.0))


def _money_by_need(said: Said, need: np.ndarray, count: int) -> list[float]:
    """What the customers who raised each need pay in a month, each customer once."""
    pairs = {(place, customer) for place, customer in zip(need.tolist(), said.customer, strict=True) if place >= 0}
    total = [0.0] * count
    for place, customer in pairs:
        total[place] += said.money.get(customer, 0.0)
    return total


def _figures(overall: NeedDraws) -> list[Figure]:
    first = int(np.argmax(overall.p_first))
    return [summarise(overall.opportunity[:, first], name="top_opportunity", unit="points")]


def _needs(
    scores: NeedScores, by_money: NeedScores | None, segments: list[str], money: list[float]
) -> list[dict[str, Any]]:
    overall, p_first = scores.overall, scores.overall.p_first
    rows = _rows(overall)
    paid = _ends(by_money.overall.opportunity) if by_money else None
    groups = [(name, _rows(group), group) for name, group in zip(segments, scores.segments, strict=True)]
    for place, row in enumerate(rows):
        row |= {
            "mentions": int(scores.mentions[place]),
            "money": money[place],
            "p_first": float(p_first[place]),
            "opportunity_by_money": paid[place] if paid else None,
            "by_segment": [
                {"segment": name, "group": group.group, **found[place]} for name, found, group in groups if group.group
            ],
        }
    return rows


def _rows(draws: NeedDraws) -> list[dict[str, Any]]:
    shown = {name: _ends(getattr(draws, name)) for name in ("opportunity", "importance", "satisfaction", "share")}
    return [
        {"customers": int(draws.customers[place]), "raters": int(draws.raters[place])}
        | {name: values[place] for name, values in shown.items()}
        for place in range(draws.customers.size)
    ]


def _ends(draws: Array) -> list[dict[str, float]]:
    middle, low, high = interval(draws)
    return [
        {"median": float(m), "low": float(lo), "high": float(hi)} for m, lo, hi in zip(middle, low, high, strict=True)
    ]


def _saturation(said: Mentions, needs: int) -> dict[str, Any] | None:
    customers = np.unique(said.customer).size
    with suppress(CannotEstimate):
        found = saturation(
            said, needs=needs, last=min(LAST_CUSTOMERS, max(1, customers // 5)), chart_points=LARGEST_CHART
        )
        return {
            "customers": found.customers.tolist(),
            "needs_found": found.needs_found.tolist(),
            "last": found.last,
            "added_by_last": found.added_by_last,
            "chance_of_new": found.chance_of_new,
        }
    return None
