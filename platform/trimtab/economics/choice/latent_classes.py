"""Latent classes: C kinds of people, each with part-worths of its own; nobody's class is seen.

    LL = Σ_n w_n ln Σ_c s_c Π_t P(chosen_t | b_c)        h_nc = s_c L_nc / Σ_i s_i L_ni (membership)

A small class often chooses without a conflict (always the same brand, say); then its part-worths have no upper limit.
A wide normal prior around 0 on each part-worth, per standard deviation of its column, keeps them finite; it moves those
that the choices tell by next to nothing, and ``prior_led`` names those that it decides.

θ (P,) holds the part-worths class by class, then ln(s_c / s_1) for c = 2..C; P = C K + C - 1. Else the notation of
``choice.data``. Sources: Kamakura & Russell 1989, Journal of Marketing Research 26(4):379-390; Dempster, Laird & Rubin
1977 (EM); Train 2009, Discrete Choice Methods with Simulation, 2nd ed., section 14.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from trimtab.economics.choice import logit
from trimtab.economics.choice.ascent import Summit, climb, curvature
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.identification import spread_within_tasks
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

ROUNDS, TINY_RISE = 100, 1e-7  # TINY_RISE: as a part of LL
EXTREME = 15.0  # a part-worth this large, per standard deviation of its column, has no upper limit
SAME_HILL = 0.5  # starts whose LL differs by less ended in the same place
PRIOR_SD = 3.0

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LatentFit:
    """Fitted latent classes, the largest first.

    ``shares`` (C,) sum to 1; ``coefficients`` (C, K); ``membership`` (N, C): the chance that a respondent belongs to a
    class, given the own choices. ``covariance`` (P, P) of ``theta``, robust to the correlation within a respondent.
    ``starts``: LL that each start reached, so that a best one which few starts found can be seen. ``prior_led`` (C, K):
    part-worths of which the prior says more than the choices do.
    """

    names: tuple[str, ...]
    shares: Array
    coefficients: Array
    membership: Array
    theta: Array
    covariance: Array
    log_likelihood: float
    null_log_likelihood: float
    starts: tuple[float, ...]
    gap: float
    prior_led: NDArray[np.bool_]
    respondents: NDArray[Any]

    @property
    def classes(self) -> int:
        """C."""
        return len(self.shares)

    @property
    def standard_errors(self) -> Array:
        """Of the coefficients, shape (C, K)."""
        return np.sqrt(np.diag(self.covariance))[: self.coefficients.size].reshape(self.coefficients.shape)

    @property
    def bic(self) -> float:
        """Bayesian information criterion P ln N - 2 LL; the lower the better."""
        return len(self.theta) * float(np.log(len(self.respondents))) - 2 * self.log_likelihood

    @property
    def starts_at_best(self) -> int:
        """How many starts ended where the best one did."""
        return int((np.array(self.starts) > max(self.starts) - SAME_HILL).sum())

    @property
    def certainty(self) -> float:
        """How clearly people belong to one class: 1 - entropy of the memberships / ln C, 0..1; 1 for one class."""
        if self.classes == 1:
            return 1.0
        h = np.clip(self.membership, 1e-300, 1.0)
        return 1.0 + float((h * np.log(h)).sum() / (len(h) * np.log(self.classes)))

    def draws(self, worlds: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Part-worths (D, C, K) and shares (D, C) in D worlds, from the asymptotic normal distribution of θ."""
        drawn = rng.multivariate_normal(self.theta, self.covariance, worlds, method="eigh")
        size = self.coefficients.size
        return drawn[:, :size].reshape(worlds, *self.coefficients.shape), _shares(drawn[:, size:])

    def population(self, worlds: int, rng: np.random.Generator) -> Population:
        """The classes as M = C kinds of people."""
        return Population(*self.draws(worlds, rng), self.names)


@dataclass(frozen=True)
class LatentChoice:
    """Fits with several numbers of classes, and why others were refused."""

    fits: tuple[LatentFit, ...]
    refused: dict[int, CannotEstimate]

    @property
    def best(self) -> LatentFit:
        """The fit with the lowest BIC."""
        return min(self.fits, key=lambda found: found.bic)


def choose(
    data: ChoiceData,
    classes: Iterable[int] = (1, 2, 3, 4, 5),
    *,
    rng: np.random.Generator,
    starts: int = 10,
    prior_sd: float | None = PRIOR_SD,
    on_progress: Progress | None = None,
) -> LatentChoice:
    """Fits with each number of classes, compared by BIC. Raises CannotEstimate where none can be fitted."""
    fits, refused, numbers = [], {}, list(classes)
    for done, number in enumerate(numbers):
        if on_progress is not None:
            on_progress(done, len(numbers))
        try:
            fits.append(fit(data, number, rng=rng, starts=starts, prior_sd=prior_sd))
        except CannotEstimate as error:
            refused[number] = error
    if not fits:
        raise next(iter(refused.values()))
    return LatentChoice(tuple(fits), refused)


def fit(
    data: ChoiceData,
    classes: int,
    *,
    rng: np.random.Generator,
    starts: int = 10,
    prior_sd: float | None = PRIOR_SD,
    on_progress: Progress | None = None,
) -> LatentFit:
    """C classes of highest likelihood: EM from several random memberships, then quasi-Newton steps from the best.

    ``prior_sd`` is the standard deviation of the prior, in utility per standard deviation of a column; None, and a
    single class, leave the plain likelihood. Raises CannotEstimate as ``logit.fit`` does, and ``too_many_classes``
    where there are no more people than parameters, a class is empty, part-worths have no limit (without a prior), or
    two classes are the same.

    90 people of whom the first 60 like the first column and the others do not; all dislike the second:

    >>> rng = np.random.default_rng(1)
    >>> taste, X = np.repeat([[2, -1], [-2, -1]], [60, 30], axis=0), rng.normal(size=(90, 20, 2))
    >>> utility = (X * taste[:, None]).sum(axis=2) + rng.gumbel(size=(90, 20))
    >>> first = np.arange(0, 1800, 2)
    >>> chosen = first + utility.reshape(900, 2).argmax(axis=1)
    >>> data = ChoiceData.of(X.reshape(1800, 2), [*first, 1800], chosen, np.repeat(np.arange(90), 10), ("x", "price"))
    >>> found = fit(data, 2, rng=rng, starts=3)
    >>> found.shares.round(1).tolist(), found.coefficients.round().tolist()
    ([0.7, 0.3], [[2.0, -1.0], [-2.0, -1.0]])
    """
    simple = logit.fit(data, clustered=False)
    _refuse_few(data, classes)
    scale = spread_within_tasks(data)
    X, precision = data.X / scale, 0.0 if prior_sd is None or classes == 1 else prior_sd**-2
    ends: list[tuple[float, Array]] = []
    for start in range(starts if classes > 1 else 1):
        if on_progress is not None:
            on_progress(start, starts)
        ends.append(_expectation_maximisation(data, X, classes, simple.coefficients * scale, precision, rng))
    bounded = [end for end in ends if np.abs(end[1][: classes * data.coefficients]).max() < EXTREME]
    if not bounded:
        raise _too_many(classes)
    likelihood = ClassLikelihood(data, X, classes, precision)
    best = _sorted(max(bounded, key=lambda end: end[0])[1], classes, data.coefficients)
    summit = climb(likelihood, best, information=curvature(likelihood, best))
    theta = _sorted(summit.theta, classes, data.coefficients)
    return _result(data, likelihood, theta, summit, tuple(end[0] for end in ends), simple, scale)


@dataclass(frozen=True)
class ClassLikelihood:
    """LL of latent classes plus the log of the prior, by respondent, on unit-free columns X (R, K).

    ``precision`` is 1 / prior_sd²; every respondent carries the same part of the prior's gradient.
    """

    data: ChoiceData
    X: Array
    classes: int
    precision: float

    def by_class(self, theta: Array) -> tuple[Array, Array]:
        """ln s_c + ln L_nc, shape (N, C), and the gradients of ln L_nc with respect to b_c, shape (N, C, K)."""
        data, K = self.data, self.X.shape[1]
        one, first = np.ones(data.tasks), data.first_task[:-1]
        values = np.empty((data.respondent_count, self.classes))
        slopes = np.empty((data.respondent_count, self.classes, K))
        for c in range(self.classes):
            b = theta[c * K : (c + 1) * K]
            log_p = logit.log_probabilities(data, self.X, b)
            values[:, c] = np.add.reduceat(log_p[data.chosen], first)
            slopes[:, c] = np.add.reduceat(logit.derivatives(data, self.X, log_p, one)[0], first, axis=0)
        odds = np.concatenate([[0.0], theta[self.classes * K :]])
        return values + odds - logsumexp(odds), slopes

    def membership(self, theta: Array) -> Array:
        """h (N, C)."""
        return softmax(self.by_class(theta)[0], axis=1)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The penalised LL and its gradient by respondent, shape (N, P), weighted."""
        values, slopes = self.by_class(theta)
        membership = softmax(values, axis=1)
        b = theta[: self.classes * self.X.shape[1]]
        odds = membership[:, 1:] - _shares(theta[None, self.classes * self.X.shape[1] :])[:, 1:]
        scores = np.concatenate([(membership[..., None] * slopes).reshape(len(values), -1), odds], axis=1)
        scores *= self.data.weight[:, None]
        scores[:, : len(b)] -= self.precision * b / len(values)
        return float(self.data.weight @ logsumexp(values, axis=1)) - self.precision * float(b @ b) / 2, scores


def _expectation_maximisation(
    data: ChoiceData, X: Array, classes: int, simple: Array, precision: float, rng: np.random.Generator
) -> tuple[float, Array]:
    """LL and θ after EM from random memberships; the part-worths of a class take one Newton step a round."""
    first, K = data.first_task[:-1], X.shape[1]
    b, h = np.tile(simple, (classes, 1)), rng.dirichlet(np.full(classes, 0.5), data.respondent_count)
    log_p = [logit.log_probabilities(data, X, own) for own in b]
    before = -np.inf
    for _ in range(ROUNDS):
        weight = data.weight[:, None] * h
        shares = np.maximum(weight.sum(axis=0), 1e-6)
        for c in range(classes):
            gradient, information = logit.derivatives(data, X, log_p[c], weight[data.respondent, c])
            ridge = max(precision, 1e-6)
            step = np.linalg.solve(information + ridge * np.eye(K), gradient.sum(axis=0) - precision * b[c])
            b[c] += step / max(1.0, float(np.abs(step).max()))
            log_p[c] = logit.log_probabilities(data, X, b[c])
        joint = np.array([np.add.reduceat(p[data.chosen], first) for p in log_p]).T + np.log(shares / shares.sum())
        value = float(data.weight @ logsumexp(joint, axis=1))
        h = softmax(joint, axis=1)
        if abs(value - before) < TINY_RISE * abs(value):
            break
        before = value
    return value, np.concatenate([b.reshape(classes * K), np.log(shares[1:] / shares[0])])


def _shares(odds: Array) -> Array:
    """Shares (D, C) from ln(s_c / s_1), shape (D, C-1)."""
    return softmax(np.concatenate([np.zeros((len(odds), 1)), odds], axis=1), axis=1)


def _sorted(theta: Array, classes: int, K: int) -> Array:
    """θ with the classes in falling order of share."""
    odds = np.concatenate([[0.0], theta[classes * K :]])
    order = np.argsort(-odds, kind="stable")
    return np.concatenate([theta[: classes * K].reshape(classes, K)[order].ravel(), odds[order][1:] - odds[order][0]])


def _result(
    data: ChoiceData,
    likelihood: ClassLikelihood,
    theta: Array,
    summit: Summit,
    starts: tuple[float, ...],
    simple: logit.LogitFit,
    scale: Array,
) -> LatentFit:
    classes, K, N = likelihood.classes, data.coefficients, data.respondent_count
    shares, b = _shares(theta[None, classes * K :])[0], theta[: classes * K]
    value, scores = likelihood(theta)
    information = curvature(likelihood, theta)
    spectrum = np.linalg.eigvalsh(information)
    if not summit.converged or np.abs(b).max() > EXTREME or shares.min() * N < 1 or spectrum[0] < 1e-7 * spectrum[-1]:
        raise _too_many(classes)
    bread, units = np.linalg.inv(information), np.concatenate([np.tile(1 / scale, classes), np.ones(classes - 1)])
    prior = likelihood.precision * np.diag(np.arange(len(theta)) < classes * K)
    meat = scores.T @ scores * (N / (N - 1)) + prior
    return LatentFit(
        names=data.names,
        shares=shares,
        coefficients=b.reshape(classes, K) / scale,
        membership=likelihood.membership(theta),
        theta=theta * units,
        covariance=bread @ meat @ bread * np.outer(units, units),
        log_likelihood=value + likelihood.precision * float(b @ b) / 2,
        null_log_likelihood=simple.null_log_likelihood,
        starts=starts,
        gap=summit.gap,
        prior_led=(np.diag(bread @ prior)[: classes * K] > 0.5).reshape(classes, K),
        respondents=data.respondents,
    )


def _refuse_few(data: ChoiceData, classes: int) -> None:
    if classes < 1:
        raise CannotEstimate("no_classes", "There must be at least one class.", "Ask for one class or more.")
    if classes * (data.coefficients + 1) - 1 >= data.respondent_count:
        raise _too_many(classes)


def _too_many(classes: int) -> CannotEstimate:
    return CannotEstimate(
        "too_many_classes",
        "The choices do not tell %(classes)d classes of people apart.",
        "Ask for fewer classes, use fewer attributes and levels, or ask more people.",
        classes=classes,
    )
