"""The shapes that satisfaction can have: U = f(F, I, C), each monotone in every argument and within 0..1.

    product           U = F I C                              (the source document's own form; scale is 1)
    additive          U = intercept + f F + i I + c C        f, i, c >= 0
    cobb_douglas      U = scale F^f I^i C^c                  f, i, c >= 0
    ces               U = scale (wF F^r + wI I^r + wC C^r)^(1/r)   weights sum to 1; r <= 1; r -> 0 is Cobb-Douglas
    monotone          U = intercept + sum of rising ramps over quarters of each scale; all >= 0   (I-splines)

Notation: n respondents, D worlds (or B weightings of the same respondents), q coefficients in the order of NAMES.
Sources: Cobb & Douglas 1928; Arrow, Chenery, Minhas & Solow 1961; Ramsay 1988, Statistical Science 3(4):425-441.
"""

from __future__ import annotations

from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from trimtab.economics.draws import Array
from trimtab.economics.satisfaction import ordered_logit

Family = Literal["product", "additive", "cobb_douglas", "ces", "ordered_logit", "monotone"]
# From the simplest to the richest: ties go to the earlier.
FAMILIES: tuple[Family, ...] = ("product", "additive", "cobb_douglas", "ces", "ordered_logit", "monotone")
QUARTERS = np.array([0.0, 0.25, 0.5, 0.75])
NAMES: dict[str, tuple[str, ...]] = {
    "product": ("scale",),
    "additive": ("intercept", "functionality", "interaction", "cost"),
    "cobb_douglas": ("scale", "functionality", "interaction", "cost"),
    "ces": ("scale", "functionality", "interaction", "cost", "r"),
    "monotone": (
        "intercept",
        *(f"{part}_{quarter}" for part in ("functionality", "interaction", "cost") for quarter in range(1, 5)),
    ),
}
LOWEST = 1e-6
ELEMENTS_AT_ONCE = 400_000
STEPS = 40


def names_of(family: Family, coefficients: int) -> tuple[str, ...]:
    """What each entry of a coefficient vector of this length is; only the ordered logit's depends on the length."""
    return ordered_logit.names(coefficients) if family == "ordered_logit" else NAMES[family]


def predict(family: Family, coef: Array, F: ArrayLike, I: ArrayLike, C: ArrayLike) -> Array:  # noqa: E741
    """U of each world, shape (D, ...), clipped to 0..1; it never falls when F, I or C rises.

    ``coef`` (D, q); F, I, C (D, ...) or anything that broadcasts with it, 0..1.
    """
    draws = np.atleast_2d(np.asarray(coef, dtype=float))
    parts = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (F, I, C)))
    wide = draws.T.reshape(draws.shape[1], draws.shape[0], *([1] * max(parts[0].ndim - 1, 0)))
    return np.clip(_shape(family, wide, [np.clip(part, 0.0, 1.0) for part in parts]), 0.0, 1.0)


def _shape(family: Family, coef: Array, parts: list[Array]) -> Array:
    if family == "product":
        return coef[0] * parts[0] * parts[1] * parts[2]
    if family == "additive":
        return coef[0] + sum(coef[k + 1] * parts[k] for k in range(3))
    if family == "ordered_logit":
        return ordered_logit.expected_level(coef, parts)
    if family == "monotone":
        return coef[0] + sum(coef[1 + 4 * k + j] * ramp(parts[k], j) for k in range(3) for j in range(4))
    logs = [np.log(np.maximum(part, LOWEST)) for part in parts]
    if family == "cobb_douglas":
        return coef[0] * np.exp(sum(coef[k + 1] * logs[k] for k in range(3)))
    power = _away_from_zero(coef[4])
    mean = sum(coef[k + 1] * np.exp(power * logs[k]) for k in range(3))
    return coef[0] * np.exp(np.log(mean) / power)


def _away_from_zero(power: Array) -> Array:
    return np.where(np.abs(power) < 1e-3, 1e-3, power)


def ramp(part: Array, quarter: int) -> Array:
    """0 below the quarter, 1 above it, straight within."""
    return np.clip((part - QUARTERS[quarter]) / 0.25, 0.0, 1.0)


def solve(
    family: Family, answers: Array, weights: Array, start: Array | None = None, points: int | None = None
) -> Array:
    """Weighted fit for many weightings of the same respondents at once: coefficients (B, q).

    Least squares, of the ordered logit maximum likelihood. ``answers`` (n, 4): F, I, C, U in 0..1; ``weights`` (B, n)
    >= 0, such as the counts of a bootstrap or the 0/1 of a fold. ``start`` (q,) is where the search of a curved family
    begins, ``points`` how many steps the survey's scale has, to which the ordered logit may round.
    """
    if family == "product":
        return np.ones((weights.shape[0], 1))
    if family == "ordered_logit":
        return ordered_logit.solve(answers, weights, start, points)
    if family == "additive":
        return _solve_additive(answers, weights)
    if family == "monotone":
        return _solve_monotone(answers, weights)
    return _solve_curved(family, answers, weights, start)


def _solve_additive(answers: Array, weights: Array) -> Array:
    """Exact: of the least squares on each subset of the three slopes, the best one without a negative slope."""
    gram, right = _moments(np.column_stack([np.ones(len(answers)), answers[:, :3]]), answers[:, 3], weights)
    best = np.zeros((len(weights), 4))
    least = np.full(len(weights), np.inf)
    for subset in product((False, True), repeat=3):
        kept = np.flatnonzero(np.array([True, *subset]))
        within = gram[:, kept[:, None], kept] + 1e-10 * np.eye(kept.size)
        coef = np.linalg.solve(within, right[:, kept, None])[..., 0]
        loss = -np.sum(coef * right[:, kept], axis=1)
        better = np.all(coef[:, 1:] >= 0, axis=1) & (loss < least - 1e-12)
        rows = np.flatnonzero(better)
        best[rows] = 0.0
        best[rows[:, None], kept] = coef[rows]
        least[rows] = loss[rows]
    return best


def _moments(design: Array, target: Array, weights: Array) -> tuple[Array, Array]:
    """X'WX (B, q, q) and X'Wy (B, q), per unit of weight, for every weighting."""
    size = design.shape[1]
    total = weights.sum(axis=1)[:, None]
    squares = (design[:, :, None] * design[:, None, :]).reshape(len(design), size * size)
    return (weights @ squares / total).reshape(-1, size, size), weights @ (design * target[:, None]) / total


def _solve_monotone(answers: Array, weights: Array) -> Array:
    ramps = [ramp(answers[:, k], j) for k in range(3) for j in range(4)]
    design = np.column_stack([np.ones(len(answers)), *ramps])
    gram, right = _moments(design, answers[:, 3], weights)
    # A little ridge: a quarter of the scale that nobody used has no slope of its own.
    lower = np.linalg.cholesky(gram + 1e-7 * np.eye(design.shape[1]))
    target = np.linalg.solve(lower, right[..., None])[..., 0]
    return np.array([nnls(half.T, aim)[0] for half, aim in zip(lower, target, strict=True)])


def _solve_curved(family: Family, answers: Array, weights: Array, start: Array | None) -> Array:
    bounds = BOUNDS[family]
    begin = [free_of(family, start)] if start is not None else _STARTS[family]
    at_once = max(1, ELEMENTS_AT_ONCE // len(answers))
    parts = [weights[row : row + at_once] for row in range(0, len(weights), at_once)]
    return np.concatenate([_best_of(family, answers, part, begin, bounds) for part in parts])


BOUNDS: dict[str, Array] = {
    "cobb_douglas": np.array([(1e-3, 3.0), (0.0, 8.0), (0.0, 8.0), (0.0, 8.0)]).T,
    "ces": np.array([(1e-3, 3.0), (-8.0, 8.0), (-8.0, 8.0), (-6.0, 1.0)]).T,
}
_STARTS: dict[str, list[Array]] = {
    "cobb_douglas": [np.array([1.0, 0.33, 0.33, 0.33]), np.array([1.0, 1.0, 1.0, 1.0])],
    "ces": [np.array([1.0, 0.0, 0.0, 0.5]), np.array([1.0, 0.0, 0.0, -1.0])],
}


def _best_of(family: Family, answers: Array, weights: Array, starts: list[Array], bounds: Array) -> Array:
    found = [_descend(family, answers, weights, start, bounds) for start in starts]
    losses = np.stack([loss for _, loss in found])
    free = np.stack([point for point, _ in found])[np.argmin(losses, axis=0), np.arange(len(weights))]
    return free if family == "cobb_douglas" else ces_named(free)


def ces_named(free: Array) -> Array:
    """From (scale, two log-odds against the first weight, r) to (scale, three weights, r)."""
    odds = np.exp(np.column_stack([np.zeros(len(free)), free[:, 1:3]]))
    return np.column_stack([free[:, 0], odds / odds.sum(axis=1, keepdims=True), free[:, 3]])


def free_of(family: Family, named: Array) -> Array:
    if family == "cobb_douglas":
        return np.asarray(named, dtype=float)
    logs = np.log(np.maximum(named[1:4], 1e-12))
    return np.array([named[0], logs[1] - logs[0], logs[2] - logs[0], named[4]])


def _descend(family: Family, answers: Array, weights: Array, start: Array, bounds: Array) -> tuple[Array, Array]:
    """Damped Gauss-Newton within bounds, all weightings side by side: points (B, q) and their losses (B,)."""
    size = start.size
    share = weights / weights.sum(axis=1, keepdims=True)
    point = np.tile(np.clip(start, *bounds), (len(weights), 1))
    damping = np.full(len(weights), 1e-3)
    residual, slope = linearise(family, answers, point)
    loss = np.sum(share * residual**2, axis=1)
    for _ in range(STEPS):
        weighted = slope * share[..., None]
        gram = np.matmul(weighted.transpose(0, 2, 1), slope)
        pull = np.einsum("bnq,bn->bq", weighted, residual)
        held = ((point <= bounds[0]) & (pull < 0)) | ((point >= bounds[1]) & (pull > 0))
        gram = np.where(held[:, :, None] | held[:, None, :], 0.0, gram)
        ridge = damping[:, None] * np.einsum("bqq->bq", gram) + 1e-9 + held
        move = np.linalg.solve(gram + ridge[:, :, None] * np.eye(size), np.where(held, 0.0, pull)[..., None])[..., 0]
        trial = np.clip(point + move, *bounds)
        trial_residual, trial_slope = linearise(family, answers, trial)
        trial_loss = np.sum(share * trial_residual**2, axis=1)
        better = trial_loss < loss
        gained = np.where(better, loss - trial_loss, 0.0)
        damping = np.clip(np.where(better, damping / 5, damping * 5), 1e-9, 1e9)
        point = np.where(better[:, None], trial, point)
        residual = np.where(better[:, None], trial_residual, residual)
        slope = np.where(better[:, None, None], trial_slope, slope)
        loss = np.where(better, trial_loss, loss)
        if np.all((gained < 1e-9 * loss) & (better | (damping > 1e3))):
            break
    return point, loss


def linearise(family: Family, answers: Array, point: Array) -> tuple[Array, Array]:
    """Residual U - f (B, n) and the slopes of f in the free coefficients (B, n, q)."""
    logs = np.log(np.maximum(answers[:, :3], LOWEST))
    if family == "cobb_douglas":
        value = np.exp(point[:, 1:] @ logs.T)
        level = point[:, :1] * value
        return answers[:, 3] - level, np.concatenate([value[..., None], level[..., None] * logs], axis=2)
    named = ces_named(point)
    power = _away_from_zero(named[:, 4])[:, None]
    terms = named[:, None, 1:4] * np.exp(power[..., None] * logs)
    mean = terms.sum(axis=2)
    value = np.exp(np.log(mean) / power)
    level = named[:, :1] * value
    odds = terms[..., 1:] / mean[..., None] - named[:, None, 2:4]
    by_power = np.sum(terms * logs, axis=2) / (power * mean) - np.log(mean) / power**2
    slopes = [value[..., None], level[..., None] / power[..., None] * odds, (level * by_power)[..., None]]
    return answers[:, 3] - level, np.concatenate(slopes, axis=2)
