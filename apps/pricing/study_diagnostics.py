"""What a price study says about its own answers: counts, curves, contradictions, segments, other readings."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.pricing.survey import FIELDS, PriceSurvey
from trimtab.economics.draws import Array, interval
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import PriceAnswers, price_answers
from trimtab.economics.price.demand import Ceiling, Demand, best_price, demand
from trimtab.economics.price.van_westendorp import PricePoint, PriceSensitivity, price_sensitivity

SEGMENT_ANSWERS = 30
MOST_SEGMENTS = 12
LISTED_ROWS = 100
DIGITS = 5


def of_points(survey: PriceSurvey, original: PriceSensitivity, narrow: PriceSensitivity) -> dict[str, Any]:
    return {
        "n": survey.rows,
        "kept": original.answers.kept,
        "customers": original.answers.customers,
        "intransitive": int(original.answers.intransitive_rows.size),
        "ties": int(original.answers.tied_rows.size),
        "intransitive_rows": _contradictions(survey, original.answers),
        "points": {name: _point(point) for name, point in original.points.items()},
        "points_narrow": {name: _point(narrow.points[name]) for name in ("pmc", "pme")},
        "curves": _curves(original),
        "suggested_columns": original.suggestion.columns if original.suggestion else None,
    }


def of_demand(curve: Demand, answers: PriceAnswers, given: int) -> dict[str, Any]:
    middle, low, high = interval(curve.worth)
    return {
        "n": given,
        "kept": answers.kept,
        "customers": curve.customers,
        "best_price_by_ceiling": _other_ceilings(answers, curve.grid),
        "worth": {"median": _rounded(middle), "low": _rounded(low), "high": _rounded(high)},
    }


def _other_ceilings(answers: PriceAnswers, grid: np.ndarray) -> dict[str, float]:
    """The best price under the cautious and the bold reading of the same answers."""
    rng = np.random.default_rng(0)
    return {
        ceiling.value: best_price(demand(answers, worlds=1, rng=rng, grid=grid, ceiling=ceiling)).point
        for ceiling in Ceiling
    }


def by_segment(survey: PriceSurvey, seed: int) -> list[dict[str, Any]]:
    """Each segment with enough usable answers; one segment alone would only repeat the whole."""
    if len(survey.segments) < 2:
        return []
    found = [_segment(survey, name, seed + place) for place, name in enumerate(survey.segments)]
    return [row for row in found if row]


def demand_by_segment(survey: PriceSurvey, curve: Demand, seed: int) -> dict[str, Array]:
    """The share for whom a price is worth it, (D, G) as ``curve``, of each segment with usable answers enough."""
    found: dict[str, Array] = {}
    for place, name in enumerate(survey.segments[:MOST_SEGMENTS] if len(survey.segments) > 1 else ()):
        own = survey.segment == name
        try:
            answers = price_answers(survey.prices[own], weights=survey.weights[own], customer=survey.customer[own])
        except CannotEstimate:
            continue
        if answers.kept >= SEGMENT_ANSWERS:
            rng = np.random.default_rng([seed, 2, place])
            found[name] = demand(answers, worlds=curve.worth.shape[0], rng=rng, grid=curve.grid).worth
    return found


def _segment(survey: PriceSurvey, name: str, seed: int) -> dict[str, Any]:
    own = survey.segment == name
    given = {"weights": survey.weights[own], "customer": survey.customer[own]}
    try:
        answers = price_answers(survey.prices[own], **given)
        if answers.kept < SEGMENT_ANSWERS:
            return {"segment": name, "n": int(own.sum()), "kept": answers.kept, "enough": False}
        fitted = price_sensitivity(survey.prices[own], worlds=1000, rng=np.random.default_rng(seed), **given)
        best = best_price(demand(answers, worlds=1000, rng=np.random.default_rng([seed, 1])))
    except CannotEstimate:
        return {"segment": name, "n": int(own.sum()), "kept": 0, "enough": False}
    spread = {"opp": fitted.draws["opp"], "idp": fitted.draws["idp"], "best_price": best.price}
    points = {"opp": fitted.points["opp"].price, "idp": fitted.points["idp"].price, "best_price": best.point}
    return {
        "segment": name,
        "n": int(own.sum()),
        "kept": answers.kept,
        "enough": True,
        "points": {label: _spread(points[label], values) for label, values in spread.items()},
    }


def _spread(point: float, draws: np.ndarray) -> dict[str, float]:
    middle, low, high = interval(draws)
    return {"point": point, "median": float(middle), "low": float(low), "high": float(high)}


def _contradictions(survey: PriceSurvey, answers: PriceAnswers) -> list[dict[str, Any]]:
    tied = set(answers.tied_rows.tolist())
    return [
        {
            "row_before": int(survey.places[row, 0]) - 1,
            "source_id": int(survey.places[row, 1]),
            "row_number": int(survey.places[row, 2]),
            "customer": str(survey.customer[row]),
            "tied": row in tied,
            **dict(zip(FIELDS, survey.prices[row].tolist(), strict=True)),
        }
        for row in answers.intransitive_rows[:LISTED_ROWS].tolist()
    ]


def _point(point: PricePoint) -> dict[str, Any]:
    return {"price": point.price, "flat_from": point.flat_from, "flat_to": point.flat_to, "is_flat": point.is_flat}


def _curves(fitted: PriceSensitivity) -> dict[str, Any]:
    curves = fitted.curves
    return {
        "price": _rounded(curves.price),
        **{
            name: {"share": _rounded(share), "low": _rounded(curves.low[name]), "high": _rounded(curves.high[name])}
            for name, share in curves.share.items()
        },
    }


def _rounded(values: np.ndarray) -> list[float]:
    return np.round(values, DIGITS).tolist()
