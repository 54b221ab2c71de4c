"""Mixed logit: part-worths that differ between people by a distribution, and stay the same over a person's tasks.

    L_n = ∫ Π_t P(chosen_t | b) f(b | θ) db, simulated at R points for each person        LL(θ) = Σ_n w_n ln L_n

Notation as in ``choice.mixture``. Sources: Revelt & Train 1998, Review of Economics and Statistics 80(4):647-657;
Train 2009, Discrete Choice Methods with Simulation, 2nd ed., ch. 6, 9 and 11 (conditional part-worths, eq. 11.6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.choice import logit
from trimtab.economics.choice.ascent import Summit, climb, curvature
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.identification import spread_within_tasks
from trimtab.economics.choice.mixture import Distribution, Mixture, PreferenceMixture
from trimtab.economics.choice.mixture_draws import Sequence, normal_points
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulated_likelihood import SimulatedLikelihood, blocks
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

EXPLORING = 100  # points at which several starts are compared
KINDS = 128

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MixedFit:
    """A fitted mixture.

    ``theta`` (P,) are the parameters named by ``parameter_names``: K centres, then the spread, whose signs are free and
    therefore shown positive on the diagonal. ``covariance`` (P, P): H⁻¹ (Σ_n g_n g_n') H⁻¹, which holds where a
    person's answers hang together. ``conditional`` (N, K): the mean part-worths of each respondent given the own
    choices. ``starts``: LL that each start reached. ``gap``: twice the rise of LL that a further step promised.
    """

    mixture: Mixture
    theta: Array
    covariance: Array
    log_likelihood: float
    null_log_likelihood: float
    logit_log_likelihood: float
    points: int
    sequence: str
    iterations: int
    gap: float
    starts: tuple[float, ...]
    conditional: Array
    respondents: NDArray[Any]

    @property
    def names(self) -> tuple[str, ...]:
        """The K columns."""
        return self.mixture.names

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The P parameters."""
        return self.mixture.parameter_names

    @property
    def means(self) -> Array:
        """The K centres; of the logarithm for a lognormal part-worth."""
        return self.theta[: len(self.names)]

    @property
    def standard_deviations(self) -> Array:
        """Of the normals behind the part-worths that vary, shape (Q,)."""
        return np.sqrt((self.mixture.spread.factor(self.theta[len(self.names) :]) ** 2).sum(axis=1))

    @property
    def standard_errors(self) -> Array:
        """Of the parameters, shape (P,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def bic(self) -> float:
        """Bayesian information criterion P ln N - 2 LL; the lower the better."""
        return len(self.theta) * float(np.log(len(self.respondents))) - 2 * self.log_likelihood

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """The parameters in D worlds, shape (D, P), from their asymptotic normal distribution."""
        return rng.multivariate_normal(self.theta, self.covariance, worlds, method="eigh")

    def population(self, worlds: int, rng: np.random.Generator, *, kinds: int = KINDS) -> Population:
        """M = ``kinds`` people drawn from the mixture of each world, at the same Sobol points in all worlds."""
        return population_of(self.mixture, self.draws(worlds, rng), kinds, rng)


def fit(
    data: ChoiceData,
    *,
    random: Mapping[str, Distribution],
    rng: np.random.Generator,
    correlated: bool = False,
    points: int = 500,
    sequence: Sequence = "halton",
    starts: int = 3,
    on_progress: Progress | None = None,
) -> MixedFit:
    """The mixture of highest simulated likelihood.

    ``random`` names the columns (or attributes, for all of their columns) whose part-worths differ between people, with
    ``"normal"``, ``"lognormal"`` (above 0) or ``"negative lognormal"`` (below 0, for a price). ``correlated`` lets them
    vary together. ``points`` R by person and ``sequence`` as in ``mixture_draws``. The first start is the multinomial
    logit, the others lie around it; they are compared at no more than 100 points and the best goes on.

    Raises CannotEstimate as ``logit.fit`` does, and ``column_unknown``, ``nothing_varies``, ``lognormal_wrong_sign``,
    ``too_few_respondents``, ``too_many_random_parts``, ``mixture_did_not_converge``, ``mixture_not_identified``.

    100 people answer 10 tasks of two offers; the first column is worth 1 ± 2 to them, the second -1 to all:

    >>> rng = np.random.default_rng(1)
    >>> taste, X = rng.normal([1, -1], [2, 0], (100, 1, 2)), rng.normal(size=(100, 20, 2))
    >>> utility = (X * taste).sum(axis=2) + rng.gumbel(size=(100, 20))
    >>> first = np.arange(0, 2000, 2)
    >>> chosen = first + utility.reshape(1000, 2).argmax(axis=1)
    >>> data = ChoiceData.of(X.reshape(2000, 2), [*first, 2000], chosen, np.repeat(np.arange(100), 10), ("x", "price"))
    >>> found = fit(data, random={"x": "normal"}, rng=rng, points=100, starts=1)
    >>> dict(zip(found.parameter_names, found.theta.round(1).tolist()))
    {'x': 1.0, 'price': -1.1, 'sd x': 2.3}
    """
    places = random_columns(data, random)
    mixture = PreferenceMixture(
        data.names, np.array(sorted(places)), tuple(places[k] for k in sorted(places)), correlated
    )
    simple = logit.fit(data, clustered=False)
    _refuse_wrong_signs(simple, places)
    return fit_mixture(
        data, mixture, simple, rng=rng, points=points, sequence=sequence, starts=starts,
        on_progress=on_progress,
    )  # fmt: skip


def fit_mixture(
    data: ChoiceData,
    mixture: Mixture,
    simple: logit.LogitFit,
    *,
    rng: np.random.Generator,
    points: int,
    sequence: Sequence,
    starts: int,
    on_progress: Progress | None = None,
) -> MixedFit:
    """Any mixture, begun from the multinomial logit ``simple`` of the same data; see ``fit``."""
    scale = spread_within_tasks(data)
    _refuse_few(data, mixture)
    step = (lambda done: None) if on_progress is None else (lambda done: on_progress(done, starts + 2))

    def simulated(count: int) -> SimulatedLikelihood:
        z = normal_points(data.respondent_count, len(mixture.spread.names), count, sequence, rng)
        return SimulatedLikelihood(mixture, blocks(data, data.X / scale, z), data.weight)

    begin = mixture.start(simple.coefficients * scale)
    explored = _explore(simulated, mixture, begin, min(points, EXPLORING), starts, rng, step) if starts > 1 else []
    likelihood = simulated(points)
    best = max(explored, key=lambda found: found.value).theta if explored else begin
    summit = _climb_upright(likelihood, mixture, best, lambda: step(starts))
    if not summit.converged:
        raise _not_converged(summit)
    step(starts + 1)
    covariance = robust_covariance(likelihood, summit, mixture.parameter_names)
    a, c = mixture.units(scale)
    signs = np.concatenate([np.ones(len(mixture.names)), mixture.spread.signs(summit.theta[len(mixture.names) :])])
    return MixedFit(
        mixture=mixture,
        theta=(a * summit.theta + c) * signs,
        covariance=covariance * np.outer(a * signs, a * signs),
        log_likelihood=summit.value,
        null_log_likelihood=simple.null_log_likelihood,
        logit_log_likelihood=simple.log_likelihood,
        points=points,
        sequence=sequence,
        iterations=summit.steps,
        gap=summit.gap,
        starts=tuple(found.value for found in explored) or (summit.value,),
        conditional=likelihood.conditional(summit.theta, len(mixture.names)) / scale,
        respondents=data.respondents,
    )


def population_of(mixture: Mixture, theta: Array, kinds: int, rng: np.random.Generator) -> Population:
    """People drawn from a mixture in D worlds with the parameters ``theta`` (D, P); M = ``kinds``, equal shares."""
    z = normal_points(1, len(mixture.spread.names), kinds, "sobol", rng)
    partworths = np.empty((len(theta), kinds, len(mixture.names)), dtype=np.float32)
    varying = np.empty((1, len(mixture.varying), kinds))
    for world, parameters in enumerate(theta):
        mixture.realise(parameters, z, varying)
        partworths[world][:, mixture.varying] = varying[0].T
        partworths[world][:, mixture.fixed] = mixture.constant(parameters)
    return Population(partworths, np.ones(kinds), mixture.names)


def random_columns(data: ChoiceData, random: Mapping[str, Distribution]) -> dict[int, Distribution]:
    """The places of the columns that ``random`` names, each with its distribution."""
    places: dict[int, Distribution] = {}
    for name, distribution in random.items():
        found = [k for k, column in enumerate(data.names) if column == name or column.startswith(f"{name}: ")]
        if not found:
            raise CannotEstimate(
                "column_unknown",
                "“%(field)s” is not one of the columns: %(columns)s.",
                "Name an attribute or a column of the study.",
                field=name,
                columns=", ".join(data.names),
            )
        places |= dict.fromkeys(found, distribution)
    if not places:
        raise CannotEstimate(
            "nothing_varies",
            "No part-worth is to differ between people.",
            "Name at least one, or use the multinomial logit.",
        )
    return places


def robust_covariance(likelihood: SimulatedLikelihood, summit: Summit, names: tuple[str, ...]) -> Array:
    """H⁻¹ (Σ_n g_n g_n') H⁻¹ N / (N - 1), shape (P, P), with H by central differences of the gradient."""
    information = curvature(likelihood, summit.theta)
    values, vectors = np.linalg.eigh(information)
    if values[0] <= 1e-9 * values[-1]:
        raise CannotEstimate(
            "mixture_not_identified",
            "The choices do not tell these apart: %(fields)s.",
            "Let fewer part-worths differ between people, drop correlations, or ask more tasks a person.",
            fields=", ".join(names[p] for p in np.flatnonzero(np.abs(vectors[:, 0]) > 0.3)),
        )
    bread, N = np.linalg.inv(information), len(summit.scores)
    return bread @ (summit.scores.T @ summit.scores) @ bread * (N / (N - 1))


def _explore(
    simulated: Callable[[int], SimulatedLikelihood],
    mixture: Mixture,
    begin: Array,
    points: int,
    starts: int,
    rng: np.random.Generator,
    step: Callable[[int], None],
) -> list[Summit]:
    likelihood, K = simulated(points), len(mixture.names)
    found = []
    for start in range(starts):
        theta = begin.copy()
        if start:
            theta[:K] += rng.normal(0, 0.5 * np.maximum(1.0, np.abs(begin[:K])))
            theta[K:] *= rng.uniform(0.3, 1.5, len(theta) - K)
        found.append(_climb_upright(likelihood, mixture, theta, lambda done=start: step(done), gap=1e-3))  # type: ignore[misc]
    return found


def _climb_upright(
    likelihood: SimulatedLikelihood, mixture: Mixture, theta: Array, on_step: Callable[[], None], gap: float = 1e-6
) -> Summit:
    """Climb with standard deviations above 0: their signs mean nothing, but at few points each sign is a hill apart."""
    K, steps = len(mixture.names), 0
    for _ in range(3):
        summit = climb(likelihood, theta, gap=gap, on_step=on_step)
        steps += summit.steps
        signs = mixture.spread.signs(summit.theta[K:])
        if (signs > 0).all():
            break
        theta = np.concatenate([summit.theta[:K], summit.theta[K:] * signs])
    return Summit(summit.theta, summit.value, summit.scores, summit.gap, steps, summit.converged)


def _refuse_wrong_signs(simple: logit.LogitFit, places: Mapping[int, Distribution]) -> None:
    wanted = {"lognormal": 1.0, "negative lognormal": -1.0}
    for k, distribution in places.items():
        z = simple.coefficients[k] / simple.plain_standard_errors[k]
        if distribution in wanted and z * wanted[distribution] < -2:
            raise CannotEstimate(
                "lognormal_wrong_sign",
                "“%(field)s” cannot be %(distribution)s: on average its part-worth has the other sign.",
                "Choose normal, or the lognormal of the other sign.",
                field=simple.names[k],
                distribution=distribution,
            )


def _refuse_few(data: ChoiceData, mixture: Mixture) -> None:
    if data.respondent_count <= len(mixture.parameter_names):
        raise CannotEstimate(
            "too_few_respondents",
            "%(respondents)d people answered, but there are %(columns)d parameters to estimate.",
            "Ask more people than there are parameters, or let fewer part-worths differ.",
            respondents=data.respondent_count,
            columns=len(mixture.parameter_names),
        )


def _not_converged(summit: Summit) -> CannotEstimate:
    return CannotEstimate(
        "mixture_did_not_converge",
        "The likelihood was still rising after %(steps)d steps.",
        "Let fewer part-worths differ between people, or ask more tasks a person.",
        steps=summit.steps,
    )
