"""The two surveys of the sample company: how satisfied customers are, and what people would pay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from trimtab.sample_company.subscriptions import Customers
from trimtab.sample_company.truth import Array, Truth

SCALE_MIN, SCALE_MAX = 1, 10
PART_NOISE = 0.45  # points of the scale
OVERALL_NOISE = 0.35
INTRANSITIVE_SHARE = 0.06
ASKED_AFTER_DAYS = 14


def satisfaction_answers(
    truth: Truth,
    customers: Customers,
    count: int,
    rng: np.random.Generator,
    *,
    part_noise: float = PART_NOISE,
    overall_noise: float = OVERALL_NOISE,
) -> list[dict[str, Any]]:
    """``count`` answers on 1..10: functionality, interaction, cost, overall.

    Each respondent is drawn from all who were still with us two weeks after their start, and was asked on that day, so
    that staying long afterwards does not make an answer more likely.
    """
    reached = np.flatnonzero(
        [
            customers.lifetime_days[row] > ASKED_AFTER_DAYS and _asked_on(customers, row) <= truth.as_of
            for row in range(len(customers.names))
        ]
    )
    asked = np.sort(rng.choice(reached, size=min(count, reached.size), replace=False))
    parts = {
        "functionality": _on_scale(customers.functionality[asked], part_noise, rng),
        "interaction": _on_scale(customers.interaction[asked], part_noise, rng),
        "cost": _on_scale(customers.cost[asked], part_noise, rng),
        "overall": _on_scale(customers.satisfaction[asked], overall_noise, rng),
    }
    return [
        {
            "customer": customers.names[row],
            "segment": truth.segments[customers.segment[row]].name,
            **{part: int(answers[place]) for part, answers in parts.items()},
            "date": _asked_on(customers, row).isoformat(),
        }
        for place, row in enumerate(asked)
    ]


def _asked_on(customers: Customers, row: int) -> date:
    return customers.started_on[row] + timedelta(days=ASKED_AFTER_DAYS)


def _on_scale(values: Array, noise: float, rng: np.random.Generator) -> Array:
    points = SCALE_MIN + (SCALE_MAX - SCALE_MIN) * values + noise * rng.standard_normal(values.size)
    return np.clip(np.rint(points), SCALE_MIN, SCALE_MAX)


def price_answers(truth: Truth, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """``count`` Van Westendorp answers of people in reach, currency per month; they prefer round prices."""
    segment = rng.choice(len(truth.segments), size=count, p=[s.share for s in truth.segments])
    worth = willingness_to_pay(truth, segment, rng)
    rows = []
    for number, (place, most) in enumerate(zip(segment, worth, strict=True), start=1):
        too_cheap, cheap, expensive, too_expensive = _four_prices(float(most), rng)
        rows.append(
            {
                "customer": f"P-{number:04d}",
                "segment": truth.segments[place].name,
                "too_cheap": too_cheap,
                "cheap": cheap,
                "expensive": expensive,
                "too_expensive": too_expensive,
            }
        )
    return rows


def willingness_to_pay(truth: Truth, segment: np.ndarray, rng: np.random.Generator) -> Array:
    """The most that each person would pay, currency per month, lognormal by segment, shape (n,)."""
    medians = np.array([s.worth_median for s in truth.segments])[segment]
    sigmas = np.array([s.worth_sigma for s in truth.segments])[segment]
    return medians * np.exp(sigmas * rng.standard_normal(segment.size))


def _four_prices(most: float, rng: np.random.Generator) -> list[float]:
    """Rising answers around the most that a person would pay, which lies anywhere between the last two."""
    width = most * rng.uniform(0.15, 0.35)
    expensive = most - width * rng.random()
    cheap = expensive * rng.uniform(0.55, 0.82)
    exact = [cheap * rng.uniform(0.45, 0.8), cheap, expensive, expensive + width]
    heap = _heap(rng)
    prices = [_rounded(price, heap) for price in exact]
    for place in range(1, 4):
        if prices[place] <= prices[place - 1]:
            prices[place] = prices[place - 1] + 1.0
    if rng.random() < INTRANSITIVE_SHARE:
        first, second = ((0, 1), (1, 2), (2, 3), (0, 3))[int(rng.random() * 4)]
        prices[first], prices[second] = prices[second], prices[first]
    return prices


def _heap(rng: np.random.Generator) -> float:
    draw = rng.random()
    return 5.0 if draw < 0.55 else 10.0 if draw < 0.75 else 1.0


def _rounded(price: float, heap: float) -> float:
    step = heap if price >= 2 * heap else 1.0
    return max(round(price / step) * step, 1.0)
