"""Adoption before the peak: what is known of other products, corrected by the periods seen so far.

m, p and q are log-normal a priori. Over 213 published applications p had the mean .03 and q the mean .38 a year;
as rates they divide by the periods of a year. The spreads around them, and m, are for the user to state, as a
factor f: four times in five the value lies between the middle over f and the middle times f. The adopters seen
so far weigh the draws by a likelihood with normal errors of unknown size, whose prior has 3 degrees of freedom and
a scatter of 15 % of the mean period:

    weight = (3 s0^2 + SSE)^(-(n + 3) / 2),   0 where m is below the adopters so far

Notation: n periods seen (0 or more), D worlds.
Source: Sultan, Farley & Lehmann 1990, A meta-analysis of applications of diffusion models, J. Marketing Research
27(1):70-77; Lilien, Rangaswamy & Van den Bulte 2000 on forecasts by analogy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import multivariate_t, norm

from trimtab.economics.adoption.bass import BassDraws, Form, series, squares
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate

P_PER_YEAR, Q_PER_YEAR = 0.03, 0.38
P_FACTOR, Q_FACTOR = 3.0, 1.6
TENTH = float(norm.ppf(0.9))
FREEDOM, SCATTER = 3.0, 0.15
TRIED, ROUNDS, FEWEST_EFFECTIVE = 40_000, 4, 200


@dataclass(frozen=True)
class BassPrior:
    """``market`` is the middle of m in people; ``p`` and ``q`` are means per year; the factors are above 1."""

    market: float
    market_factor: float = 1.5
    p: float = P_PER_YEAR
    p_factor: float = P_FACTOR
    q: float = Q_PER_YEAR
    q_factor: float = Q_FACTOR
    periods_per_year: float = 1.0


@dataclass(frozen=True)
class PriorForecast:
    """``draws`` after the data, and ``effective`` how many of the proposals stood behind them.

    ``learned`` (3,) is by how much the data narrowed log m, log p and log q, 0 = not at all, 1 = wholly.
    """

    draws: BassDraws
    effective: float
    learned: Array


def posterior(
    adopters: ArrayLike, prior: BassPrior, worlds: int, rng: np.random.Generator, form: Form = "density"
) -> PriorForecast:
    """Draws of m, p, q (per period) and of the scatter, given the prior and the ``adopters`` (n,) seen so far.

    Raises CannotEstimate: prior_out_of_range, market_below_adopters (nearly no m of the prior exceeds those who came
    already), prior_contradicts_data (the data lie where the prior hardly reaches), and as ``bass.series``.

    >>> seen = posterior([840, 1470, 2110], BassPrior(70_000), 500, np.random.default_rng(1))
    >>> bool(30_000 < np.median(seen.draws.parameters[:, 0]) < 110_000)
    True
    """
    centre, spread = _logs(prior)
    counts = np.zeros(0) if np.size(adopters) == 0 else series(adopters)
    typical = SCATTER * float(counts.mean()) if counts.size else 0.0
    if counts.size and norm.cdf(np.log(counts.sum()), centre[0], spread[0]) > 0.99:
        raise CannotEstimate(
            "market_below_adopters",
            "%(adopters)d people adopted already, more than the market that you typed allows.",
            "Type a larger market.",
            adopters=int(counts.sum()),
        )
    tried, weight, sse = _sample(counts, centre, spread, typical, rng, form)
    effective = float(weight.sum() ** 2 / np.sum(weight**2))
    if effective < FEWEST_EFFECTIVE:
        raise CannotEstimate(
            "prior_contradicts_data",
            "The adopters so far lie where the figures typed for the market, p and q hardly reach.",
            "Widen their ranges, or check what a period is.",
        )
    chosen = rng.choice(len(tried), worlds, p=weight / weight.sum())
    sigma = np.sqrt((FREEDOM * typical**2 + sse[chosen]) / rng.chisquare(FREEDOM + counts.size, worlds))
    kept = tried[chosen]
    learned = np.clip(1 - kept.std(axis=0) / spread, 0, 1)
    return PriorForecast(BassDraws(np.exp(kept), sigma, form), effective, learned)


def _logs(prior: BassPrior) -> tuple[Array, Array]:
    """Middle and standard deviation of log m, log p, log q, p and q per period; each (3,)."""
    values = np.array([prior.market, prior.p, prior.q, prior.periods_per_year])
    factors = np.array([prior.market_factor, prior.p_factor, prior.q_factor])
    if not np.all(np.isfinite(values)) or np.any(values <= 0) or np.any(~np.isfinite(factors) | (factors <= 1)):
        raise CannotEstimate(
            "prior_out_of_range",
            "The market, p, q and the periods of a year must be above 0, and their factors above 1.",
            "Correct the figures.",
        )
    spread = np.log(factors) / TENTH
    centre = np.log(np.array([prior.market, prior.p / prior.periods_per_year, prior.q / prior.periods_per_year]))
    # The published figures of p and q are means; a log-normal's middle lies below its mean.
    centre[1:] -= spread[1:] ** 2 / 2
    return centre, spread


def _sample(
    counts: Array, centre: Array, spread: Array, typical: float, rng: np.random.Generator, form: Form
) -> tuple[Array, Array, Array]:
    """Proposals (B, 3), their weights (B,) and squared errors (B,): from the prior first, then from what it became."""
    tried = centre + spread * rng.standard_normal((TRIED, 3))
    sse = squares(tried, counts, form)
    weight = _raised(_log_likelihood(tried, counts, sse, typical))
    for _round in range(ROUNDS):
        if not counts.size or weight.sum() ** 2 / np.sum(weight**2) > TRIED / 10:
            break
        middle = np.average(tried, axis=0, weights=weight)
        width = np.cov(tried.T, aweights=weight) * 1.5 + np.diag(spread**2) * 1e-4
        proposal = multivariate_t(middle, width, df=5, seed=rng)
        tried = np.asarray(proposal.rvs(TRIED))
        sse = squares(tried, counts, form)
        logs = _log_likelihood(tried, counts, sse, typical) + norm.logpdf(tried, centre, spread).sum(axis=1)
        weight = _raised(logs - np.asarray(proposal.logpdf(tried)))
    return tried, weight, sse


def _log_likelihood(tried: Array, counts: Array, sse: Array, typical: float) -> Array:
    if not counts.size:
        return np.zeros(len(tried))
    value = -(counts.size + FREEDOM) / 2 * np.log(FREEDOM * typical**2 + sse)
    return np.where(np.exp(tried[:, 0]) >= counts.sum(), value, -np.inf)


def _raised(logs: Array) -> Array:
    top = logs.max()
    return np.exp(logs - top) if np.isfinite(top) else np.full(logs.size, 1e-300)
