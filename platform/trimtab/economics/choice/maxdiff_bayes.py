"""Hierarchical Bayes of best-worst tasks: utilities of the items for every respondent.

The likelihood is that of ``sequential_logit``, the hierarchy that of ``hierarchical_bayes``. The prior treats all items
alike: the covariance of I independent utilities taken from their mean, V = 2 (1 - 1/I) on the diagonal and -2 / I
off it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice import hierarchical_bayes
from trimtab.economics.choice.maxdiff import MaxDiffData
from trimtab.economics.choice.partworth_sampler import NormalWishart
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.sequential_logit import effects, exploded
from trimtab.economics.draws import Array


@dataclass(frozen=True)
class MaxDiffBayes:
    """The items and ``bayes``, the draws of the coefficients of all items but the last (effects coded)."""

    items: tuple[str, ...]
    bayes: hierarchical_bayes.BayesFit

    @property
    def mean(self) -> Array:
        """The population's mean utilities in each world, shape (D, I); each row sums to 0."""
        return self.bayes.mean @ effects(len(self.items)).T

    @property
    def standard_deviation(self) -> Array:
        """How much people differ about each item in each world, shape (D, I)."""
        codes = effects(len(self.items))
        return np.sqrt(np.einsum("ik,dkl,il->di", codes, self.bayes.covariance, codes, optimize=True))

    @property
    def individual(self) -> Array:
        """The posterior mean utilities of each respondent, shape (N, I); each row sums to 0."""
        return self.bayes.individual @ effects(len(self.items)).T

    @property
    def individual_points(self) -> Array:
        """100 exp(u_i) / sum exp(u_k) of each respondent, the mean over worlds: shape (N, I), each row sums to 100."""
        total = np.zeros((len(self.bayes.weight), len(self.items)))
        codes = effects(len(self.items)).T.astype(np.float32)
        for world in self.bayes.partworths:
            utility = world @ codes
            weight = np.exp(utility - utility.max(axis=1, keepdims=True))
            total += weight / weight.sum(axis=1, keepdims=True)
        return 100 * total / self.bayes.worlds

    def population(self, worlds: int, rng: np.random.Generator) -> Population:
        """The respondents as kinds of people, M = N; see ``BayesFit.population``."""
        found = self.bayes.population(worlds, rng)
        codes = effects(len(self.items)).astype(found.partworths.dtype)
        return Population(found.partworths @ codes.T, found.shares, self.items)


def fit(
    data: MaxDiffData,
    *,
    rng: np.random.Generator,
    iterations: int = 3000,
    burn: int = 1000,
    chains: int = 4,
    thin: int = 6,
    on_progress: Callable[[int, int], None] | None = None,
) -> MaxDiffBayes:
    """Draw from the posterior; settings, progress and refusals as in ``hierarchical_bayes.fit``."""
    bayes = hierarchical_bayes.fit(
        exploded(data),
        rng=rng,
        iterations=iterations,
        burn=burn,
        chains=chains,
        thin=thin,
        prior=exchangeable_prior(len(data.items)),
        on_progress=on_progress,
    )
    return MaxDiffBayes(data.items, bayes)


def exchangeable_prior(items: int) -> NormalWishart:
    """The prior of the I - 1 coefficients under which no item differs from another."""
    columns = items - 1
    degrees = columns + hierarchical_bayes.EXTRA_DEGREES
    scale = (hierarchical_bayes.EXTRA_DEGREES - 1) * (np.eye(columns) - 1 / items)
    return NormalWishart(degrees, scale, np.zeros(columns), hierarchical_bayes.MEAN_WEIGHT)
