"""Customers of the sample company and their subscription log: satisfaction first, then how long each stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import erf, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.sample_company.truth import Array, Truth, worth_in

DAYS_PER_MONTH = 30.4375
SPREAD = 0.5  # of F, I and C between customers, on the probit scale
CORRELATION = 0.4  # between F, I and C of one customer, on the probit scale
HIGHEST_MEAN_C = 0.95
LONGEST_MONTHS = 240


@dataclass(frozen=True)
class Customers:
    """n customers: names, segment index (n,), true F, I, C and U (n,) in 0..1, tenure and dates.

    ``lifetime_days`` (n,) runs to the end of the subscription, which may lie after the as-of date.
    """

    names: tuple[str, ...]
    segment: NDArray[np.int64]
    functionality: Array
    interaction: Array
    cost: Array
    satisfaction: Array
    started_on: tuple[date, ...]
    lifetime_days: NDArray[np.int64]
    founding: NDArray[np.bool_]

    def ended_on(self, row: int, as_of: date) -> date | None:
        """The last day of the subscription, or None while it is still active on ``as_of``."""
        end = self.started_on[row] + timedelta(days=int(self.lifetime_days[row]))
        return end if end <= as_of else None

    def plan(self, row: int, truth: Truth) -> str:
        """The plan that the customer is on."""
        return truth.founding_plan if self.founding[row] else truth.plan


def draw_customers(truth: Truth, count: int, rng: np.random.Generator) -> Customers:
    """``count`` customers who arrive over the window, each with a true satisfaction and a lifetime drawn from it."""
    segment = rng.choice(len(truth.segments), size=count, p=[s.share for s in truth.segments])
    F, I, C = _experience(truth, segment, rng)  # noqa: E741
    U = truth.satisfaction(F, I, C)
    month = np.sort(_arrival_months(truth, count, rng))
    return Customers(
        names=tuple(f"C-{number:05d}" for number in range(1, count + 1)),
        segment=segment,
        functionality=F,
        interaction=I,
        cost=C,
        satisfaction=U,
        started_on=tuple(_day_in(truth, int(m), float(u)) for m, u in zip(month, rng.random(count), strict=True)),
        lifetime_days=_lifetime_days(truth, U, rng),
        founding=month < truth.founding_months,
    )


def _experience(truth: Truth, segment: NDArray[np.int64], rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """F, I and C of each customer: Phi(a + SPREAD z) with a chosen so that the segment's mean is exact."""
    shared = rng.standard_normal(segment.size)
    means = [
        [s.functionality for s in truth.segments],
        [s.interaction for s in truth.segments],
        [min(worth_in(s, truth.current_price), HIGHEST_MEAN_C) for s in truth.segments],
    ]
    own = rng.standard_normal((3, segment.size))
    z = sqrt(CORRELATION) * shared + sqrt(1 - CORRELATION) * own
    normal = NormalDist()
    centres = np.array([[normal.inv_cdf(m) * sqrt(1 + SPREAD**2) for m in row] for row in means])
    F, I, C = 0.5 * (1 + np.vectorize(erf)((centres[:, segment] + SPREAD * z) / sqrt(2)))  # noqa: E741
    return F, I, C


def _arrival_months(truth: Truth, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    weights = (1 + truth.arrivals_growth_per_month) ** np.arange(truth.months)
    return rng.choice(truth.months, size=count, p=weights / weights.sum())


def _day_in(truth: Truth, month: int, part: float) -> date:
    index = truth.as_of.year * 12 + truth.as_of.month - truth.months + month
    first = date(index // 12, index % 12 + 1, 1)
    after = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=int(part * (after - first).days))


def _lifetime_days(truth: Truth, U: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """Days until each customer leaves, (n,): the first month m with S(m | U) below a uniform draw, then a day in it."""
    baseline = truth.baseline_survival(LONGEST_MONTHS)
    # S_0^exp(-h) < u is S_0 < u^exp(h): one search in the baseline for all customers.
    floor = rng.random(U.size) ** np.exp(truth.link(U))
    month = np.searchsorted(-baseline, -floor, side="right")
    return ((np.maximum(month, 1) - 1) * DAYS_PER_MONTH + rng.uniform(1.0, DAYS_PER_MONTH - 0.5, U.size)).astype(int)


def subscriptions(truth: Truth, customers: Customers) -> list[dict[str, Any]]:
    """The log as of the as-of date: customer, segment, plan, started_on, ended_on (empty = active), monthly_price."""
    return [
        {
            "customer": name,
            "segment": truth.segments[customers.segment[row]].name,
            "plan": customers.plan(row, truth),
            "started_on": customers.started_on[row].isoformat(),
            "ended_on": end.isoformat() if (end := customers.ended_on(row, truth.as_of)) else "",
            "monthly_price": truth.founding_price if customers.founding[row] else truth.current_price,
        }
        for row, name in enumerate(customers.names)
    ]
