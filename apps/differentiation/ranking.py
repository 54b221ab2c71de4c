"""The offers scored in several ways: where the methods disagree, and whether a third offer turns two others round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from apps.differentiation.standing import Standing
from apps.differentiation.weights_draft import ends
from trimtab.economics.differentiation.position import dirichlet_weights, ranks, weighted_sum
from trimtab.economics.differentiation.promethee import Preference, Shape, net_flows
from trimtab.economics.differentiation.rank_reversal import (
    Reversal,
    rescaled_sum,
    reversals_by_entrant,
    reversals_by_leaving,
)
from trimtab.economics.differentiation.smaa import acceptability
from trimtab.economics.differentiation.topsis import topsis
from trimtab.economics.draws import Array

WEIGHTED_SUM, TOPSIS, PROMETHEE, RESCALED = "weighted_sum", "topsis", "promethee", "rescaled_sum"
INDIFFERENCE, STRICT = 0.05, 0.3
ANYONE_SEED = 32


def flows(values: Array, weights: Array) -> Array:
    """PROMETHEE II on ratings: a lead up to INDIFFERENCE counts nothing, from STRICT on it counts fully."""
    preference = Preference(Shape.LINEAR, indifference=INDIFFERENCE, strict=STRICT)
    return net_flows(values, weights, [preference] * values.shape[-1])


SCORES: dict[str, Callable[[Array, Array], Array]] = {WEIGHTED_SUM: weighted_sum, TOPSIS: topsis, PROMETHEE: flows}
CHECKED: dict[str, Callable[[Array, Array], Array]] = {
    WEIGHTED_SUM: lambda values, weights: values @ weights,
    TOPSIS: topsis,
    PROMETHEE: flows,
    RESCALED: rescaled_sum,
}


def side_by_side(drawn: Array, weights: Array, offers: list[str]) -> list[dict[str, Any]]:
    """Each method's scores with intervals, chance of being first, and place by the mean score."""
    found = []
    for method, score in SCORES.items():
        scored = score(drawn, weights)
        _rank, p_rank = ranks(scored)
        place = (-scored.mean(axis=0)).argsort(kind="stable").argsort() + 1
        rows = [
            {"offer": offer, "score": one, "p_first": float(p_rank[at, 0]), "place": int(place[at])}
            for at, (offer, one) in enumerate(zip(offers, ends(scored), strict=True))
        ]
        found.append({"method": method, "offers": rows})
    return found


def disagreements(methods: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairs of offers that the methods put in different order, with the methods on either side."""
    places = {one["method"]: {row["offer"]: row["place"] for row in one["offers"]} for one in methods}
    offers = [row["offer"] for row in methods[0]["offers"]]
    found = []
    for at, one in enumerate(offers):
        for other in offers[at + 1 :]:
            ahead = [method for method, place in places.items() if place[one] < place[other]]
            if 0 < len(ahead) < len(places):
                found.append({"one": one, "other": other, "one_first": ahead,
                              "other_first": [method for method in places if method not in ahead]})  # fmt: skip
    return found


def whatever_the_weights(standing: Standing, worlds: int) -> list[dict[str, Any]]:
    """SMAA with all weights equally likely: who could be first at all, and what somebody must want to see them so."""
    takes = np.asarray(standing.takes_part)
    weights = np.zeros((worlds, len(takes)))
    rng = np.random.default_rng(ANYONE_SEED)
    weights[:, takes] = dirichlet_weights(np.ones(int(takes.sum())), worlds, rng)
    found = acceptability(standing.drawn(worlds, takes), weights)
    return [
        {
            "offer": offer,
            "p_first": float(found.p_first[at]),
            "confidence": _or_none(found.confidence[at]),
            "central": _central(standing.names, found.central[at]),
        }
        for at, offer in enumerate(standing.offers)
    ]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _central(names: list[str], weights: Array) -> list[dict[str, Any]] | None:
    """The weights of those who would put the offer first, heaviest first; None for an offer that is never first."""
    if np.isnan(weights).any():
        return None
    return [{"criterion": names[at], "weight": float(weights[at])} for at in np.argsort(-weights)]


def turned_by_leaving(standing: Standing, weights: Array) -> list[dict[str, Any]]:
    """Pairs that turn round when a competitor leaves, at the mean weights (K,) and ratings."""
    found = reversals_by_leaving(standing.value, weights, CHECKED)
    return [_said(one, standing.offers) for one in found]


def turned_by_entrant(
    value: Array, weights: Array, entrant: Array, offers: list[str], name: str
) -> list[dict[str, Any]]:
    return [_said(one, [*offers, name]) for one in reversals_by_entrant(value, weights, entrant, CHECKED)]


def _said(one: Reversal, names: list[str]) -> dict[str, Any]:
    return {
        "method": one.method,
        "third": names[one.third],
        "entered": one.entered,
        "ahead": names[one.ahead],
        "behind": names[one.behind],
    }


def by_segment(standing: Standing, weights: Mapping[str, tuple[int, Array]]) -> list[dict[str, Any]]:
    """Chance of being first and scores within each segment, by what its customers need."""
    found = []
    for name, (customers, drawn_weights) in weights.items():
        if not drawn_weights.any(axis=1).all():
            continue
        shares = drawn_weights / drawn_weights.sum(axis=1, keepdims=True)
        score = weighted_sum(standing.drawn(len(shares), shares.any(axis=0)), shares)
        _rank, p_rank = ranks(score)
        rows = [
            {"offer": offer, "p_first": float(p_rank[at, 0]), "score": one}
            for at, (offer, one) in enumerate(zip(standing.offers, ends(score), strict=True))
        ]
        found.append({"segment": name, "customers": customers, "offers": rows})
    return found
