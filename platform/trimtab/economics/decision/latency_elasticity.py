"""How strongly dissatisfaction follows latency, seen request by request.

Symbols: N requests, B bins of about equally many requests, x the log latency less its mean, p the dissatisfied share.

    dissatisfied_b ~ Binomial(asked_b, p_b),    log p_b = a + eps x_b

eps is the elasticity of ``quality.interaction_experience``: p stands for the shortfall 1 - I. Give the requests that
the model settled where that is known, so that wrong answers are not counted against the speed. The slope is OBSERVED:
hard requests may be both slow and disliked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.decision.quality import LATENCY_ELASTICITY, ElasticityPrior
from trimtab.economics.decision.quality_elasticity import FittedElasticity
from trimtab.economics.decision.quality_experiment import design_effect
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

FEWEST_REQUESTS = 60
LEAST_SPREAD = 0.05
BINS = 20
CELLS = 161
WIDTH = 5.0


def observed_latency_elasticity(
    latency_ms: ArrayLike,
    dissatisfied: ArrayLike,
    customers: ArrayLike,
    *,
    worlds: int,
    rng: np.random.Generator,
    prior: ElasticityPrior = LATENCY_ELASTICITY,
) -> FittedElasticity:
    """The elasticity from single requests: ``latency_ms`` (N,) above 0, ``dissatisfied`` (N,) 0 or 1, labels (N,).

    Counts are divided by the design effect of ``customers`` who ask often; the posterior is taken on a grid of a and
    ln eps. ``level`` is a at the mean log latency, ``centre``. Raises CannotEstimate: ``too_few_requests`` under 60,
    ``all_alike`` where all or none were dissatisfied, ``no_latency_variation`` where the standard deviation of the log
    latency is under .05.

    Source: Gelman et al. (2013), Bayesian Data Analysis, section 3.7 (posterior on a grid).
    """
    latency = shaped("latencies", latency_ms, (None,), low=1e-9)
    failed = shaped("thumbs", dissatisfied, latency.shape, low=0, high=1)
    _require(latency, failed)
    logs = np.log(latency)
    centre = float(logs.mean())
    x, asked, unhappy = _binned(logs - centre, failed, design_effect(failed, customers))
    level, slope = _grid(x, asked, unhappy, prior)
    density = _density(x, asked, unhappy, level, slope, prior)
    chosen = rng.choice(density.size, size=worlds, p=density.ravel() / density.sum())
    row, column = np.unravel_index(chosen, density.shape)
    jitter = rng.uniform(-0.5, 0.5, (2, worlds))
    return FittedElasticity(
        elasticity=np.exp(slope[column] + jitter[1] * (slope[1] - slope[0])),
        level=level[row] + jitter[0] * (level[1] - level[0]),
        scatter=np.zeros(worlds),
        centre=centre,
        prior=prior,
        grade="observed",
    )


def _require(latency: Array, failed: Array) -> None:
    if latency.size < FEWEST_REQUESTS:
        raise CannotEstimate(
            "too_few_requests",
            "Only %(requests)d requests have a latency and a thumb; %(least)d are needed.",
            "Bring more outcomes with the latency of each request.",
            requests=int(latency.size),
            least=FEWEST_REQUESTS,
        )
    if failed.min() == failed.max():
        raise CannotEstimate(
            "all_alike", "All requests ended alike, so nothing tells them apart.", "Bring more outcomes."
        )
    if np.log(latency).std() < LEAST_SPREAD:
        raise CannotEstimate(
            "no_latency_variation",
            "All answers took about equally long, so latency cannot tell what it does.",
            "Bring outcomes over a longer time, or slow down one arm of an experiment.",
        )


def _binned(x: Array, failed: Array, deff: float) -> tuple[Array, Array, Array]:
    """Mean log latency, requests and dissatisfied of each bin (B,), requests divided by the design effect."""
    edges = np.quantile(x, np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, x, side="right")
    asked = np.bincount(place, minlength=BINS).astype(float)
    use = asked > 0
    mean = np.bincount(place, weights=x, minlength=BINS)[use] / asked[use]
    return mean, asked[use] / deff, np.bincount(place, weights=failed, minlength=BINS)[use] / deff


def _grid(x: Array, asked: Array, unhappy: Array, prior: ElasticityPrior) -> tuple[Array, Array]:
    """Grids of a and ln eps that hold the posterior: a first look over the whole prior, a second where mass was."""
    share = (unhappy.sum() + 0.5) / (asked.sum() + 1)
    level = np.log(share) + np.linspace(-1, 1, CELLS)
    log_sd = max(prior.log_sd, 1e-6)
    slope = np.log(prior.median) + WIDTH * log_sd * np.linspace(-1, 1, CELLS)
    density = _density(x, asked, unhappy, level, slope, prior)
    return _around(level, density.sum(axis=1)), _around(slope, density.sum(axis=0))


def _around(grid: Array, mass: Array) -> Array:
    held = grid[mass > 1e-6 * mass.max()]
    step = grid[1] - grid[0]
    return np.linspace(held[0] - step, held[-1] + step, CELLS)


def _density(x: Array, asked: Array, unhappy: Array, level: Array, slope: Array, prior: ElasticityPrior) -> Array:
    """Posterior density, (levels, slopes), its largest 1; 0 where a share would pass 1."""
    logs = level[:, None, None] + np.exp(slope)[None, :, None] * x
    possible = np.all(logs < 0, axis=2)
    bounded = np.minimum(logs, -1e-9)
    fit = (unhappy * bounded + (asked - unhappy) * np.log(-np.expm1(bounded))).sum(axis=2)
    log_sd = max(prior.log_sd, 1e-6)
    fit = fit - 0.5 * ((slope - np.log(prior.median)) / log_sd)[None, :] ** 2
    fit = np.where(possible, fit, -np.inf)
    return np.exp(fit - fit.max())
