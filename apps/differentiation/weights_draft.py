"""The weights of the criteria by each method, side by side, as one result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from apps.differentiation import need_weights, selectors, weighing
from apps.differentiation.models import JUDGED, WeightMethod
from apps.differentiation.standing import SEED, Standing
from apps.differentiation.weighing import Weighed
from apps.estimates.models import Grade
from apps.research.models import SourceKind
from apps.research.studies import Draft, refusal
from trimtab.economics.differentiation.position import normalised_weights, position
from trimtab.economics.draws import Array, Figure, interval, summarise
from trimtab.economics.errors import CannotEstimate


def weighed(standing: Standing) -> tuple[dict[str, Weighed], dict[str, dict[str, Any]]]:
    """Weights by each method that has something to go by, and why the others have not."""
    needs = Weighed(WeightMethod.NEEDS, need_weights.overall_weights(standing))
    found, refused = {needs.method: needs}, {}
    worlds = len(needs.weights)
    judged = weighing.grouped(selectors.judgements(standing.workspace))
    for method, work in _ways(standing, judged, worlds).items():
        try:
            found[method] = work()
        except CannotEstimate as error:
            refused[method] = refusal(error)
    return found, refused


def _ways(standing: Standing, judged: dict[str, list[Any]], worlds: int) -> dict[str, Callable[[], Weighed]]:
    def by_people(method: str) -> Callable[[], Weighed]:
        return lambda: weighing.by_judgement(
            method, judged[method], standing.attributes, standing.takes_part, worlds, np.random.default_rng(SEED + 1)
        )

    ways = {method.value: by_people(method.value) for method in JUDGED if judged.get(method.value)}
    takes = standing.takes_part
    return ways | {
        WeightMethod.ENTROPY.value: lambda: weighing.by_entropy(standing.drawn(worlds, np.asarray(takes)), takes)
    }


def weights_draft(
    standing: Standing, found: dict[str, Weighed], refused: dict[str, dict[str, Any]], chosen: str
) -> Draft:
    """``weights`` (D, K) are those of the chosen method, and each method's stand as ``weights_<method>``."""
    shares = {method: normalised_weights(one.weights) for method, one in found.items()}
    first = int(np.argmax(shares[chosen].mean(axis=0)))
    return Draft(
        kind=selectors.WEIGHTS,
        grade=grade(standing, chosen),
        draws={"weights": shares[chosen]} | {f"weights_{method}": drawn for method, drawn in shares.items()},
        figures=[summarise(shares[chosen][:, first], name="heaviest_criterion", unit="share")],
        parameters={
            "method": chosen,
            "criteria": [one.pk for one in standing.criteria],
            "attributes": standing.attributes,
            "names": standing.names,
            "heaviest": standing.names[first],
        },
        diagnostics={
            "methods": [_method(standing, one, shares[method]) for method, one in found.items()],
            "refused": refused,
        },
        inputs=standing.inputs,
        sources=(SourceKind.COMPETITORS,),
    )


def grade(standing: Standing, method: str) -> Grade:
    """Weights that somebody typed, or that stand in for what customers want, are assumed."""
    by_needs = method == WeightMethod.NEEDS and standing.needs is not None and not need_weights.assumed(standing)
    return Grade.OBSERVED if by_needs else Grade.ASSUMED


def _method(standing: Standing, one: Weighed, shares: Array) -> dict[str, Any]:
    middle, low, high = interval(shares)
    scored = position(standing.ratings, shares, np.random.default_rng(SEED), standing.sd)
    return {
        "method": one.method,
        "weights": [
            {"median": float(m), "low": float(lo), "high": float(hi)}
            for m, lo, hi in zip(middle, low, high, strict=True)
        ],
        "p_first": scored.p_first.tolist(),
        "score": ends(scored.score),
        "people": one.people,
        "unjudged": one.unjudged,
    }


def ends(draws: Array) -> list[dict[str, float]]:
    """Medians and intervals over worlds, one for each column of (D, n), as plain JSON."""
    middle, low, high = interval(draws)
    return [
        {"median": float(m), "low": float(lo), "high": float(hi)} for m, lo, hi in zip(middle, low, high, strict=True)
    ]


def figure_of(draws: Array, name: str, unit: str = "share") -> Figure:
    return summarise(draws, name=name, unit=unit)
