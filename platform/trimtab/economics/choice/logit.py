"""Multinomial logit: one set of part-worths for everybody.

    P(j | t) = exp(x_tj' b) / Σ_i exp(x_ti' b)        LL(b) = Σ_t w_n(t) ln P(chosen_t | t)

Notation as in ``choice.data``: N respondents, T tasks, R rows, K columns, D worlds.

Sources: McFadden 1974, Conditional logit analysis of qualitative choice behavior; Train 2009, Discrete Choice Methods
with Simulation, 2nd ed., ch. 3; Cameron & Miller 2015, A practitioner's guide to cluster-robust inference, Journal of
Human Resources 50(2):317-372, eq. 11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.identification import refuse_separation, spread_within_tasks, task_sums
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

STEPS = 60
SUSPICIOUS = 6.0  # a part-worth this large, per standard deviation of its column, is checked for separation


@dataclass(frozen=True)
class LogitFit:
    """A fitted multinomial logit.

    ``coefficients`` (K,): utility for one unit of each column. ``covariance`` (K, K): robust to the correlation of one
    respondent's answers where ``clustered``, else as ``plain_covariance``, which takes every task as independent.
    """

    names: tuple[str, ...]
    coefficients: Array
    covariance: Array
    plain_covariance: Array
    log_likelihood: float
    null_log_likelihood: float
    iterations: int
    tasks: int
    respondents: int
    clustered: bool

    @property
    def standard_errors(self) -> Array:
        """Of the coefficients, shape (K,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def plain_standard_errors(self) -> Array:
        """The same as if every task came from another person, shape (K,)."""
        return np.sqrt(np.diag(self.plain_covariance))

    @property
    def bic(self) -> float:
        """Bayesian information criterion K ln N - 2 LL; the lower the better. People, not tasks, are independent."""
        return len(self.coefficients) * float(np.log(self.respondents)) - 2 * self.log_likelihood

    @property
    def explained(self) -> float:
        """McFadden's 1 - LL / LL(0), 0..1."""
        return 1.0 - self.log_likelihood / self.null_log_likelihood

    def draws(self, worlds: int, rng: np.random.Generator) -> Array:
        """The coefficients in D worlds, shape (D, K), from their asymptotic normal distribution."""
        return rng.multivariate_normal(self.coefficients, self.covariance, worlds, method="eigh")

    def population(self, worlds: int, rng: np.random.Generator) -> Population:
        """Everybody alike in each world: M = 1."""
        return Population(self.draws(worlds, rng)[:, None, :], np.ones(1), self.names)


def fit(data: ChoiceData, *, clustered: bool = True) -> LogitFit:
    """The coefficients of highest likelihood, by Newton steps with the analytic gradient and Hessian.

    Columns are brought to the same spread inside, so that units do not matter. With ``clustered`` the covariance is
    H⁻¹ (Σ_n g_n g_n') H⁻¹ N / (N - 1), with g_n the gradient of respondent n.

    Raises CannotEstimate: ``attribute_does_not_vary``, ``columns_collinear``, ``choices_separated``,
    ``one_respondent``, ``too_few_respondents``, ``logit_did_not_converge``.

    >>> yes, no = [[1], [0]], [[0], [1]]
    >>> data = ChoiceData.of(yes * 3 + no, [0, 2, 4, 6, 8], [0, 2, 4, 6], [0, 1, 2, 3], ("x",))
    >>> fit(data).coefficients.round(4).tolist()
    [1.0986]
    """
    if clustered:
        _refuse_few(data)
    scale = spread_within_tasks(data)
    X, weight = data.X / scale, data.task_weight
    scaled, steps = maximise(data, X, np.zeros(data.coefficients), weight)
    value, scores, information = likelihood(data, X, scaled, weight)
    if steps == STEPS or np.abs(scaled).max() > SUSPICIOUS or np.linalg.eigvalsh(information)[0] < 1e-4 * data.tasks:
        refuse_separation(data, scale)
    if steps == STEPS:
        raise CannotEstimate(
            "logit_did_not_converge",
            "The likelihood was still rising after %(steps)d steps.",
            "Look for attributes that almost follow from one another.",
            steps=STEPS,
        )
    plain = np.linalg.inv(information)
    robust = plain @ between_respondents(data, scores) @ plain if clustered else plain
    return LogitFit(
        names=data.names,
        coefficients=scaled / scale,
        covariance=robust / np.outer(scale, scale),
        plain_covariance=plain / np.outer(scale, scale),
        log_likelihood=value,
        null_log_likelihood=-float(weight @ np.log(data.alternatives_per_task)),
        iterations=steps,
        tasks=data.tasks,
        respondents=data.respondent_count,
        clustered=clustered,
    )


def log_probabilities(data: ChoiceData, X: Array, b: Array) -> Array:
    """ln P of every row, shape (R,), under the coefficients b (K,); X (R, K) are the columns of ``data``, or scaled."""
    utility = X @ b
    if data.is_rectangular:
        square = utility.reshape(data.tasks, -1)
        square = square - square.max(axis=1, keepdims=True)
        return (square - np.log(np.exp(square).sum(axis=1, keepdims=True))).reshape(-1)
    sizes, first = data.alternatives_per_task, data.start[:-1]
    utility = utility - np.repeat(np.maximum.reduceat(utility, first), sizes)
    return utility - np.repeat(np.log(np.add.reduceat(np.exp(utility), first)), sizes)


def likelihood(data: ChoiceData, X: Array, b: Array, weight: Array) -> tuple[float, Array, Array]:
    """LL, its gradient by task (T, K) and its negated Hessian (K, K), at the coefficients b (K,).

    With p the probabilities and m_t = Σ_j p_tj x_tj: gradient_t = w_t (x_chosen - m_t), negated Hessian
    Σ_t w_t (Σ_j p_tj x_tj x_tj' - m_t m_t'). ``weight`` has shape (T,).
    """
    log_p = log_probabilities(data, X, b)
    return float(weight @ log_p[data.chosen]), *derivatives(data, X, log_p, weight)


def derivatives(data: ChoiceData, X: Array, log_p: Array, weight: Array) -> tuple[Array, Array]:
    """The gradient of LL by task (T, K) and its negated Hessian (K, K), given ln P of every row, ``log_p`` (R,)."""
    by_row = np.exp(log_p) * np.repeat(weight, data.alternatives_per_task)
    weighted = by_row[:, None] * X
    sums = task_sums(data, weighted)
    means = sums / np.maximum(weight, 1e-300)[:, None]
    return weight[:, None] * X[data.chosen] - sums, weighted.T @ X - sums.T @ means


def maximise(data: ChoiceData, X: Array, start: Array, weight: Array, steps: int = STEPS) -> tuple[Array, int]:
    """The coefficients (K,) of highest likelihood and the Newton steps taken; ``steps`` of them mean no convergence.

    The likelihood is concave, so that a step that is halved until LL rises always leads up.
    """
    b = start
    value, scores, information = likelihood(data, X, b, weight)
    for step in range(steps):
        gradient = scores.sum(axis=0)
        move = np.linalg.lstsq(information, gradient, rcond=1e-14)[0]
        if gradient @ move < 1e-12 * (1.0 + abs(value)):
            return b + move, step
        length = 1.0
        while True:
            candidate = likelihood(data, X, b + length * move, weight)
            if candidate[0] >= value or length < 1e-6:
                break
            length /= 2
        b, (value, scores, information) = b + length * move, candidate
    return b, steps


def between_respondents(data: ChoiceData, scores: Array) -> Array:
    """N / (N - 1) Σ_n g_n g_n' from gradients by task, (T, P), added up within each respondent; shape (P, P)."""
    by_respondent = np.add.reduceat(scores, data.first_task[:-1], axis=0)
    N = data.respondent_count
    return by_respondent.T @ by_respondent * (N / (N - 1))


def _refuse_few(data: ChoiceData) -> None:
    if data.respondent_count == 1:
        raise CannotEstimate(
            "one_respondent",
            "All choices come from one person, so that nothing says how people differ.",
            "Ask more people; for this person alone, fit without clustering.",
        )
    if data.respondent_count <= data.coefficients:
        raise CannotEstimate(
            "too_few_respondents",
            "%(respondents)d people answered, but there are %(columns)d part-worths to estimate.",
            "Ask more people than there are part-worths, or use fewer attributes and levels.",
            respondents=data.respondent_count,
            columns=data.coefficients,
        )
