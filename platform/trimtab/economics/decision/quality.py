"""Quality: what a model's measured errors, latency and cost mean for F, I and the cost of serving a customer.

Symbols: D worlds, L classes. Today is marked 0, a candidate c. Every function works world by world, so a candidate
that equals today gives today's numbers exactly, not nearly.

The elasticities are ASSUMED: no public experiment pins them. They are lognormal priors whose medians are stated and
can be changed; an experiment that moves quality and watches satisfaction would replace them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

GRADE = "assumed"
SHORTFALL_FLOOR = 1e-3
SHORTEST_LATENCY_MS = 1e-6
REQUESTS_PER_PRICE = 1000.0


@dataclass(frozen=True)
class ElasticityPrior:
    """A positive elasticity that nobody has measured: lognormal, ln eps ~ Normal(ln median, log_sd)."""

    median: float
    log_sd: float
    grade: str = GRADE

    def draw(self, rng: np.random.Generator, worlds: int) -> Array:
        """``worlds`` draws, shape (D,), each above 0. Raises CannotEstimate for a median that is not above 0."""
        if not (self.median > 0 and self.log_sd >= 0):
            raise CannotEstimate(
                "elasticity_not_positive",
                "An elasticity of %(median)s with spread %(log_sd)s is not positive.",
                "State a median above 0 and a spread of at least 0.",
                median=self.median,
                log_sd=self.log_sd,
            )
        return self.median * np.exp(self.log_sd * rng.standard_normal(worlds))


# Median 1: halving the test errors halves what the product gets wrong for its users. Log sd .5: 80 % of .53 to 1.9.
QUALITY_ELASTICITY = ElasticityPrior(median=1.0, log_sd=0.5)
# Median .3: doubling the latency makes the shortfall in experience 23 % larger. Log sd .5: 80 % of .16 to .57.
LATENCY_ELASTICITY = ElasticityPrior(median=0.3, log_sd=0.5)


@dataclass(frozen=True)
class Measured:
    """A model as it was measured on the held-out test, in draws of shape (D,) that share their worlds."""

    success: Array
    latency_ms: Array
    cost_per_1000: Array


@dataclass(frozen=True)
class Experience:
    """What customers get from a model: F and I in 0..1 and the serving cost of a customer for a month, each (D,)."""

    functional: Array
    interaction: Array
    serving_cost_per_month: Array


def weighted_success(recall: Array, frequency: Array, error_cost: Array | None = None) -> Array:
    """Success where classes matter unequally: q = 1 - sum_l w_l (1 - recall_l), w_l = f_l k_l / sum_m f_m k_m.

    ``recall`` (D, L) in 0..1; ``frequency`` f (L,) at least 0, of the classes in real use; ``error_cost`` k (L,) at
    least 0, what one error in the class costs, in any unit (None = all alike). Returns q (D,) in 0..1; with equal
    costs it is the accuracy expected at those frequencies. Raises CannotEstimate when all weights are zero.
    """
    recall = shaped("recalls", recall, (None, None), low=0, high=1)
    classes = recall.shape[1]
    weights = shaped("class frequencies", frequency, (classes,), low=0)
    if error_cost is not None:
        weights = weights * shaped("error costs", error_cost, (classes,), low=0)
    total = weights.sum()
    if total <= 0:
        raise CannotEstimate(
            "no_class_matters", "All classes have a weight of zero.", "Give one class a frequency and a cost above 0."
        )
    return recall @ (weights / total)


def functional_performance(
    functional_today: Array,
    success_today: Array,
    success: Array,
    elasticity: Array,
    shortfall_floor: float = SHORTFALL_FLOOR,
) -> Array:
    """Test quality to functional performance: F_c = 1 - (1 - F_0) ((1 - q_c) / (1 - q_0))^eps, clipped to 0..1.

    ``functional_today`` F_0, ``success_today`` q_0, ``success`` q_c and ``elasticity`` eps all (D,), the first three
    in 0..1. The shortfall 1 - q is not let under ``shortfall_floor``: a test cannot show that a model never errs,
    and a ratio to nothing says nothing. Returns F_c (D,), F_0 itself where q_c = q_0, rising in q_c.
    """
    start = shaped("functional performances today", functional_today, (None,), low=0, high=1)
    before = shaped("test qualities today", success_today, start.shape, low=0, high=1)
    after = shaped("test qualities of the candidate", success, start.shape, low=0, high=1)
    power = shaped("quality elasticities", elasticity, start.shape, low=0)
    ratio = np.maximum(1 - after, shortfall_floor) / np.maximum(1 - before, shortfall_floor)
    return _shrink_shortfall(start, ratio, power)


def interaction_experience(
    interaction_today: Array, latency_today_ms: Array, latency_ms: Array, elasticity: Array
) -> Array:
    """Latency to interaction experience: I_c = 1 - (1 - I_0) (latency_c / latency_0)^eps, clipped to 0..1.

    ``interaction_today`` I_0 (D,) in 0..1; latencies (D,) in ms, above 0; ``elasticity`` eps (D,). Returns I_c (D,),
    I_0 itself where the latencies are equal, falling in the candidate's latency.
    """
    start = shaped("interaction experiences today", interaction_today, (None,), low=0, high=1)
    before, after = (
        shaped(name, values, start.shape, low=SHORTEST_LATENCY_MS, remedy="Measure the latency again.")
        for name, values in (("latencies today", latency_today_ms), ("latencies of the candidate", latency_ms))
    )
    power = shaped("latency elasticities", elasticity, start.shape, low=0)
    return _shrink_shortfall(start, after / before, power)


def serving_cost_per_month(cost_per_1000: Array, requests_per_month: Array) -> Array:
    """Cost of serving one customer for one month = cost per 1,000 requests / 1,000 x requests of a customer a month.

    Both (D,) and at least 0, the cost in currency. Returns (D,) in currency per customer and month.
    """
    cost = shaped("costs per 1,000 requests", cost_per_1000, (None,), low=0)
    requests = shaped("requests per customer and month", requests_per_month, cost.shape, low=0)
    return cost / REQUESTS_PER_PRICE * requests


def experience(
    *,
    today: Measured,
    candidate: Measured,
    functional_today: Array,
    interaction_today: Array,
    quality_elasticity: Array,
    latency_elasticity: Array,
    requests_per_month: Array,
) -> Experience:
    """What customers would get from ``candidate``, given what they get from ``today``; every array (D,).

    ``functional_today`` F_0 and ``interaction_today`` I_0 come from the satisfaction survey. Give the SAME
    elasticities to all candidates: the world does not change with the model.
    """
    return Experience(
        functional=functional_performance(functional_today, today.success, candidate.success, quality_elasticity),
        interaction=interaction_experience(
            interaction_today, today.latency_ms, candidate.latency_ms, latency_elasticity
        ),
        serving_cost_per_month=serving_cost_per_month(candidate.cost_per_1000, requests_per_month),
    )


def _shrink_shortfall(start: Array, ratio: Array, power: Array) -> Array:
    # start + (1 - start)(1 - ratio^power) is the formula of the docstrings, written so that ratio 1 returns start
    # to the last bit: 1 - (1 - start) would not.
    return np.clip(start + (1 - start) * (1 - ratio**power), 0.0, 1.0)
