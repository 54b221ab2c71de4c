"""Best-worst method: weights from comparing all criteria with the best one and with the worst one.

Notation: K criteria, D worlds; b_j says how many times as much the best criterion matters as j, o_j how many times as
much j matters as the worst.

Sources: Rezaei 2015, Best-worst multi-criteria decision-making method, Omega 53:49-57 (consistency index, table 2);
Rezaei 2016, Omega 64:126-130 (the linear model, eq. 10); Liang, Brunelli & Rezaei 2020, Omega 96:102175 (input-based
consistency).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import customer_weights

# Rezaei's largest possible deviation, by how many times as much the best matters as the worst, 1 to 9.
CONSISTENCY_INDEX = (0.0, 0.44, 1.0, 1.63, 2.30, 3.00, 3.73, 4.47, 5.23)
NOISE = 0.15
SOLVES = 400
HALVINGS = 50


@dataclass(frozen=True)
class BestWorst:
    """The two rows of judgements, (K,) each, at least 1: ``best_to_others`` is 1 at ``best``, ``others_to_worst`` at
    ``worst``; both say the same of best against worst."""

    best: int
    worst: int
    best_to_others: Array
    others_to_worst: Array


@dataclass(frozen=True)
class BestWorstWeights:
    """Weights (K,) that sum to 1. ``deviation`` is the smallest reachable one of the linear model, 0 where all
    judgements agree. ``ratio`` is that of the 2015 model over its consistency index, 0..1; ``input_ratio`` is read off
    the judgements alone, and ``worst_fit`` names the criterion that drives it, None where all agree."""

    weights: Array
    deviation: float
    ratio: float
    input_ratio: float
    worst_fit: int | None


def best_worst(best: int, worst: int, best_to_others: ArrayLike, others_to_worst: ArrayLike) -> BestWorst:
    """Checked judgements; raises CannotEstimate: ``too_few_criteria``, ``judgement_not_usable``."""
    down, up = np.asarray(best_to_others, dtype=float), np.asarray(others_to_worst, dtype=float)
    if down.ndim != 1 or down.size < 2 or best == worst:
        raise CannotEstimate("too_few_criteria", "Best and worst are the same criterion.", "Name two criteria.")
    inside = 0 <= best < down.size and 0 <= worst < down.size and up.shape == down.shape
    if not inside or not np.all(np.isfinite(down) & np.isfinite(up) & (down >= 1) & (up >= 1)):
        raise _not_usable()
    if down[best] != 1 or up[worst] != 1 or abs(down[worst] - up[best]) > 1e-9:
        raise _not_usable()
    return BestWorst(best, worst, down, up)


def _not_usable() -> CannotEstimate:
    return CannotEstimate(
        "judgement_not_usable",
        "Some judgements are below 1, or best against worst is said in two ways.",
        "Give each criterion a number of 1 or more against the best and against the worst.",
    )


def best_worst_weights(said: BestWorst) -> BestWorstWeights:
    """Weights of the linear model: min xi with |w_best - b_j w_j| <= xi, |w_j - o_j w_worst| <= xi, sum of w = 1.

    ``ratio`` = xi* / index(b_worst), xi* the least xi with |w_best / w_j - b_j| <= xi and |w_j / w_worst - o_j| <= xi;
    ``input_ratio`` = max |b_j o_j - b_worst| / (b_worst^2 - b_worst).

    >>> found = best_worst_weights(best_worst(2, 0, [8, 2, 1], [1, 5, 8]))
    >>> found.weights.round(4).tolist()
    [0.0714, 0.3214, 0.6071]
    """
    weights, deviation = _solved(said)
    apart = float(said.best_to_others[said.worst])
    product = np.abs(said.best_to_others * said.others_to_worst - apart)
    product[[said.best, said.worst]] = 0.0
    worst_fit = int(np.argmax(product)) if product.max() > 1e-9 else None
    index = float(np.interp(apart, np.arange(1, 10), CONSISTENCY_INDEX))
    return BestWorstWeights(
        weights,
        deviation,
        _nonlinear_deviation(said) / index if index > 0 else 0.0,
        float(product.max() / (apart**2 - apart)) if apart > 1 else 0.0,
        worst_fit,
    )


def _rows(said: BestWorst) -> Array:
    """Differences w_best - b_j w_j and w_j - o_j w_worst as rows over the weights, (2K - 3, K)."""
    criteria = said.best_to_others.size
    rows = []
    for j in range(criteria):
        if j != said.best:
            row = np.zeros(criteria)
            row[said.best] += 1.0
            row[j] -= said.best_to_others[j]
            rows.append(row)
        if j not in (said.worst, said.best):
            row = np.zeros(criteria)
            row[j] += 1.0
            row[said.worst] -= said.others_to_worst[j]
            rows.append(row)
    return np.array(rows)


def _solved(said: BestWorst) -> tuple[Array, float]:
    rows = _rows(said)
    criteria = rows.shape[1]
    slack = -np.ones((rows.shape[0], 1))
    found = linprog(
        np.r_[np.zeros(criteria), 1.0],
        A_ub=np.vstack([np.hstack([rows, slack]), np.hstack([-rows, slack])]),
        b_ub=np.zeros(2 * rows.shape[0]),
        A_eq=np.r_[np.ones(criteria), 0.0][None],
        b_eq=[1.0],
        method="highs",
    )
    if found.x is None:
        raise _not_usable()
    weights = np.maximum(found.x[:criteria], 0.0)
    return weights / weights.sum(), float(max(found.x[criteria], 0.0))


def _nonlinear_deviation(said: BestWorst) -> float:
    """The least xi of the 2015 model, by halving: for a given xi its conditions are linear in the weights."""
    low, high = 0.0, float(max(said.best_to_others.max(), said.others_to_worst.max()))
    if _feasible(said, 1e-9):
        return 0.0
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _feasible(said, middle) else (middle, high)
        if high - low < 1e-7:
            break
    return high


def _feasible(said: BestWorst, xi: float) -> bool:
    criteria = said.best_to_others.size
    rows = []
    for above, below, ratio in _pairs(said):
        for sign in (1.0, -1.0):
            row = np.zeros(criteria)
            row[above] += sign
            row[below] -= sign * ratio + xi
            rows.append(row)
    found = linprog(
        np.zeros(criteria), A_ub=np.array(rows), b_ub=np.zeros(len(rows)), A_eq=np.ones((1, criteria)), b_eq=[1.0],
        bounds=(1e-9, None), method="highs",
    )  # fmt: skip
    return bool(found.status == 0)


def _pairs(said: BestWorst) -> list[tuple[int, int, float]]:
    pairs = [(said.best, j, float(b)) for j, b in enumerate(said.best_to_others) if j != said.best]
    return pairs + [
        (j, said.worst, float(o)) for j, o in enumerate(said.others_to_worst) if j not in (said.best, said.worst)
    ]


def best_worst_draws(people: Sequence[BestWorst], worlds: int, rng: np.random.Generator) -> Array:
    """Weight draws (D, K): each judgement is drawn around what was said, ln normal with NOISE; people are drawn anew.

    Judgements stay at 1 or more. With several people the weights of each are averaged by Exponential(1) weights. Up
    to SOLVES judgement sets a person are solved; more worlds draw among them. Raises as ``best_worst``.
    """
    drawn = np.stack([_person_draws(said, worlds, rng) for said in people], axis=1)
    heard = customer_weights(len(people), worlds, rng)
    return np.asarray(np.einsum("dn,dnk->dk", heard / heard.sum(axis=1, keepdims=True), drawn))


def _person_draws(said: BestWorst, worlds: int, rng: np.random.Generator) -> Array:
    solved = np.empty((min(SOLVES, worlds), said.best_to_others.size))
    for at in range(len(solved)):
        down = _drawn(said.best_to_others, said.best, rng)
        up = _drawn(said.others_to_worst, said.worst, rng)
        up[said.best] = down[said.worst]
        solved[at] = _solved(BestWorst(said.best, said.worst, down, up))[0]
    return solved[rng.permutation(worlds) % len(solved)]


def _drawn(said: Array, fixed: int, rng: np.random.Generator) -> Array:
    drawn = np.maximum(said * np.exp(NOISE * rng.standard_normal(said.size)), 1.0)
    drawn[fixed] = 1.0
    return drawn
