"""Which shape h(U) has: each family fitted by partial likelihood, compared on held-out customers.

Held-out fit of a fold is l(b; all) - l(b; all but the fold) at the b and shape fitted without the fold
(Verweij & van Houwelingen 1993, Statistics in Medicine 12:2305-2314). The shape lies on a grid; at each point of it the
slope is that of a Cox regression on the curve, held at or above 0.

Notation: n answers, D worlds, P points of a grid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.link_families import LINK_FAMILIES, LinkFamily, link_value
from trimtab.economics.retention.partial_likelihood import RiskSets, truncated_slope
from trimtab.economics.retention.survival import Tenures

FOLDS = 5
REPEATS = 2
FEWEST_EVENTS_A_FOLD = 10
MOST_ANSWERS = 10_000
STEPS = 25
STEEPEST = 20.0
BENDS = np.array([1.0, 2.0, 3.5, 5.5, 8.0, 12.0])
S_BENDS = np.array([4.0, 8.0, 14.0, 24.0])
FINE_BENDS = np.linspace(0.4, 14.0, 35)
FINE_S_BENDS = np.linspace(2.0, 28.0, 14)
PLACES = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
FINE_PLACES = np.linspace(-2.5, 2.5, 11)


@dataclass(frozen=True)
class LinkScore:
    """One family on held-out customers: mean gain of log partial likelihood per held-out ending over no link at all.

    ``behind`` is how far it is behind the best per ending, ``standard_error`` the error of that; ``tied`` when not by
    more.
    """

    family: LinkFamily
    gain: float
    behind: float
    standard_error: float
    tied: bool


@dataclass(frozen=True)
class LinkChoice:
    """The family used; ``decided`` is False where the data cannot tell, and then it is the simplest that ties."""

    family: LinkFamily
    scores: tuple[LinkScore, ...]
    decided: bool
    best_held_out: LinkFamily

    @property
    def tied(self) -> tuple[LinkFamily, ...]:
        return tuple(score.family for score in self.scores if score.tied)


@dataclass(frozen=True)
class CurveFit:
    """Slope and shape of one family in draws, at the reference of the fit: (D,), (D, 2); and the best point of each.

    ``standard_error`` is that of the slope at the best shape, ``log_likelihood`` the partial one there.
    """

    slope: Array
    shape: Array
    estimate: float
    standard_error: float
    best_shape: Array
    log_likelihood: float


def choose_family(
    satisfaction: Array,
    data: Tenures,
    reference: float,
    rng: np.random.Generator,
    *,
    families: tuple[LinkFamily, ...] = LINK_FAMILIES,
    people: ArrayLike | None = None,
) -> LinkChoice:
    """The simplest family that is not clearly behind the best on held-out customers.

    ``satisfaction`` (n,) 0..1; ``people`` (n,) says whose answer it is, so that nobody is on both sides of a fold. Of
    more than 10,000 answers a sample decides. With fewer than 50 endings only the linear one is tried. A difference
    counts when it exceeds its standard error, corrected for overlapping training sets (Nadeau & Bengio 2003).
    """
    who = np.arange(satisfaction.size) if people is None else np.unique(people, return_inverse=True)[1].reshape(-1)
    level, data, who = _sample(satisfaction, data, who, rng)
    if len(families) == 1 or data.event.sum() < FOLDS * FEWEST_EVENTS_A_FOLD:
        only = families[0]
        return LinkChoice(only, (LinkScore(only, 0.0, 0.0, 0.0, True),), len(families) == 1, only)
    gains = np.concatenate([_held_out(level, data, who, reference, families, rng) for _ in range(REPEATS)])
    means = gains.mean(axis=0)
    lag = gains[:, [int(np.argmax(means))]] - gains
    spread = np.sqrt((1 / len(gains) + 1 / (FOLDS - 1)) * lag.var(axis=0, ddof=1))
    scores = tuple(
        LinkScore(name, float(means[k]), float(lag[:, k].mean()), float(spread[k]), bool(lag[:, k].mean() <= spread[k]))
        for k, name in enumerate(families)
    )
    chosen = next(score.family for score in scores if score.tied)
    return LinkChoice(chosen, scores, sum(score.tied for score in scores) == 1, families[int(np.argmax(means))])


def fit_curve(
    family: LinkFamily, satisfaction: Array, data: Tenures, reference: float, worlds: int, rng: np.random.Generator
) -> CurveFit:
    """Posterior of slope >= 0 and shape: flat over the grid of shapes, normal around the best slope of each of them.

    Raises CannotEstimate('slope_not_finite') where no shape has a slope.
    """
    grid = _shapes(family, fine=True)
    risk = RiskSets.of(satisfaction, data)
    tried = [peak(risk, covariate(family, shape, satisfaction, reference)) for shape in grid]
    usable = np.array([np.isfinite(error) for _slope, error, _best in tried])
    if not usable.any():
        raise CannotEstimate("slope_not_finite", "The slope has no limit.", "Bring more customers, or assume it.")
    grid = grid[usable]
    slope, error, best = np.array(tried)[usable].T
    # Likelihood of a shape with its slope integrated over the positive half-line.
    weight = best + np.log(error) + log_ndtr(slope / error)
    weight = np.exp(weight - weight.max())
    place = rng.choice(len(grid), size=worlds, p=weight / weight.sum())
    draws = np.empty(worlds)
    for at in np.unique(place):
        rows = place == at
        draws[rows] = truncated_slope(slope[at], error[at], int(rows.sum()), rng)
    top = int(np.argmax(best))
    return CurveFit(draws, grid[place], float(slope[top]), float(error[top]), grid[top], float(best[top]))


def _shapes(family: LinkFamily, *, fine: bool = False) -> Array:
    """Points (P, 2) of bend and place."""
    if family == "linear":
        return np.zeros((1, 2))
    if family == "s_shaped":
        bends, places = (FINE_S_BENDS, FINE_PLACES) if fine else (S_BENDS, PLACES)
        return np.array([(bend, place) for bend in bends for place in places])
    bends = FINE_BENDS if fine else BENDS
    return np.column_stack([bends, np.zeros_like(bends)])


def covariate(family: LinkFamily, shape: ArrayLike, satisfaction: Array, reference: float) -> Array:
    """Minus the curve of slope 1: the hazard is exp(b x)."""
    return -link_value(family, 1.0, shape, satisfaction, reference)


def peak(risk: RiskSets, x: Array, start: float = 0.0) -> tuple[float, float, float]:
    """Newton for the slope of one covariate: (b, standard error, log likelihood); error inf where there is none."""
    spread = float(x.std())
    if not spread > 0:
        return start, np.inf, -np.inf
    here = replace(risk, x=(x - x.mean()) / spread)
    b = float(np.clip(start * spread, -2.0, 2.0))
    value, slope, curve = here.likelihood(b)
    for _ in range(STEPS):
        if not curve > 1e-12:
            break
        move = float(np.clip(slope / curve, -2.0, 2.0))
        trial = here.likelihood(b + move)
        while trial[0] < value - 1e-10 and abs(move) > 1e-8:
            move /= 2
            trial = here.likelihood(b + move)
        b, (value, slope, curve) = b + move, trial
        if abs(move) < 1e-7 or abs(b) > STEEPEST:
            break
    usable = curve > 1e-9 and np.isfinite(curve) and abs(b) < STEEPEST and np.isfinite(value)
    return b / spread, float(1 / np.sqrt(curve)) / spread if usable else np.inf, value


def _sample(
    level: Array, data: Tenures, who: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Array, Tenures, NDArray[np.int64]]:
    if level.size <= MOST_ANSWERS:
        return level, data, who
    rows = np.sort(rng.choice(level.size, MOST_ANSWERS, replace=False))
    return level[rows], data.rows(rows), who[rows]


def _held_out(
    level: Array,
    data: Tenures,
    who: NDArray[np.int64],
    reference: float,
    families: tuple[LinkFamily, ...],
    rng: np.random.Generator,
) -> Array:
    """Gain over no link of each family on each fold, per ending of the fold, (folds, families)."""
    fold = rng.permutation(np.arange(who.max() + 1) % FOLDS)[who]
    whole = RiskSets.of(level, data)
    gains = np.zeros((FOLDS, len(families)))
    for number in range(FOLDS):
        kept = fold != number
        part = RiskSets.of(level[kept], data.rows(kept))
        endings = max(1, int(data.event[~kept].sum()))
        nothing = _likelihood(whole, level, 0.0) - _likelihood(part, level[kept], 0.0)
        for place, family in enumerate(families):
            b, shape = _best(family, part, level[kept], reference)
            x = covariate(family, shape, level, reference)
            gain = _likelihood(whole, x, b) - _likelihood(part, x[kept], b) - nothing
            gains[number, place] = gain / endings
    return gains


def _best(family: LinkFamily, risk: RiskSets, level: Array, reference: float) -> tuple[float, Array]:
    """The slope >= 0 and the shape of highest likelihood among the coarse shapes."""
    grid = _shapes(family)
    found = [peak(risk, covariate(family, shape, level, reference)) for shape in grid]
    usable = [value if np.isfinite(error) and b > 0 else -np.inf for b, error, value in found]
    if not np.any(np.isfinite(usable)):
        return 0.0, grid[0]
    place = int(np.argmax(usable))
    return found[place][0], grid[place]


def _likelihood(risk: RiskSets, x: Array, b: float) -> float:
    return replace(risk, x=x).likelihood(b)[0]
