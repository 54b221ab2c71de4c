"""Newton, Miller and Smith's extension of the price sensitivity meter: reach and revenue from purchase intent.

Source: Newton, Miller & Smith 1993, A market acceptance extension to traditional price sensitivity measurement,
Proceedings of the American Marketing Association Advanced Research Techniques Forum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import PriceAnswers
from trimtab.economics.resampling import customer_weights, world_chunks

CALIBRATION: Mapping[int, float] = {5: 0.7, 4: 0.5, 3: 0.3, 2: 0.1, 1: 0.0}


@dataclass(frozen=True)
class MarketAcceptance:
    """Reach (share who would buy, 0..1) and revenue per person asked, on the prices that were named; each (G,)."""

    price: Array
    reach: Array
    revenue: Array
    best_reach_price: float
    best_revenue_price: float


@dataclass(frozen=True)
class AcceptanceBands:
    """Market acceptance over the worlds: ``reach`` (D, G) at the prices ``price`` (G,), and the two best prices.

    ``best_reach_price`` and ``best_revenue_price`` (D,) are looked for among all prices named, as for the point.
    """

    price: Array
    reach: Array
    best_reach_price: Array
    best_revenue_price: Array


def _probability(intent: ArrayLike, answers: PriceAnswers, calibration: Mapping[int, float]) -> Array:
    steps = np.asarray(intent)
    if steps.shape != (answers.given,):
        raise CannotEstimate(
            "intent_does_not_fit",
            "Purchase intent must be given for each of the %(rows)d answers.",
            "Give one value for each row.",
            rows=answers.given,
        )
    kept = steps[answers.rows]
    unknown = ~np.isin(kept, list(calibration))
    if unknown.any():
        raise CannotEstimate(
            "intent_off_scale",
            "%(count)d purchase intents are not on the scale of %(scale)s.",
            "Correct them, or calibrate every step of the scale that was used.",
            count=int(unknown.sum()),
            scale=", ".join(str(step) for step in sorted(calibration)),
        )
    return np.array([calibration[int(step)] for step in kept])


def market_acceptance(
    answers: PriceAnswers,
    intent_cheap: ArrayLike,
    intent_expensive: ArrayLike,
    calibration: Mapping[int, float] = CALIBRATION,
) -> MarketAcceptance:
    """Reach and revenue by price.

    A respondent buys with probability 0 at too cheap and at too expensive and beyond, with the calibrated
    probability at cheap and at expensive, and on straight lines in price between. Reach is the weighted mean over
    respondents, revenue = price * reach; both optima are looked for among the prices that were named (reach has
    its kinks only there).

    ``intent_cheap`` and ``intent_expensive`` have shape (given,), steps of ``calibration``; prices in currency.
    Raises CannotEstimate: ``intent_does_not_fit``, ``intent_off_scale``.
    """
    price = np.unique(answers.prices)
    buys = _buying(answers, price, intent_cheap, intent_expensive, calibration)
    reach = answers.weights @ buys / answers.weights.sum()
    revenue = price * reach
    return MarketAcceptance(price, reach, revenue, float(price[np.argmax(reach)]), float(price[np.argmax(revenue)]))


def _buying(
    answers: PriceAnswers,
    price: Array,
    intent_cheap: ArrayLike,
    intent_expensive: ArrayLike,
    calibration: Mapping[int, float],
) -> Array:
    """The probability that each respondent buys at each price, (n, G)."""
    at_cheap = _probability(intent_cheap, answers, calibration)
    at_expensive = _probability(intent_expensive, answers, calibration)
    rows = zip(answers.prices, at_cheap, at_expensive, strict=True)
    return np.array([np.interp(price, knots, [0.0, cheap, expensive, 0.0]) for knots, cheap, expensive in rows])


def acceptance_bands(
    answers: PriceAnswers,
    intent_cheap: ArrayLike,
    intent_expensive: ArrayLike,
    *,
    grid: ArrayLike,
    worlds: int,
    rng: np.random.Generator,
    calibration: Mapping[int, float] = CALIBRATION,
) -> AcceptanceBands:
    """``market_acceptance`` in each world of a bootstrap over independent customers; reach is kept on ``grid`` (G,)."""
    named, shown = np.unique(answers.prices), np.asarray(grid, dtype=float)
    buys = _buying(answers, named, intent_cheap, intent_expensive, calibration)
    shown_buys = _buying(answers, shown, intent_cheap, intent_expensive, calibration)
    reach, best = np.empty((worlds, shown.size)), np.empty((2, worlds))
    for chunk in world_chunks(worlds, 2 * answers.kept + named.size + shown.size):
        sampled = customer_weights(answers.customers, chunk.stop - chunk.start, rng)[:, answers.customer]
        weights = sampled * answers.weights
        total = weights.sum(axis=1, keepdims=True)
        share = weights @ buys / total
        best[0, chunk], best[1, chunk] = named[np.argmax(share, axis=1)], named[np.argmax(share * named, axis=1)]
        reach[chunk] = weights @ shown_buys / total
    return AcceptanceBands(shown, reach, best[0], best[1])
