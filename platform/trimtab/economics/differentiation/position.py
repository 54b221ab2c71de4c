"""Where offers stand on weighted criteria: scores, ranks, and the probability of being first.

Notation: J offers, K criteria, D worlds. A score is a weighted sum of ratings on scales that are stated and do not
depend on which offers are compared, so that adding or leaving out an offer never reverses the order of two others.

Source of the rank probabilities: Lahdelma & Salminen 2001, SMAA-2: Stochastic multicriteria acceptability analysis
for group decision making, Operations Research 49(3):444-454.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

TIE = 1e-12


@dataclass(frozen=True)
class Scale:
    """How a criterion's own unit becomes a rating: ``worst`` is rated 0 and ``best`` 1, straight between.

    A cost has ``best`` below ``worst`` and is thereby inverted. Anchors are chosen by people, once.
    """

    worst: float
    best: float


@dataclass(frozen=True)
class Ratings:
    """Ratings on the scales, (J, K) in 0..1 with nan where unknown, and what should be said about the columns.

    ``constant`` lists criteria on which all known offers are alike: they separate nobody. ``beyond`` lists
    criteria with a value outside its anchors, which was held at 0 or 1.
    """

    value: Array
    constant: tuple[int, ...]
    beyond: tuple[int, ...]


@dataclass(frozen=True)
class Position:
    """Scores (D, J) in 0..1, ranks (D, J) from 1 with ties sharing the better rank, and their probabilities.

    ``p_rank[j, r]`` is the share of worlds in which offer j has rank r + 1, ties split evenly: each row and each
    column sums to 1. ``p_first`` (J,) is its first column. ``weights`` (D, K) sum to 1 in each world; ``value``
    (J, K) are the ratings at their mean.
    """

    score: Array
    rank: Array
    p_rank: Array
    weights: Array
    value: Array

    @property
    def p_first(self) -> Array:
        """Probability of being first, shape (J,)."""
        return self.p_rank[:, 0]


def observed_scale(values: ArrayLike, *, is_cost: bool) -> Scale:
    """A first proposal of anchors: the extremes of the known values, shape (J,). People then fix them.

    Taken anew for each set of offers, such anchors could reverse ranks: store them. Raises CannotEstimate
    (``no_values``).
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if known.size == 0:
        raise CannotEstimate("no_values", "No offer has a value on this criterion.", "Enter at least one value.")
    low, high = float(known.min()), float(known.max())
    return Scale(worst=high, best=low) if is_cost else Scale(worst=low, best=high)


def rate(values: ArrayLike, scales: tuple[Scale, ...]) -> Ratings:
    """Ratings 0..1 from values (J, K) in their own units: (x - worst) / (best - worst), held within 0..1.

    A scale whose anchors are equal rates every known offer .5. Raises CannotEstimate (``values_do_not_fit``).
    """
    raw = np.asarray(values, dtype=float)
    if raw.ndim != 2 or raw.shape[1] != len(scales) or raw.size == 0:
        raise CannotEstimate(
            "values_do_not_fit", "Offers and criteria do not form a full table.", "Give each criterion one scale."
        )
    worst = np.array([scale.worst for scale in scales])
    span = np.array([scale.best for scale in scales]) - worst
    share = np.where(span == 0, np.where(np.isnan(raw), np.nan, 0.5), (raw - worst) / np.where(span == 0, 1.0, span))
    known_low, known_high = np.nanmin(_known(share), axis=0), np.nanmax(_known(share), axis=0)
    return Ratings(
        np.clip(share, 0.0, 1.0),
        tuple(int(k) for k in np.flatnonzero(known_high - known_low <= TIE)),
        tuple(int(k) for k in np.flatnonzero((known_low < -TIE) | (known_high > 1 + TIE))),
    )


def _known(share: Array) -> Array:
    """The same with columns that nobody knows set to .5, so that their extremes exist."""
    return np.where(np.all(np.isnan(share), axis=0), 0.5, share)


def normalised_weights(weights: ArrayLike) -> Array:
    """Weights (D, K) or (K,), zero or more, made to sum to 1 in each world; shape (D, K).

    Raises CannotEstimate (``weights_not_usable``).
    """
    drawn = np.atleast_2d(np.asarray(weights, dtype=float))
    total = drawn.sum(axis=1, keepdims=True)
    if not np.all(np.isfinite(drawn)) or np.any(drawn < 0) or np.any(total <= 0):
        raise CannotEstimate(
            "weights_not_usable",
            "Some weights are missing or negative, or all are zero.",
            "Give at least one criterion a weight above zero.",
        )
    return drawn / total


def dirichlet_weights(concentration: ArrayLike, worlds: int, rng: np.random.Generator) -> Array:
    """Weight draws (D, K) from Dirichlet(concentration (K,)), each above 0: all 1 says that nothing is known."""
    alpha = np.asarray(concentration, dtype=float)
    if alpha.ndim != 1 or alpha.size == 0 or not np.all(np.isfinite(alpha) & (alpha > 0)):
        raise CannotEstimate(
            "weights_not_usable", "Every criterion needs a weight above zero.", "Leave out what does not matter."
        )
    return normalised_weights(rng.standard_gamma(alpha, (worlds, alpha.size)))


def position(ratings: ArrayLike, weights: ArrayLike, rng: np.random.Generator, sd: ArrayLike | None = None) -> Position:
    """Score and rank offers in draws: score_dj = sum over k of w_dk v_djk.

    ``ratings`` (J, K) in 0..1, nan where unknown; ``weights`` (D, K) zero or more, normalised here; ``sd`` (J, K)
    standard deviation of a rating, zero or more. A known rating is drawn from a normal held within 0..1, an unknown
    one from anywhere in 0..1 with equal chance. A criterion of weight 0 in every world draws nothing and changes
    nothing.

    Raises CannotEstimate: ``values_do_not_fit``, ``too_few_offers``, ``rating_out_of_range``,
    ``weights_not_usable``.
    """
    value, spread = _checked(ratings, sd)
    shares = normalised_weights(weights)
    if shares.shape[1] != value.shape[1]:
        raise CannotEstimate(
            "values_do_not_fit", "There is not one weight for each criterion.", "Weigh every criterion once."
        )
    drawn = rating_draws(value, shares.shape[0], rng, spread, used=shares.any(axis=0))
    score = weighted_sum(drawn, shares)
    rank, p_rank = ranks(score)
    return Position(score, rank, p_rank, shares, np.where(np.isnan(value), 0.5, value))


def weighted_sum(ratings: Array, weights: Array) -> Array:
    """Scores (D, J) from ratings (D, J, K) and weights (D, K), criterion by criterion."""
    score = np.zeros(ratings.shape[:2])
    for criterion in np.flatnonzero(weights.any(axis=0)):
        score += weights[:, criterion : criterion + 1] * ratings[:, :, criterion]
    return score


def rating_draws(
    ratings: ArrayLike,
    worlds: int,
    rng: np.random.Generator,
    sd: ArrayLike | None = None,
    used: ArrayLike | None = None,
) -> Array:
    """Ratings drawn as ``position`` draws them, shape (D, J, K).

    ``used`` (K,) true where a criterion counts: the others draw nothing and stay at their rating, .5 where unknown.
    Errors as ``position``.
    """
    value, spread = _checked(ratings, sd)
    counts = np.ones(value.shape[1], dtype=bool) if used is None else np.asarray(used, dtype=bool)
    drawn = np.repeat(np.where(np.isnan(value), 0.5, value)[None], worlds, axis=0)
    for criterion in np.flatnonzero(counts):
        drawn[:, :, criterion] = _draw(value[:, criterion], spread[:, criterion], worlds, rng)
    return drawn


def _checked(ratings: ArrayLike, sd: ArrayLike | None) -> tuple[Array, Array]:
    value = np.asarray(ratings, dtype=float)
    spread = np.zeros_like(value) if sd is None else np.nan_to_num(np.asarray(sd, dtype=float))
    if value.ndim != 2 or value.shape[1] == 0 or spread.shape != value.shape:
        raise CannotEstimate(
            "values_do_not_fit", "Offers and criteria do not form a full table.", "Rate every offer on each criterion."
        )
    if value.shape[0] < 2:
        raise CannotEstimate(
            "too_few_offers", "There is only one offer, so there is nothing to compare.", "Add a competitor."
        )
    known = value[~np.isnan(value)]
    if np.any((known < 0) | (known > 1)) or np.any(spread < 0):
        raise CannotEstimate(
            "rating_out_of_range", "Some ratings lie outside 0 to 1.", "Rate through a scale with two anchors."
        )
    return value, spread


def _draw(value: Array, spread: Array, worlds: int, rng: np.random.Generator) -> Array:
    """Ratings of one criterion, shape (D, J)."""
    drawn = np.tile(value, (worlds, 1))
    uncertain, unknown = spread > 0, np.isnan(value)
    if uncertain.any():
        drawn += spread * rng.standard_normal(drawn.shape)
    if unknown.any():
        drawn[:, unknown] = rng.uniform(size=(worlds, int(unknown.sum())))
    return np.clip(drawn, 0.0, 1.0)


def ranks(score: Array) -> tuple[NDArray[np.float64], Array]:
    """Ranks (D, J) from 1, ties sharing the better rank, and rank probabilities (J, J) with ties split evenly."""
    ahead = score[:, None, :] - score[:, :, None]
    better = (ahead > TIE).sum(axis=2)
    alike = (np.abs(ahead) <= TIE).sum(axis=2)
    place = np.arange(score.shape[1])
    holds = (place >= better[:, :, None]) & (place < (better + alike)[:, :, None])
    return better + 1.0, (holds / alike[:, :, None]).mean(axis=0)
