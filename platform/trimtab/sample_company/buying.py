"""What customers of the sample company use and buy: tokens by month, credit packs by day, adopters by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from trimtab.sample_company.market_truth import MarketTruth
from trimtab.sample_company.subscriptions import Customers
from trimtab.sample_company.truth import Truth

USAGE_MONTHS = 3
Row = dict[str, Any]


def token_usage(
    truth: Truth, market: MarketTruth, customers: Customers, count: int, rng: np.random.Generator
) -> list[Row]:
    """The last USAGE_MONTHS months of at most ``count`` customers who were with us all that time and still are."""
    months = [_month(truth.as_of, back) for back in range(USAGE_MONTHS - 1, -1, -1)]
    here = np.flatnonzero(
        [
            customers.started_on[row] < months[0] and customers.ended_on(row, truth.as_of) is None
            for row in range(len(customers.names))
        ]
    )
    asked = np.sort(rng.choice(here, size=min(count, here.size), replace=False))
    middle = market.log_tokens(truth.requests_per_customer_month)
    level = middle + market.tokens_sigma * rng.standard_normal(asked.size)
    noise = market.month_sigma * rng.standard_normal((asked.size, USAGE_MONTHS)) - market.month_sigma**2 / 2
    tokens = np.maximum(np.rint(np.exp(level[:, None] + noise)), 1)
    return [
        {
            "customer": customers.names[row],
            "segment": truth.segments[customers.segment[row]].name,
            "plan": customers.plan(row, truth),
            "month": f"{month:%Y-%m}",
            "tokens": int(used),
            "requests": max(round(used / market.tokens_per_request), 1),
        }
        for place, row in enumerate(asked)
        for month, used in zip(months, tokens[place], strict=True)
    ]


def pack_purchases(truth: Truth, market: MarketTruth, count: int, rng: np.random.Generator) -> list[Row]:
    """All purchases of ``count`` buyers up to the as-of date, by day; first purchases fall into the first weeks."""
    r, alpha, a, b = market.bg_nbd
    p, q, v = market.gamma_gamma
    rate, leaves = rng.gamma(r, 1 / alpha, count), rng.beta(a, b, count)
    scale = rng.gamma(q, 1 / v, count)
    start = truth.as_of - timedelta(weeks=market.weeks)
    segment = rng.choice(len(truth.segments), size=count, p=[one.share for one in truth.segments])
    rows: list[Row] = []
    for buyer in range(count):
        person = {"customer": f"K-{buyer + 1:05d}", "segment": truth.segments[segment[buyer]].name}
        for week in _weeks_of(float(rate[buyer]), float(leaves[buyer]), market, rng):
            amount = max(round(float(rng.gamma(p, 1 / scale[buyer])), 2), 0.01)
            day = start + timedelta(days=1 + int(week * 7))
            rows.append(person | {"bought_on": day.isoformat(), "amount": amount})
    return sorted(rows, key=lambda row: (row["bought_on"], row["customer"]))


def _weeks_of(rate: float, leaves: float, market: MarketTruth, rng: np.random.Generator) -> Iterator[float]:
    """When a buyer buys: one stays after the first purchase, and leaves by chance after each of those that follow."""
    week = float(rng.uniform(0, market.first_weeks))
    yield week
    while (week := week + float(rng.exponential(1 / rate))) < market.weeks:
        yield week
        if rng.random() < leaves:
            return


def adoption_counts(truth: Truth, market: MarketTruth, rng: np.random.Generator) -> list[Row]:
    """New adopters of each month up to the as-of date, around the Bass curve."""
    counts = rng.poisson(market.adopters())
    last = market.adoption_months - 1
    return [
        {"product": market.adopted, "period": f"{_month(truth.as_of, last - place):%Y-%m}", "adopters": int(count)}
        for place, count in enumerate(counts)
    ]


def _month(day: date, back: int) -> date:
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)
