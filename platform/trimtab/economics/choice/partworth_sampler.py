"""The engine of hierarchical Bayes: several chains over all respondents at once, in whole arrays.

Notation: N respondents, C chains, K columns, U tasks (the most that one respondent answered), J alternatives (the most
in one task), Q = (J - 1) U rival rows. Part-worths beta_n of respondent n have the prior N(mu, Sigma), mu and Sigma a
normal-inverse-Wishart one. One sweep of a chain draws Sigma and mu given all part-worths (exactly), then moves the
part-worths of every respondent by a Langevin step: a Metropolis proposal that follows the gradient, with a metric and
a step of its own for every respondent, tuned in the burn-in and frozen after it.

Why differences: with z_j = x_j - x_chosen the likelihood of a task is 1 / (1 + sum_j exp(z_j beta)) over its rivals, so
the chosen row costs nothing and no maximum has to be taken out. Why single precision: a respondent's log-likelihood is
a sum of a few dozen terms, so its error of about 1e-6 is nothing beside an acceptance probability.

Sources: Rossi, Allenby & McCulloch 2005, Bayesian Statistics and Marketing, ch. 5 (the hierarchy and its Gibbs step);
Roberts & Rosenthal 1998, JRSS B 60(1):255-268 (Langevin proposals, optimal acceptance .574), written as one leapfrog
step of Neal 2011, MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo, eq. 5.18-5.20 and 5.5.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.draws import Array

Single = NDArray[np.float32]
# exp(80) is within single precision even when summed; a choice that improbable is improbable enough.
HIGHEST = np.float32(80.0)
TARGET_ACCEPTANCE = 0.6
# At these shares of the burn-in the metric is made anew from what the chains have seen since the last time.
METRIC_AT = (0.03, 0.08, 0.2, 0.4, 0.65)


@dataclass(frozen=True)
class Rivals:
    """What each respondent turned down.

    ``difference`` (N, Q, K) is the rival minus the chosen alternative, rows ordered by rival and then by task.
    ``present`` (N, Q) is 0 where a respondent has fewer tasks, or a task fewer alternatives, than the most; None where
    nothing is missing. ``tasks`` is U.
    """

    difference: Single
    present: Single | None
    tasks: int

    @classmethod
    def of(cls, data: ChoiceData, unit: Array) -> Rivals:
        """The rivals of all tasks, with columns divided by ``unit`` (K,)."""
        task = data.task_of_row
        place = np.arange(len(data.X)) - data.start[task]
        rival = place != data.picks[task]
        rows, task, place = np.flatnonzero(rival), task[rival], place[rival]
        number = place - (place > data.picks[task])
        person = data.respondent[task]
        within = task - data.first_task[person]
        tasks, rivals = int(within.max()) + 1, int(number.max()) + 1
        shape = (data.respondent_count, rivals * tasks)
        difference, present = np.zeros((*shape, data.coefficients), np.float32), np.zeros(shape, np.float32)
        slot = number * tasks + within
        difference[person, slot] = (data.X[rows] - data.X[data.chosen[task]]) / unit
        present[person, slot] = 1
        return cls(difference, None if present.all() else present, tasks)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(N, Q, K)."""
        return self.difference.shape  # type: ignore[return-value]

    def information(self, beta: Array) -> Array:
        """Each respondent's Fisher information about the part-worths at ``beta`` (N, K): shape (N, K, K).

        The sum over tasks of Z' (diag(p) - p p') Z, p the choice probabilities of the rivals.
        """
        z = self.difference
        weight = np.exp(np.minimum(z @ beta.astype(np.float32)[:, :, None], HIGHEST))[:, :, 0]
        if self.present is not None:
            weight *= self.present
        by_task = weight.reshape(len(z), -1, self.tasks)
        chance = by_task / (1 + by_task.sum(axis=1, keepdims=True))
        flat = chance.reshape(weight.shape)
        mean = np.einsum("nju,njuk->nuk", chance, z.reshape(*chance.shape, -1), optimize=True)
        return ((z * flat[:, :, None]).transpose(0, 2, 1) @ z - mean.transpose(0, 2, 1) @ mean).astype(float)


@dataclass(frozen=True)
class NormalWishart:
    """Prior of the population: Sigma ~ inverse Wishart(degrees, scale) and mu | Sigma ~ N(mean, Sigma / weight).

    ``scale`` (K, K), ``mean`` (K,); ``weight`` counts as so many respondents at ``mean``.
    """

    degrees: float
    scale: Array
    mean: Array
    weight: float

    def draw(self, beta: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """One exact draw of mu (C, K), Sigma (C, K, K) and its inverse, given part-worths (C, N, K), for each chain.

        The posterior is of the same family (Rossi, Allenby & McCulloch 2005, section 2.8.5), drawn by Bartlett's
        decomposition of a Wishart matrix.
        """
        chains, people, columns = beta.shape
        centre = beta.mean(axis=1)
        off, away = beta - centre[:, None], centre - self.mean
        shrunk = people * self.weight / (people + self.weight)
        spread = self.scale + off.transpose(0, 2, 1) @ off + shrunk * away[:, :, None] * away[:, None, :]
        lower = np.linalg.cholesky(spread)
        bartlett = np.tril(rng.standard_normal((chains, columns, columns)), -1)
        diagonal = np.arange(columns)
        bartlett[:, diagonal, diagonal] = np.sqrt(rng.chisquare(self.degrees + people - diagonal, (chains, columns)))
        inverse_root = np.linalg.solve(lower.transpose(0, 2, 1), bartlett)
        root = np.linalg.inv(inverse_root).transpose(0, 2, 1)
        middle = (people * centre + self.weight * self.mean) / (people + self.weight)
        noise = rng.standard_normal((chains, columns, 1)) / np.sqrt(people + self.weight)
        mean = middle + (root @ noise)[:, :, 0]
        return mean, root @ root.transpose(0, 2, 1), inverse_root @ inverse_root.transpose(0, 2, 1)


class Chains:
    """C chains that share their arrays; ``run`` moves them on. All randomness comes from ``rng``.

    During the first ``burn`` sweeps step sizes and metrics are tuned, one of each for every respondent; after that they
    stay, so that what is kept comes from one fixed transition. ``start`` (N, C, K).
    """

    def __init__(
        self, rivals: Rivals, prior: NormalWishart, start: Array, *, burn: int, rng: np.random.Generator
    ) -> None:
        self.rivals, self.prior, self.rng, self.burn = rivals, prior, rng, burn
        people, rows, columns = rivals.shape
        chains = start.shape[1]
        self.beta = np.ascontiguousarray(start, dtype=np.float32)
        self.sweeps = 0
        self.step = np.full((people, 1, 1), 0.5, np.float32)
        self.accepted, self.moves = np.zeros(people), 0
        self._odds = np.empty((people, rows, chains), np.float32)
        self._total = np.empty((people, rivals.tasks * chains), np.float32)
        self._noise, self._pull, self._move = (np.empty_like(self.beta) for _ in range(3))
        self._slope, self._new_slope = np.empty_like(self.beta), np.empty_like(self.beta)
        self._seen, self._seen_sweeps = np.zeros((people, columns)), 0
        self._metric_at = {max(1, int(share * burn)) for share in METRIC_AT}
        self.fit = self._likelihood(self.beta, self._slope)
        self._draw_population()
        self._renew_metric(self.beta.mean(axis=1, dtype=float))

    def run(self, sweeps: int) -> Chains:
        """Make ``sweeps`` sweeps."""
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(sweeps):
                self._draw_population()
                chance = self._move_partworths()
                self.sweeps += 1
                if self.sweeps <= self.burn:
                    self._tune(chance)
                else:
                    self.accepted += chance.mean(axis=1)
                    self.moves += 1
        return self

    @property
    def log_likelihood(self) -> Array:
        """Of all choices under each chain's part-worths, shape (C,)."""
        return self.fit.sum(axis=0, dtype=float)

    def _draw_population(self) -> None:
        beta = self.beta.transpose(1, 0, 2).astype(float)
        self.mean, self.covariance, self.precision = self.prior.draw(beta, self.rng)
        self._mean, self._precision = self.mean.astype(np.float32), self.precision.astype(np.float32)

    def _likelihood(self, beta: Single, slope: Single) -> Single:
        """Log-likelihood of each respondent's choices, (N, C); its gradient is written into ``slope`` (N, C, K)."""
        people, chains, _columns = beta.shape
        z, odds, total = self.rivals.difference, self._odds, self._total
        np.matmul(z, beta.transpose(0, 2, 1), out=odds)
        np.minimum(odds, HIGHEST, out=odds)
        np.exp(odds, out=odds)
        if self.rivals.present is not None:
            odds *= self.rivals.present[:, :, None]
        by_rival = odds.reshape(people, -1, self.rivals.tasks * chains)
        np.add.reduce(by_rival, axis=1, out=total)
        total += 1
        by_rival /= total[:, None, :]
        np.matmul(odds.transpose(0, 2, 1), z, out=slope)
        np.negative(slope, out=slope)
        np.log(total, out=total)
        return -total.reshape(people, self.rivals.tasks, chains).sum(axis=1)

    def _prior_pull(self, beta: Single, slope: Single) -> Single:
        """Minus log prior of each respondent, (N, C); ``_pull`` gets the whitened gradient of the posterior."""
        away = beta - self._mean
        np.matmul(away.transpose(1, 0, 2), self._precision, out=self._move.transpose(1, 0, 2))
        np.matmul(slope - self._move, self._metric, out=self._pull)
        return 0.5 * np.einsum("nck,nck->nc", away, self._move)

    def _move_partworths(self) -> Single:
        """One Langevin move of every respondent in every chain; the chance of acceptance of each, (N, C)."""
        noise, step, half = self._noise, self.step, self.step / 2
        self.rng.standard_normal(dtype=np.float32, out=noise)
        energy = self._prior_pull(self.beta, self._slope) - self.fit + _kinetic(noise)
        noise += half * self._pull
        np.matmul(noise, self._metric.transpose(0, 2, 1), out=self._move)
        self._move *= step
        beta = self.beta + self._move
        fit = self._likelihood(beta, self._new_slope)
        energy += fit - self._prior_pull(beta, self._new_slope)
        noise += half * self._pull
        energy -= _kinetic(noise)
        chance = np.nan_to_num(np.exp(np.minimum(energy, 0)), nan=0.0)
        taken = self.rng.random(chance.shape, dtype=np.float32) < chance
        np.copyto(self.fit, fit, where=taken)
        np.copyto(self.beta, beta, where=taken[:, :, None])
        np.copyto(self._slope, self._new_slope, where=taken[:, :, None])
        return chance

    def _tune(self, chance: Single) -> None:
        gain = 1.0 / np.sqrt(10 + self.sweeps)
        self.step *= np.exp(2 * gain * (chance.mean(axis=1) - TARGET_ACCEPTANCE)).astype(np.float32)[:, None, None]
        self._seen += self.beta.sum(axis=1)
        self._seen_sweeps += self.beta.shape[1]
        if self.sweeps in self._metric_at:
            self._renew_metric(self._seen / self._seen_sweeps)
            self._seen[:], self._seen_sweeps = 0, 0

    def _renew_metric(self, beta: Array) -> None:
        """L_n with L_n L_n' = (information of n at ``beta`` + Sigma^-1)^-1, about the posterior covariance of n."""
        curvature = self.rivals.information(beta) + self.precision.mean(axis=0)
        self._metric = np.ascontiguousarray(
            np.linalg.inv(np.linalg.cholesky(curvature)).transpose(0, 2, 1).astype(np.float32)
        )


def _kinetic(noise: Single) -> Single:
    return 0.5 * np.einsum("nck,nck->nc", noise, noise)
