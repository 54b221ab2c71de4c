"""Weights of the criteria by every method for which there is something to go by.

Notation: K criteria, D worlds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from apps.differentiation import weight_answers
from apps.differentiation.models import Criterion, WeightJudgement, WeightMethod
from apps.workspaces.errors import Refused
from trimtab.economics.differentiation.ahp import ahp_draws, pairwise_weights
from trimtab.economics.differentiation.best_worst_weights import best_worst_draws, best_worst_weights
from trimtab.economics.differentiation.entropy import entropy_weights
from trimtab.economics.differentiation.position import normalised_weights
from trimtab.economics.differentiation.swing import swing_draws, swing_weights
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights


@dataclass(frozen=True)
class Weighed:
    """Weight draws (D, K) by one method, what is to be said of each person, and the criteria that nobody judged."""

    method: str
    weights: Array
    people: list[dict[str, Any]] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)


def counted(criterion: Criterion, need_id: int | None) -> bool:
    """Whether the criterion takes part: one without a need and of assumed weight 0 was left out by a person."""
    return need_id is not None or criterion.assumed_weight > 0


def by_judgement(
    method: str,
    judgements: Sequence[WeightJudgement],
    attributes: Sequence[str],
    takes_part: Sequence[bool],
    worlds: int,
    rng: np.random.Generator,
) -> Weighed:
    """Weights by what people said; a criterion that nobody judged, or that was left out, weighs nothing.

    Raises CannotEstimate where the judgements cannot be joined.
    """
    open_to = [name for name, takes in zip(attributes, takes_part, strict=True) if takes]
    said = [(one, weight_answers.judged(one.method, one.answers) & set(open_to)) for one in judgements]
    said = [(one, names) for one, names in said if names]
    covered = [name for name in open_to if any(name in names for _one, names in said)]
    if not covered:
        raise CannotEstimate(
            "nobody_judged", "Nobody has judged the criteria that are compared.", "Fill in the form first."
        )
    drawn = _drawn(method, [one for one, _names in said], covered, worlds, rng)
    weights = np.zeros((worlds, len(attributes)))
    place = {name: at for at, name in enumerate(attributes)}
    weights[:, [place[name] for name in covered]] = drawn
    people = [_person(one, open_to) for one, _names in said]
    return Weighed(method, weights, people, [name for name in open_to if name not in covered])


def _drawn(
    method: str, judgements: list[WeightJudgement], covered: list[str], worlds: int, rng: np.random.Generator
) -> Array:
    if method == WeightMethod.AHP:
        return ahp_draws([weight_answers.pairs_table(one.answers, covered) for one in judgements], worlds, rng)
    if method == WeightMethod.SWING:
        return swing_draws([weight_answers.points_row(one.answers, covered) for one in judgements], worlds, rng)
    return _best_worst_drawn(judgements, covered, worlds, rng)


def _best_worst_drawn(
    judgements: list[WeightJudgement], covered: list[str], worlds: int, rng: np.random.Generator
) -> Array:
    """People may have judged different criteria: each is drawn on their own, then people are drawn anew."""
    drawn = np.zeros((worlds, len(judgements), len(covered)))
    for at, one in enumerate(judgements):
        names = _in_order(one, covered)
        drawn[:, at, [covered.index(name) for name in names]] = best_worst_draws([_read(one, names)], worlds, rng)
    heard = customer_weights(len(judgements), worlds, rng)
    return np.asarray(np.einsum("dn,dnk->dk", heard / heard.sum(axis=1, keepdims=True), drawn))


def _in_order(one: WeightJudgement, names: Sequence[str]) -> list[str]:
    said = weight_answers.judged(one.method, one.answers)
    return [name for name in names if name in said]


def _read(one: WeightJudgement, names: list[str]) -> Any:
    try:
        return weight_answers.best_worst_of(one.answers, names)
    except Refused as refusal:
        raise CannotEstimate(
            "best_or_worst_left_out",
            "The best or the worst criterion of %(person)s is left out of the comparison now.",
            "Fill in the form again.",
            person=one.person,
        ) from refusal


def _person(one: WeightJudgement, open_to: Sequence[str]) -> dict[str, Any]:
    return {"judgement_id": one.pk, "person": one.person} | consistency(one.method, one.answers, open_to)


def consistency(method: str, answers: dict[str, Any], attributes: Sequence[str]) -> dict[str, Any]:
    """The weights that one person's answers give, and how far the answers agree with each other, as plain JSON.

    Raises CannotEstimate where they do not give weights yet.
    """
    said = weight_answers.judged(method, answers)
    names = [name for name in attributes if name in said]
    if method == WeightMethod.AHP:
        return _pairwise(answers, names)
    if method == WeightMethod.BEST_WORST:
        found = best_worst_weights(weight_answers.best_worst_of(answers, names))
        worst = names[found.worst_fit] if found.worst_fit is not None else None
        return {
            "weights": dict(zip(names, found.weights.tolist(), strict=True)),
            "ratio": found.ratio,
            "input_ratio": found.input_ratio,
            "misfit": {"criterion": worst} if worst else None,
        }
    weights = swing_weights(weight_answers.points_row(answers, names))
    return {"weights": dict(zip(names, weights.tolist(), strict=True)), "ratio": None, "misfit": None}


def _pairwise(answers: dict[str, Any], names: list[str]) -> dict[str, Any]:
    found = pairwise_weights(weight_answers.pairs_table(answers, names))
    worst = found.worst
    return {
        "weights": dict(zip(names, found.weights.tolist(), strict=True)),
        "ratio": found.ratio,
        "largest_eigenvalue": found.largest_eigenvalue,
        "asked": found.asked,
        "pairs": len(names) * (len(names) - 1) // 2,
        "misfit": _misfit(names[worst.one], names[worst.other], worst.given, worst.implied) if worst else None,
    }


def _misfit(one: str, other: str, given: float, implied: float) -> dict[str, Any]:
    """The pair so that it reads "more than": the one that was said to matter more comes first."""
    if given < 1:
        one, other, given, implied = other, one, 1 / given, 1 / implied
    return {"more": one, "less": other, "ratio": given, "implied": implied}


def by_entropy(drawn: Array, takes_part: Sequence[bool]) -> Weighed:
    """Weights by how much the offers differ, from ratings (D, J, K) on which more is always better."""
    open_to = np.flatnonzero(np.asarray(takes_part, dtype=bool))
    weights = np.zeros((drawn.shape[0], drawn.shape[2]))
    weights[:, open_to] = entropy_weights(drawn[:, :, open_to])
    return Weighed(WeightMethod.ENTROPY, weights)


def grouped(judgements: Iterable[WeightJudgement]) -> dict[str, list[WeightJudgement]]:
    found: dict[str, list[WeightJudgement]] = defaultdict(list)
    for one in judgements:
        found[one.method].append(one)
    return found


def mean_weights(weighed: Weighed) -> Array:
    """Mean weights (K,), summing to 1."""
    return np.asarray(normalised_weights(weighed.weights).mean(axis=0))
