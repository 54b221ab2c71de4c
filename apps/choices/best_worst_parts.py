"""What a best-worst study says beside its shares: by segment, and whether more answers are needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.research.studies import refusal
from trimtab.economics.choice import maxdiff, sequential_logit
from trimtab.economics.choice.answers_needed import answers_needed
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.logit import fit as fit_logit
from trimtab.economics.choice.maxdiff import MaxDiffData
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate

LEAST_RESPONDENTS = 20
MOST_SEGMENTS = 8
WORLDS = 400
# A share is settled when its 80 % interval spans a third of itself, and gives a fair idea at all of itself.
SURE, FAIR = 1 / 3, 1.0


def spread(draws: Array) -> list[dict[str, float]]:
    """Median and 80 % interval of each column of (D, I)."""
    return [
        {"median": float(middle), "low": float(low), "high": float(high)}
        for middle, low, high in zip(*interval(draws), strict=True)
    ]


def by_segment(segment: NDArray[np.str_], people: Population) -> list[dict[str, Any]]:
    """The shares within each segment from its own people, whose kinds are the respondents; largest segment first.

    One segment alone would only repeat the whole.
    """
    names, counts = np.unique(segment[segment != ""], return_counts=True)
    if names.size < 2:
        return []
    largest = [str(names[place]) for place in np.argsort(-counts, kind="stable")[:MOST_SEGMENTS]]
    return [
        {"segment": name, "respondents": int((segment == name).sum())} | _shares(people, segment == name)
        for name in largest
    ]


def _shares(people: Population, own: NDArray[np.bool_]) -> dict[str, Any]:
    if own.sum() < LEAST_RESPONDENTS:
        few = CannotEstimate(
            "segment_too_small", "Too few people to tell; %(least)d are needed.", least=LEAST_RESPONDENTS
        )
        return {"refused": refusal(few)}
    part = Population(people.partworths[:, own], people.shares[:, own], people.names)
    return {"shares": dict(zip(people.names, spread(maxdiff.preference_points(part) / 100), strict=True))}


def precision(
    data: MaxDiffData, item: str, rng: np.random.Generator, on_progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """How sure the share of one item is by the logit, which is refitted in a moment."""
    codes, place = sequential_logit.effects(len(data.items)), data.items.index(item)

    def share(part: ChoiceData, chance: np.random.Generator) -> Array:
        drawn = fit_logit(part).population(WORLDS, chance)
        points = maxdiff.preference_points(Population(drawn.partworths @ codes.T, drawn.shares, data.items))
        return points[:, place] / 100

    choices = sequential_logit.exploded(data)
    middle, low, high = (float(value) for value in interval(share(choices, rng)))
    relative = (high - low) / middle
    verdict = "sure" if relative <= SURE else "fair" if relative <= FAIR else "thin"
    told: dict[str, Any] = {"item": item, "relative": relative, "verdict": verdict}
    try:
        found = answers_needed(choices, share, target=SURE * middle, rng=rng, on_progress=on_progress)
    except CannotEstimate:
        return told
    return told | {"needed": found.needed, "have": found.have, "slope": found.slope}
