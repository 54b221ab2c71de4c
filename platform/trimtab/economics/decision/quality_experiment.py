"""An elasticity from an experiment with two arms, and how many requests a crowd of loyal customers really is.

Requests went to one of two models by chance. Arm j has a cause x_j (its test errors, or its latency) and a share u_j of
requests that failed (unresolved, or with a thumb down):

    u_2 / u_1 = (x_2 / x_1)^eps,    failed_j ~ Binomial(asked_j, u_j),    eps ~ the prior

The prior is what shrinks an exciting result: an experiment that was looked at because it came out large counts for no
more than its size allows (winner's curse).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.decision.quality import ElasticityPrior
from trimtab.economics.decision.quality_elasticity import FittedElasticity
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import dense_index
from trimtab.economics.shapes import shaped

FEWEST_ASKED = 30
PROPOSALS = 200_000
MOST_PROPOSALS = 3_200_000
EFFECTIVE = 400


@dataclass(frozen=True)
class Arm:
    """``failed`` of ``asked`` requests, both at least 0; parts of a request where customers ask more than once."""

    failed: float
    asked: float


def elasticity_of_arms(
    first: Arm,
    second: Arm,
    log_ratio: ArrayLike,
    *,
    prior: ElasticityPrior,
    worlds: int,
    rng: np.random.Generator,
) -> FittedElasticity:
    """The elasticity from two arms; ``log_ratio`` (W,) draws of ln(x_2 / x_1), from the tests or the latencies.

    Importance sampling: eps, the ratio and u_1 are drawn from the prior, the tests and Beta(failed + 1/2, rest + 1/2),
    and weighed by the likelihood of the second arm. Raises CannotEstimate: ``arm_too_small`` under 30 requests,
    ``arms_too_alike`` where 80 % of the draws do not agree on the sign of the ratio, ``experiment_contradicts`` where
    no draw of the prior is possible under the data.

    Source: van Zwet & Cator (2021), Statistica Neerlandica 75(4):437-452, on shrinking what was found significant.
    """
    ratio = shaped("log ratios", log_ratio, (None,))
    _require_arms(first, second, ratio)
    count = PROPOSALS
    while True:
        slope, level, weight = _weighed(first, second, ratio, prior, count, rng)
        if weight.sum() == 0:
            raise CannotEstimate(
                "experiment_contradicts",
                "The two arms cannot have come out like this under any positive elasticity.",
                "Check which model is which, and that requests were assigned by chance.",
            )
        if weight.sum() ** 2 / (weight**2).sum() >= EFFECTIVE or count >= MOST_PROPOSALS:
            break
        count *= 4
    chosen = rng.choice(slope.size, size=worlds, p=weight / weight.sum())
    return FittedElasticity(slope[chosen], level[chosen], np.zeros(worlds), 0.0, prior, "tested")


def _require_arms(first: Arm, second: Arm, ratio: Array) -> None:
    smallest = min(first.asked, second.asked)
    if smallest < FEWEST_ASKED:
        raise CannotEstimate(
            "arm_too_small",
            "An arm of the experiment has %(asked)d requests; %(least)d are needed.",
            "Let the experiment run on.",
            asked=int(smallest),
            least=FEWEST_ASKED,
        )
    _middle, low, high = interval(ratio)
    if low <= 0 <= high:
        raise CannotEstimate(
            "arms_too_alike",
            "The two arms differ too little to tell what the difference does.",
            "Test both on more texts, or choose arms that lie further apart.",
        )


def _weighed(
    first: Arm, second: Arm, ratio: Array, prior: ElasticityPrior, count: int, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    slope = prior.draw(rng, count)
    share = rng.beta(first.failed + 0.5, first.asked - first.failed + 0.5, count)
    logs = np.log(np.maximum(share, 1e-12)) + slope * ratio[rng.integers(0, ratio.size, count)]
    possible = logs < 0
    bounded = np.where(possible, logs, -1.0)
    likelihood = second.failed * bounded + (second.asked - second.failed) * np.log(-np.expm1(bounded))
    likelihood = np.where(possible, likelihood, -np.inf)
    best = likelihood.max()
    weight = np.exp(likelihood - best) if np.isfinite(best) else np.zeros(count)
    return slope, np.log(share), weight


def design_effect(failed: ArrayLike, customers: ArrayLike) -> float:
    """By how much the variance of a share is larger because a customer's requests are alike, at least 1.

    ``failed`` (N,) 0 or 1, ``customers`` (N,) labels. deff = sum_c (sum_i (y_i - p))^2 / (N p (1 - p)); counts are
    divided by it before they enter a likelihood. 1 where every request is a customer of its own, or all ended alike.

    Source: Kish (1965), Survey Sampling, section 8.2, with the variance between clusters as observed.
    """
    values = np.asarray(failed, dtype=float)
    place = dense_index(customers, values.size)
    share = values.mean() if values.size else 0.0
    if share in (0.0, 1.0):
        return 1.0
    sums = np.bincount(place, weights=values - share)
    clusters = sums.size
    correction = clusters / max(clusters - 1, 1)
    return max(1.0, float(correction * (sums**2).sum() / (values.size * share * (1 - share))))
