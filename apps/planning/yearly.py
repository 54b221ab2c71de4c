"""The figures of an outcome that pages and estimates show."""

from __future__ import annotations

import numpy as np

from apps.planning.chain import Outcome
from trimtab.economics.draws import Array, Figure, interval, summarise

YEAR = 12


def figures(found: Outcome, currency: str) -> list[Figure]:
    """Revenue, margin and retention of the first year, and the discounted margin over the whole horizon."""
    return [
        summarise(found.revenue[:, :YEAR].sum(axis=1), name="revenue_12", unit=currency),
        summarise(found.margin[:, :YEAR].sum(axis=1), name="margin_12", unit=currency),
        summarise(found.retained[:, YEAR], name="retained_12", unit="share"),
        summarise(found.npv_margin, name="npv_margin", unit=currency),
    ]


def gain(found: Outcome, today: Outcome, currency: str) -> tuple[Figure, float]:
    """What a choice earns more than today's in the same worlds, and the chance that it is more at all."""
    more = found.npv_margin - today.npv_margin
    return summarise(more, name="gain", unit=currency), float(np.mean(more > 0))


def monthly(draws: Array) -> list[dict[str, float]]:
    """Median and 80 % interval month by month."""
    middle, low, high = interval(draws)
    return [
        {"month": month, "median": float(m), "low": float(a), "high": float(b)}
        for month, (m, a, b) in enumerate(zip(middle, low, high, strict=True), start=1)
    ]
