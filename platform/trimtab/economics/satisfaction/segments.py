"""The coefficients of U = f(F, I, C) in each segment, drawn towards what all segments share.

Around the coefficients theta fitted to everyone, f is taken as straight: a segment's own deviation delta_s adds the
information A_s = J_s'J_s / sigma^2 and the pull b_s = J_s'r_s / sigma^2 of its people (of the ordered logit, the
derivatives of its log likelihood). Then

    delta_s = mu + epsilon_s,   epsilon_s ~ N(0, T),   mu flat

T is diagonal with one spread for the level (intercept, scale, cuts) and one for the slopes, each on the family's own
scale. Both are integrated over a grid with half-normal priors, so that segments that look alike are pulled together and
a segment with few people to the mean. Draws are put back within the family's bounds, so that U never falls.

Notation: S segments, n respondents, D worlds, q free coefficients.
Source: Lindley & Smith 1972, JRSS B 34:1-41; Gelman et al., Bayesian Data Analysis, 3rd ed., chapter 15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.partial_pooling import pool
from trimtab.economics.satisfaction.answer_noise import parts_meant
from trimtab.economics.satisfaction.families import (
    BOUNDS,
    ces_named,
    free_of,
    linearise,
    predict,
    ramp,
)
from trimtab.economics.satisfaction.model import SatisfactionFit
from trimtab.economics.satisfaction.ordered_logit import PSEUDO, OrderedDesign, in_levels

CELLS = 10
FURTHEST = 3.0
# Prior sd of how far segments lie apart: of the level, of the slopes; in units of U for a family whose scale is 1.
LEVEL_SPREAD, SLOPE_SPREAD = 0.1, 0.2
MEAN_SPREAD = 0.15
LOGITS_A_UNIT = 12.0
LOG_ODDS, SUBSTITUTION = 3.0, 6.0


@dataclass(frozen=True)
class SegmentFit:
    """``coef`` (D, S, q) in each segment, ``reference`` (D, S, 3) its mean F, I, C; ``people`` (S,) who answered.

    ``between_level`` and ``between_slope`` (D,) are the spreads between segments as shares of the family's scale.
    """

    segments: tuple[str, ...]
    coef: Array
    reference: Array
    people: NDArray[np.int64]
    between_level: Array
    between_slope: Array

    def u_reference(self, family: str) -> Array:
        """U at the mean respondent of each segment, (D, S), 0..1."""
        worlds, segments = self.coef.shape[:2]
        flat = self.reference.reshape(-1, 3)
        found = predict(family, self.coef.reshape(worlds * segments, -1), *flat.T)  # type: ignore[arg-type]
        return found.reshape(worlds, segments)


def fit_segments(
    fitted: SatisfactionFit,
    answers: ArrayLike,
    segment: ArrayLike,
    rng: np.random.Generator,
    *,
    segments: tuple[str, ...],
    points: int | None = None,
    noise: float = 0.0,
) -> SegmentFit:
    """Coefficients and mean F, I, C by segment under the family that was fitted to everyone.

    ``answers`` (n, 4) F, I, C, U and ``noise`` as given to ``fit``, ``segment`` (n,) names, ``segments`` those wanted.
    With one of them the result is the pooled fit itself. Raises CannotEstimate('segment_missing') where a wanted one
    has nobody.
    """
    data, names = np.asarray(answers, dtype=float), np.asarray(segment, dtype=str)
    if len(segments) < 2:
        return _everyone(fitted, segments, len(data))
    people = np.array([int(np.sum(names == name)) for name in segments])
    if np.any(people == 0):
        message = "Nobody of the segment “%(name)s” answered."
        missing = segments[int(np.argmin(people))]
        raise CannotEstimate("segment_missing", message, "Ask customers of that segment.", name=missing)
    worlds = len(fitted.coef_draws)
    reference = _means(data[:, :3], names, segments, worlds, rng)
    zero = np.zeros(worlds)
    if fitted.family == "product":
        return SegmentFit(segments, np.ones((worlds, len(segments), 1)), reference, people, zero, zero)
    linear = _Linear.of(fitted, parts_meant(data, noise), names, segments, points)
    deviation, level, slope = linear.draws(worlds, rng)
    coef = _bounded(fitted, linear.theta + deviation)
    return SegmentFit(segments, coef, reference, people, level, slope)


def _everyone(fitted: SatisfactionFit, segments: tuple[str, ...], people: int) -> SegmentFit:
    zero = np.zeros(len(fitted.coef_draws))
    only = np.array([people])
    return SegmentFit(segments, fitted.coef_draws[:, None], fitted.reference_draws[:, None], only, zero, zero)


def _means(
    parts: Array, names: NDArray[np.str_], segments: tuple[str, ...], worlds: int, rng: np.random.Generator
) -> Array:
    """Mean F, I and C of each segment, (D, S, 3): each drawn towards the common mean, within 0..1."""
    groups = [parts[names == name] for name in segments]
    free = max(1, sum(len(group) for group in groups) - len(groups))
    spread = np.sqrt(sum(((group - group.mean(axis=0)) ** 2).sum(axis=0) for group in groups) / free)
    found = []
    for place in range(3):
        mean = [group[:, place].mean() for group in groups]
        error = [max(float(spread[place]), 1e-3) / np.sqrt(len(group)) for group in groups]
        found.append(pool(mean, error, rng, scale=MEAN_SPREAD, worlds=worlds).draws)
    return np.clip(np.stack(found, axis=-1), 0.0, 1.0)


@dataclass(frozen=True)
class _Linear:
    """The straightened problem: ``theta`` (q,), information (S, q, q), pull (S, q), scale and kind of each entry."""

    theta: Array
    information: Array
    pull: Array
    scale: Array
    is_level: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        fitted: SatisfactionFit,
        data: Array,
        names: NDArray[np.str_],
        segments: tuple[str, ...],
        points: int | None,
    ) -> _Linear:
        if fitted.family == "ordered_logit":
            return cls._ordered(fitted, data, names, segments, points)
        theta, residual, slopes, scale = _straightened(fitted, data)
        variance = max(float(residual @ residual) / max(1, len(data) - theta.size), 1e-8)
        own = [names == name for name in segments]
        return cls(
            theta,
            np.array([slopes[rows].T @ slopes[rows] for rows in own]) / variance,
            np.array([slopes[rows].T @ residual[rows] for rows in own]) / variance,
            scale,
            np.arange(theta.size) == 0,
        )

    @classmethod
    def _ordered(
        cls,
        fitted: SatisfactionFit,
        data: Array,
        names: NDArray[np.str_],
        segments: tuple[str, ...],
        points: int | None,
    ) -> _Linear:
        levels, codes = in_levels(data[:, 3], points)
        design = OrderedDesign.of(data[:, :3], codes, levels.size)
        weights = np.array([(names == name).astype(float) for name in segments])
        free = fitted.coef[: 2 + levels.size]
        pull, information = design.derivatives(
            np.tile(free, (len(segments), 1)), design.weighted(weights, PSEUDO / len(segments))
        )
        return cls(free, information, pull, np.full(free.size, LOGITS_A_UNIT), np.arange(free.size) >= 3)

    def draws(self, worlds: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """Deviations (D, S, q) and the two spreads (D,)."""
        steps = (np.arange(CELLS) + 0.5) * FURTHEST / CELLS
        points = [(a * LEVEL_SPREAD, b * SLOPE_SPREAD) for a in steps for b in steps]
        tried = [self._given(np.where(self.is_level, *pair) * self.scale) for pair in points]
        prior = [-(a**2 + b**2) / 2 for a in steps for b in steps]
        weight = np.array([one.log_evidence for one in tried]) + np.array(prior)
        weight = np.exp(weight - weight.max())
        chosen = np.sort(rng.choice(len(points), size=worlds, p=weight / weight.sum()))
        found = np.empty((worlds, *self.pull.shape))
        for place in np.unique(chosen):
            rows = chosen == place
            found[rows] = tried[place].sample(int(rows.sum()), rng)
        mixed = rng.permutation(worlds)
        spreads = np.array(points)[chosen][mixed]
        return found[mixed], spreads[:, 0], spreads[:, 1]

    def _given(self, spread: Array) -> _GivenSpread:
        """Everything that follows once the spreads (q,) are known.

        With d = T^(1/2), C_s = I + d A_s d: W_s = A_s - A_s d C_s^-1 d A_s is what s tells of mu.
        """
        eye = np.eye(spread.size)
        scaled = self.information * spread[:, None] * spread[None, :]
        inner = np.linalg.inv(eye + scaled)
        gain = spread[:, None] * inner * spread[None, :]
        told = self.information - self.information @ gain @ self.information
        lean = self.pull - np.einsum("sij,sjk,sk->si", self.information, gain, self.pull)
        ridge = 1e-9 * np.trace(self.information.sum(axis=0)) / spread.size
        common = np.linalg.inv(told.sum(axis=0) + ridge * eye)
        centre = common @ lean.sum(axis=0)
        evidence = 0.5 * (
            np.einsum("si,sij,sj->", self.pull, gain, self.pull)
            + lean.sum(axis=0) @ centre
            - np.linalg.slogdet(eye + scaled)[1].sum()
            + np.linalg.slogdet(common)[1]
        )
        return _GivenSpread(float(evidence), centre, _root(common), gain, self.information, self.pull)


@dataclass(frozen=True)
class _GivenSpread:
    log_evidence: float
    centre: Array
    root: Array
    gain: Array
    information: Array
    pull: Array

    def sample(self, count: int, rng: np.random.Generator) -> Array:
        """delta_s = mu + epsilon_s: epsilon_s | mu ~ N(G_s (b_s - A_s mu), G_s), G_s = (A_s + T^-1)^-1."""
        segments, size = self.pull.shape
        mean = self.centre + rng.standard_normal((count, size)) @ self.root.T
        own = []
        for s in range(segments):
            centre = (self.pull[s] - mean @ self.information[s]) @ self.gain[s]
            own.append(mean + centre + rng.standard_normal((count, size)) @ _root(self.gain[s]).T)
        return np.stack(own, axis=1)


def _root(cov: Array) -> Array:
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _straightened(fitted: SatisfactionFit, data: Array) -> tuple[Array, Array, Array, Array]:
    """Free coefficients (q,), residuals (n,), slopes of f in them (n, q), and the scale of each."""
    if fitted.family == "additive":
        design = np.column_stack([np.ones(len(data)), data[:, :3]])
        return fitted.coef, data[:, 3] - design @ fitted.coef, design, np.ones(4)
    if fitted.family == "monotone":
        ramps = [ramp(data[:, part], quarter) for part in range(3) for quarter in range(4)]
        design = np.column_stack([np.ones(len(data)), *ramps])
        return fitted.coef, data[:, 3] - design @ fitted.coef, design, np.full(13, 0.5)
    free = free_of(fitted.family, fitted.coef)
    residual, slopes = linearise(fitted.family, data, free[None])
    scale = np.ones(4) if fitted.family == "cobb_douglas" else np.array([1.0, LOG_ODDS, LOG_ODDS, SUBSTITUTION])
    return free, residual[0], slopes[0], scale


def _bounded(fitted: SatisfactionFit, free: Array) -> Array:
    """Coefficient vectors (D, S, q') from free ones, each within the bounds under which U rises."""
    found = free.copy()
    if fitted.family in ("additive", "monotone"):
        found[..., 1:] = np.maximum(found[..., 1:], 0.0)
        return found
    if fitted.family == "ordered_logit":
        found[..., :3] = np.maximum(found[..., :3], 0.0)
        found[..., 3:] = np.maximum.accumulate(found[..., 3:], axis=-1)
        levels = fitted.coef[free.shape[-1] :]
        return np.concatenate([found, np.broadcast_to(levels, (*found.shape[:2], levels.size))], axis=-1)
    found = np.clip(found, *BOUNDS[fitted.family])
    if fitted.family == "cobb_douglas":
        return found
    return ces_named(found.reshape(-1, found.shape[-1])).reshape(*found.shape[:2], -1)
