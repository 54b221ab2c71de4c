"""Climbing a likelihood whose gradient is known by respondent: quasi-Newton, begun from the outer product of scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.economics.draws import Array

# θ (P,) -> the log likelihood and its gradient by respondent, (N, P)
Scored = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True)
class Summit:
    """Where a climb ended. ``gap`` is about twice how far below the maximum LL may still be."""

    theta: Array
    value: float
    scores: Array
    gap: float
    steps: int
    converged: bool


def climb(
    likelihood: Scored,
    start: Array,
    *,
    information: Array | None = None,
    steps: int = 300,
    gap: float = 1e-6,
    on_step: Callable[[], None] | None = None,
) -> Summit:
    """A local maximum of ``likelihood`` by BFGS steps with halving.

    The inverse of Σ_n g_n g_n' (Berndt, Hall, Hall & Hausman 1974), or of ``information`` (P, P) if it is given and
    positive definite, stands for the inverse of the negated Hessian at first; then each step improves it. Ends when
    g' H⁻¹ g < ``gap``, twice the rise that a Newton step still promises, so that the rule does not depend on units.
    """
    theta, (value, scores) = start, likelihood(start)
    if information is None or np.linalg.eigvalsh(information)[0] <= 0:
        information = scores.T @ scores
    gradient, inverse = scores.sum(axis=0), _inverse(information)
    for step in range(steps):
        if on_step is not None:
            on_step()
        move = inverse @ gradient
        promised = float(gradient @ move)
        if promised < gap:
            return Summit(theta, value, scores, promised, step, True)
        length, found = _halved(likelihood, theta, move, value, promised)
        if found is None:
            return Summit(theta, value, scores, promised, step, promised < 100 * gap)
        theta, value, scores = theta + length * move, *found
        rise = scores.sum(axis=0) - gradient
        gradient = gradient + rise
        inverse = _updated(inverse, length * move, -rise)
    return Summit(theta, value, scores, float(gradient @ inverse @ gradient), steps, False)


def _halved(
    likelihood: Scored, theta: Array, move: Array, value: float, promised: float
) -> tuple[float, tuple[float, Array] | None]:
    length = 1.0
    while length > 1e-8:
        found = likelihood(theta + length * move)
        if np.isfinite(found[0]) and found[0] >= value + 1e-4 * length * promised:
            return length, found
        length /= 2 if length > 1e-2 else 10
    return 0.0, None


def _updated(inverse: Array, s: Array, y: Array) -> Array:
    """BFGS on the inverse of the negated Hessian; left as it was where the curvature has the wrong sign."""
    curvature = float(s @ y)
    if curvature <= 1e-10 * float(np.linalg.norm(s) * np.linalg.norm(y)):
        return inverse
    turn = np.eye(len(s)) - np.outer(s, y) / curvature
    return turn @ inverse @ turn.T + np.outer(s, s) / curvature


def _inverse(information: Array) -> Array:
    ridge = 1e-10 * np.trace(information) / len(information)
    return np.linalg.pinv(information + ridge * np.eye(len(information)), hermitian=True)


def curvature(likelihood: Scored, theta: Array, step: float = 1e-4) -> Array:
    """The negated Hessian (P, P) by central differences of the gradient, made symmetric."""
    rows = []
    for p in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[p] = step * max(1.0, abs(theta[p]))
        up, down = likelihood(theta + nudge)[1].sum(axis=0), likelihood(theta - nudge)[1].sum(axis=0)
        rows.append((down - up) / (2 * nudge[p]))
    return (np.array(rows) + np.array(rows).T) / 2
