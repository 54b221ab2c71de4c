"""Satisfaction U = f(F, I, C) from a survey: the family chosen on held-out people, the coefficients in draws.

Notation: n respondents; F, I, C, U as in the design, all 0..1; D worlds; q coefficients of the family.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.satisfaction.answer_noise import parts_meant
from trimtab.economics.satisfaction.families import FAMILIES, NAMES, Family, names_of, predict, solve
from trimtab.economics.satisfaction.ordered_logit import level_codes

__all__ = [
    "FAMILIES",
    "NAMES",
    "Family",
    "FamilyScore",
    "SatisfactionFit",
    "fit",
    "normalise",
    "predict",
    "straight_liners",
]

FEWEST_RESPONDENTS = 20
FOLDS = 5
REPEATS = 5
BOOTSTRAP_AT_ONCE = 200
# The sd of the log of that variance: .3 for the spread of an answer, doubled by the square, less what rounding fixes.
NOISE_DOUBT = 0.5
MANY_STRAIGHT_LINERS = 0.1


@dataclass(frozen=True)
class FamilyScore:
    """One family on held-out people: root mean squared error in units of U, and how far behind the best it is.

    ``behind`` is the mean difference of squared errors to the best family over the folds, ``standard_error`` its error;
    ``tied`` when it is not behind by more than that.
    """

    family: Family
    coefficients: int
    rmse: float
    behind: float
    standard_error: float
    tied: bool


@dataclass(frozen=True)
class SatisfactionFit:
    """The chosen family with its coefficients and what can be said against it.

    ``coef`` (q,) fitted to all; ``coef_draws`` (D, q) and ``reference_draws`` (D, 3), the mean F, I, C, from the same
    bootstrap of respondents; ``decided`` is False when the data cannot tell the families apart, and then the
    simplest of those that tie is used. ``r2`` is in-sample, ``r2_held_out`` on held-out people.
    """

    family: Family
    coef: Array
    coef_draws: Array
    reference_draws: Array
    scores: tuple[FamilyScore, ...]
    decided: bool
    best_held_out: Family
    r2: float
    r2_held_out: float
    respondents: int
    straight_liners: int
    many_straight_liners: bool

    @property
    def names(self) -> tuple[str, ...]:
        return names_of(self.family, self.coef.size)

    @property
    def tied(self) -> tuple[Family, ...]:
        """The families that the data cannot tell from the best, simplest first."""
        return tuple(score.family for score in self.scores if score.tied)

    @property
    def u_reference(self) -> Array:
        """U at the mean respondent in each world, (D,), 0..1."""
        return predict(self.family, self.coef_draws, *self.reference_draws.T)


def normalise(answers: ArrayLike, lowest: float, highest: float) -> Array:
    """Answers on a scale lowest..highest as 0..1, same shape. Raises CannotEstimate('scale_reversed', 'off_scale')."""
    values = np.asarray(answers, dtype=float)
    if not highest > lowest:
        raise CannotEstimate("scale_reversed", "The top of the scale must be above its foot.", "Correct the scale.")
    outside = int(np.sum((values < lowest) | (values > highest)))
    if outside:
        message = "%(count)d answers lie outside the scale."
        raise CannotEstimate("off_scale", message, "Correct the scale or the answers.", count=outside)
    return (values - lowest) / (highest - lowest)


def straight_liners(items: ArrayLike) -> NDArray[np.bool_]:
    """Who gave one and the same answer to every question: ``items`` (n, questions), result (n,)."""
    values = np.asarray(items, dtype=float)
    return np.all(values == values[:, :1], axis=1)


def fit(
    F: ArrayLike,
    I: ArrayLike,  # noqa: E741
    C: ArrayLike,
    U: ArrayLike,
    rng: np.random.Generator,
    *,
    families: tuple[Family, ...] = FAMILIES,
    worlds: int = 2000,
    items: ArrayLike | None = None,
    points: int | None = None,
    noise: float = 0.0,
) -> SatisfactionFit:
    """Choose a family by 5 times 5-fold held-out squared error, fit it by least squares, bootstrap the respondents.

    F, I, C, U (n,), 0..1. ``points`` is how many steps the survey's scale has, for the ordered logit, which is left
    out where the answers are not in 3 to 12 steps; it is fitted by likelihood and judged by squared error of U like the
    others, on the same folds. ``items`` (n, questions) are the raw answers, for the count of straight-liners; without
    them the four scores are used. The order of the rows does not matter. A family is tied with the best
    when its paired difference over the folds is within one standard error, corrected for overlapping training sets
    (Nadeau & Bengio 2003, Machine Learning 52:239-281). ``noise`` is the variance of an answer around what was meant
    (``answer_noise``): f is fitted to F, I and C as they were meant, the reference means are those of the answers.
    Raises CannotEstimate: lengths_differ, answers_missing, answers_off_scale, too_few_respondents, no_variation.
    """
    given = _checked(F, I, C, U)
    same = straight_liners(given if items is None else np.asarray(items))
    answers = parts_meant(given, noise)
    if level_codes(answers[:, 3], points) is None:
        families = tuple(family for family in families if family != "ordered_logit")
    full = {family: solve(family, answers, np.ones((1, len(answers))), None, points)[0] for family in families}
    errors = _held_out_errors(answers, full, rng, points)
    scores = _scores(full, errors)
    best = min(scores, key=lambda score: score.rmse).family
    chosen = next(score.family for score in scores if score.tied)
    draws, reference = _bootstrap(chosen, given, noise, full[chosen], worlds, rng, points)
    variance = float(np.var(answers[:, 3]))
    fitted = predict(chosen, full[chosen][None], *answers[:, :3].T[:, None, :])[0]
    return SatisfactionFit(
        family=chosen,
        coef=full[chosen],
        coef_draws=draws,
        reference_draws=reference,
        scores=tuple(scores),
        decided=sum(score.tied for score in scores) == 1,
        best_held_out=best,
        r2=1 - float(np.mean((answers[:, 3] - fitted) ** 2)) / variance,
        r2_held_out=1 - float(errors[families.index(chosen)].mean()) / variance,
        respondents=len(answers),
        straight_liners=int(same.sum()),
        many_straight_liners=bool(same.mean() > MANY_STRAIGHT_LINERS),
    )


def _checked(F: ArrayLike, I: ArrayLike, C: ArrayLike, U: ArrayLike) -> Array:  # noqa: E741
    """(n, 4), in an order of its own, so that a shuffled file gives the same folds and the same draws."""
    columns = [np.atleast_1d(np.asarray(x, dtype=float)) for x in (F, I, C, U)]
    if len({column.shape for column in columns}) != 1 or columns[0].ndim != 1:
        raise CannotEstimate(
            "lengths_differ", "The columns differ in length.", "Give one value per respondent in each."
        )
    answers = np.column_stack(columns)
    missing = int(np.sum(~np.all(np.isfinite(answers), axis=1)))
    if missing:
        message = "%(count)d respondents have a missing answer."
        raise CannotEstimate("answers_missing", message, "Leave them out or fill them in.", count=missing)
    if np.any((answers < 0) | (answers > 1)):
        raise CannotEstimate(
            "answers_off_scale", "Some answers are outside 0 to 1.", "Normalise by the survey's scale."
        )
    if len(answers) < FEWEST_RESPONDENTS:
        message = "%(count)d people answered; a satisfaction model needs at least %(needed)d."
        raise CannotEstimate(
            "too_few_respondents", message, "Ask more customers.", count=len(answers), needed=FEWEST_RESPONDENTS
        )
    if np.ptp(answers[:, 3]) == 0 or np.all(np.ptp(answers[:, :3], axis=0) == 0):
        raise CannotEstimate("no_variation", "Everyone gave the same answer.", "Ask customers of more kinds.")
    return answers[np.lexsort(answers.T)]


def _held_out_errors(answers: Array, full: dict[Family, Array], rng: np.random.Generator, points: int | None) -> Array:
    """Mean squared error of each family on each held-out fold: (families, repeats * folds)."""
    labels = np.arange(len(answers)) % FOLDS
    held = np.concatenate([rng.permutation(labels) == np.arange(FOLDS)[:, None] for _ in range(REPEATS)])
    errors = []
    for family, start in full.items():
        coef = solve(family, answers, (~held).astype(float), start, points)
        guess = predict(family, coef, *answers[:, :3].T[:, None, :])
        errors.append(np.sum(held * (answers[:, 3] - guess) ** 2, axis=1) / held.sum(axis=1))
    return np.array(errors)


def _scores(full: dict[Family, Array], errors: Array) -> list[FamilyScore]:
    families = tuple(full)
    means = errors.mean(axis=1)
    behind = errors - errors[np.argmin(means)]
    correction = 1 / errors.shape[1] + 1 / (FOLDS - 1)
    spread = np.sqrt(correction * behind.var(axis=1, ddof=1))
    order = sorted(range(len(families)), key=lambda k: FAMILIES.index(families[k]))
    return [
        FamilyScore(
            family=families[k],
            coefficients=_free_coefficients(families[k], full[families[k]]),
            rmse=float(np.sqrt(means[k])),
            behind=float(behind[k].mean()),
            standard_error=float(spread[k]),
            tied=bool(behind[k].mean() <= spread[k]),
        )
        for k in order
    ]


def _free_coefficients(family: Family, coef: Array) -> int:
    """How many are estimated: the product has none, the levels of the ordered logit are given."""
    if family == "product":
        return 0
    return 2 + (coef.size - 2) // 2 if family == "ordered_logit" else coef.size


def _bootstrap(
    family: Family,
    given: Array,
    noise: float,
    start: Array,
    worlds: int,
    rng: np.random.Generator,
    points: int | None,
) -> tuple[Array, Array]:
    """Coefficients (worlds, q) and mean F, I, C (worlds, 3) from the same resampled respondents.

    How much noise answers hold is not known: every block of worlds takes off another part of what it may be.
    """
    n = len(given)
    coef, reference = [], []
    for first, taken in _blocks(worlds, noise):
        count = min(BOOTSTRAP_AT_ONCE, worlds - first)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=count).astype(float)
        coef.append(solve(family, parts_meant(given, taken), weights, start, points))
        reference.append(weights @ given[:, :3] / n)
    mixed = rng.permutation(worlds)
    return np.concatenate(coef)[mixed], np.concatenate(reference)[mixed]


def _blocks(worlds: int, noise: float) -> Iterator[tuple[int, float]]:
    """The first world of each block and its noise: quantiles of a log-normal around ``noise``."""
    firsts = range(0, worlds, BOOTSTRAP_AT_ONCE)
    for place, first in enumerate(firsts):
        yield first, noise * float(np.exp(NOISE_DOUBT * norm.ppf((place + 0.5) / len(firsts))))
