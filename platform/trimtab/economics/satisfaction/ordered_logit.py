"""Ordered logit for answers in steps: P(U <= level_k) = L(cut_k - f F - i I - c C), U = sum of level x probability.

The level of an answer is read as a place on a hidden scale cut in pieces, so that the steps need not be equally far
apart and the ends of the scale bend the curve. f, i, c >= 0, so that U never falls.
A coefficient vector is (f, i, c, K - 1 cuts, K levels); the levels are no estimates, they make it complete.

Notation: n respondents, K levels, B weightings of the same respondents, D worlds, q = 3 + K - 1 free coefficients.
Source: McCullagh 1980, JRSS B 42:109-142. The log likelihood is concave (Pratt 1981, JASA 76:103-106).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

MOST_LEVELS = 12
FEWEST_LEVELS = 3
# Of one observation: a level that nobody of a resample chose keeps a place of its own.
PSEUDO = 0.01
STEPS = 40
HALVINGS = 12
ELEMENTS_AT_ONCE = 400_000
RIDGE = 1e-8


def level_codes(satisfaction: ArrayLike, points: int | None = None) -> tuple[Array, NDArray[np.int64]] | None:
    """Levels (K,) in 0..1 and which of them each answer is, (n,); None where the answers are not in steps.

    With more than twelve different answers, such as means of several questions, they are rounded to the ``points`` of
    the survey's scale where those are known. Fewer than three levels are no scale.
    """
    values = np.asarray(satisfaction, dtype=float)
    levels, codes = np.unique(values, return_inverse=True)
    if levels.size > MOST_LEVELS and points is not None and points <= MOST_LEVELS:
        levels, codes = np.unique(np.round(values * (points - 1)) / (points - 1), return_inverse=True)
    return (levels, codes.reshape(-1)) if FEWEST_LEVELS <= levels.size <= MOST_LEVELS else None


def in_levels(satisfaction: ArrayLike, points: int | None = None) -> tuple[Array, NDArray[np.int64]]:
    """As ``level_codes``. Raises CannotEstimate('too_many_levels') where the answers are not in steps."""
    found = level_codes(satisfaction, points)
    if found is None:
        message = "The answers have %(levels)d levels; an ordered logit needs 3 to 12."
        count = np.unique(satisfaction).size
        raise CannotEstimate("too_many_levels", message, "Round the answers to the survey's scale.", levels=count)
    return found


def names(coefficients: int) -> tuple[str, ...]:
    """The names of a vector of this length, 2 K + 2."""
    levels = (coefficients - 2) // 2
    cuts = (f"cut_{k}" for k in range(1, levels))
    return ("functionality", "interaction", "cost", *cuts, *(f"level_{k}" for k in range(1, levels + 1)))


def expected_level(coef: Array, parts: list[Array]) -> Array:
    """U from ``coef`` (q', ...) with the coefficients first and F, I, C that broadcast with the rest; in 0..1."""
    levels = (len(coef) - 2) // 2
    hidden = sum(coef[k] * parts[k] for k in range(3))
    cuts, values = coef[3 : 2 + levels], coef[2 + levels :]
    # U = top level less each step times the chance to be below it.
    return np.asarray(
        values[-1] - sum((values[k + 1] - values[k]) * expit(cuts[k] - hidden) for k in range(levels - 1))
    )


def solve(
    answers: Array, weights: Array, start: Array | None = None, points: int | None = None, pseudo: float = PSEUDO
) -> Array:
    """Weighted maximum likelihood for many weightings at once, (B, 2 K + 2).

    ``answers`` (n, 4) F, I, C, U in 0..1; ``weights`` (B, n) >= 0. ``start`` is a full vector. ``pseudo`` observations
    of each level at the mean respondent keep every cut finite. Raises CannotEstimate('too_many_levels').
    """
    levels, codes = in_levels(answers[:, 3], points)
    design = OrderedDesign.of(answers[:, :3], codes, levels.size)
    begin = design.start() if start is None else np.asarray(start, dtype=float)[: 2 + levels.size]
    at_once = max(1, ELEMENTS_AT_ONCE // len(answers))
    parts = [_climb(design, weights[row : row + at_once], begin, pseudo) for row in range(0, len(weights), at_once)]
    free = np.concatenate(parts)
    return np.column_stack([free, np.broadcast_to(levels, (len(free), levels.size))])


def log_likelihood(answers: Array, coef: Array, points: int | None = None) -> float:
    """Of ``coef`` (2 K + 2,) on ``answers`` (n, 4)."""
    levels, codes = in_levels(answers[:, 3], points)
    design = OrderedDesign.of(answers[:, :3], codes, levels.size)
    return float(design.log_chance(coef[None, : 2 + levels.size]).sum())


@dataclass(frozen=True)
class OrderedDesign:
    """Respondents with a row for each pseudo-observation below them: ``parts`` (m, 3), ``codes`` (m,), m = n + K."""

    parts: Array
    codes: NDArray[np.int64]
    levels: int
    people: int

    @classmethod
    def of(cls, parts: Array, codes: NDArray[np.int64], levels: int) -> OrderedDesign:
        mean = np.broadcast_to(parts.mean(axis=0), (levels, 3))
        return cls(np.vstack([parts, mean]), np.concatenate([codes, np.arange(levels)]), levels, len(parts))

    def start(self) -> Array:
        """No slopes, and cuts where the shares of the levels put them."""
        counts = np.bincount(self.codes, minlength=self.levels)
        return np.concatenate([np.zeros(3), logit(np.cumsum(counts)[:-1] / counts.sum())])

    def weighted(self, weights: Array, pseudo: float) -> Array:
        return np.hstack([weights, np.full((len(weights), self.levels), pseudo)])

    def log_chance(self, free: Array) -> Array:
        """Log probability of each respondent's own level, (B, n)."""
        return self._edges(free)[0][:, : self.people]

    def _edges(self, free: Array) -> tuple[Array, Array, Array]:
        """Log probability (B, m), and L at the upper and lower edge of each one's level."""
        hidden = free[:, :3] @ self.parts.T
        edge = np.column_stack([np.full(len(free), -np.inf), free[:, 3:], np.full(len(free), np.inf)])
        upper = expit(edge[:, self.codes + 1] - hidden)
        lower = expit(edge[:, self.codes] - hidden)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log(upper - lower), upper, lower

    def value(self, free: Array, weights: Array) -> Array:
        """Weighted log likelihood (B,), minus infinity where cuts are out of order."""
        told = self._edges(free)[0]
        total = np.sum(weights * np.where(weights > 0, told, 0.0), axis=1)
        rising = np.all(np.diff(free[:, 3:], axis=1) > 0, axis=1)
        return np.where(rising & np.isfinite(total), total, -np.inf)

    def derivatives(self, free: Array, weights: Array) -> tuple[Array, Array]:
        """Gradient (B, q) and minus the matrix of second derivatives (B, q, q), q = 3 + K - 1."""
        told, upper, lower = self._edges(free)
        chance = np.maximum(np.exp(told), 1e-300)
        hill_up, hill_down = upper * (1 - upper), lower * (1 - lower)
        up, down = hill_up / chance, -hill_down / chance
        curve_up = hill_up * (1 - 2 * upper) / chance - up**2
        curve_down = -hill_down * (1 - 2 * lower) / chance - down**2
        across = -up * down
        places = np.eye(self.levels)[self.codes]
        above, below = places[:, :-1], places[:, 1:]
        x = self.parts
        gradient = np.hstack(
            [-(weights * (up + down)) @ x, (weights * up) @ above + (weights * down) @ below],
        )
        cuts = self.levels - 1
        second = np.zeros((len(free), 3 + cuts, 3 + cuts))
        products = (x[:, :, None] * x[:, None, :]).reshape(-1, 9)
        second[:, :3, :3] = ((weights * (curve_up + curve_down + 2 * across)) @ products).reshape(-1, 3, 3)
        own = (weights * curve_up) @ above + (weights * curve_down) @ below
        beside = ((weights * across) @ places)[:, 1:-1]
        rows = np.arange(cuts)
        second[:, 3 + rows, 3 + rows] = own
        second[:, 3 + rows[:-1], 4 + rows[:-1]] = second[:, 4 + rows[:-1], 3 + rows[:-1]] = beside
        high = (above[:, :, None] * x[:, None, :]).reshape(-1, 3 * cuts)
        low = (below[:, :, None] * x[:, None, :]).reshape(-1, 3 * cuts)
        mixed = -((weights * (curve_up + across)) @ high + (weights * (curve_down + across)) @ low)
        second[:, 3:, :3] = mixed.reshape(-1, cuts, 3)
        second[:, :3, 3:] = second[:, 3:, :3].transpose(0, 2, 1)
        return gradient, -second


def _climb(design: OrderedDesign, weights: Array, start: Array, pseudo: float) -> Array:
    """Newton's method with the slopes held at or above 0, all weightings side by side: (B, q)."""
    full = design.weighted(weights, pseudo)
    free = np.tile(start, (len(weights), 1))
    free[:, :3] = np.maximum(free[:, :3], 0.0)
    value = design.value(free, full)
    size = start.size
    for _ in range(STEPS):
        gradient, second = design.derivatives(free, full)
        held = np.zeros_like(free, dtype=bool)
        held[:, :3] = (free[:, :3] <= 0) & (gradient[:, :3] < 0)
        second = np.where(held[:, :, None] | held[:, None, :], 0.0, second)
        ridge = RIDGE * np.einsum("bqq->bq", second).max(axis=1, keepdims=True) + held
        move = np.linalg.solve(second + ridge[:, :, None] * np.eye(size), np.where(held, 0.0, gradient)[..., None])[
            ..., 0
        ]
        trial, reached = _halved(design, full, free, value, move)
        gained = reached - value
        free, value = trial, reached
        if np.all(gained < 1e-8 * (1 + np.abs(value))):
            break
    return free


def _halved(design: OrderedDesign, weights: Array, free: Array, value: Array, move: Array) -> tuple[Array, Array]:
    """As much of the move as does not lose likelihood."""
    best, reached = free.copy(), value.copy()
    open_, step = np.arange(len(free)), 1.0
    for _ in range(HALVINGS):
        trial = free[open_] + step * move[open_]
        trial[:, :3] = np.maximum(trial[:, :3], 0.0)
        found = design.value(trial, weights[open_])
        better = found >= value[open_]
        best[open_[better]], reached[open_[better]] = trial[better], found[better]
        open_, step = open_[~better], step / 2
        if not open_.size:
            break
    return best, reached
