"""Reach and revenue from purchase intents, where the price survey asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.pricing.survey import PriceSurvey
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import price_answers
from trimtab.economics.price.newton_miller_smith import (
    CALIBRATION,
    AcceptanceBands,
    MarketAcceptance,
    acceptance_bands,
    market_acceptance,
)

MINIMUM = 30
GRID_PRICES = 81
DIGITS = 5


@dataclass(frozen=True)
class Acceptance:
    """By those answers that name both intents: the curves as answered, and in each world."""

    kept: int
    point: MarketAcceptance
    bands: AcceptanceBands


def acceptance(survey: PriceSurvey, worlds: int, rng: np.random.Generator) -> Acceptance | None:
    """None where fewer than MINIMUM usable answers name both purchase intents."""
    own = np.all(np.isfinite(survey.intents), axis=1)
    if own.sum() < MINIMUM:
        return None
    try:
        answers = price_answers(survey.prices[own], weights=survey.weights[own], customer=survey.customer[own])
    except CannotEstimate:
        return None
    if answers.kept < MINIMUM:
        return None
    at_cheap, at_expensive = survey.intents[own].T
    grid = np.linspace(0.0, float(np.quantile(answers.prices[:, 3], 0.9)), GRID_PRICES)
    point = market_acceptance(answers, at_cheap, at_expensive)
    bands = acceptance_bands(answers, at_cheap, at_expensive, grid=grid, worlds=worlds, rng=rng)
    return Acceptance(answers.kept, point, bands)


def draws_of(found: Acceptance | None) -> dict[str, Array]:
    if found is None:
        return {}
    return {"reach_price": found.bands.best_reach_price, "intent_price": found.bands.best_revenue_price}


def diagnostics_of(found: Acceptance | None) -> dict[str, Any] | None:
    if found is None:
        return None
    middle, low, high = interval(found.bands.reach)
    return {
        "kept": found.kept,
        "reach_price": found.point.best_reach_price,
        "intent_price": found.point.best_revenue_price,
        "calibration": {str(step): share for step, share in CALIBRATION.items()},
        "price": np.round(found.bands.price, DIGITS).tolist(),
        "reach": np.round(middle, DIGITS).tolist(),
        "low": np.round(low, DIGITS).tolist(),
        "high": np.round(high, DIGITS).tolist(),
    }
