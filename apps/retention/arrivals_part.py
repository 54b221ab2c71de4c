"""N: how many customers come each month, and who is there already."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.current_price import CurrentPrice
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft
from apps.retention.kinds import ARRIVALS, MONTHS
from apps.retention.subscription_log import SubscriptionLog
from trimtab.economics.adoption.arrivals import (
    WINDOW_MONTHS,
    ArrivalLevel,
    ArrivalSeries,
    arrival_draws,
    expected_draws,
    monthly_arrivals,
    recent_level,
)
from trimtab.economics.draws import Array, interval, summarise

DAMPING = 0.9
CLEAR_TREND = 1.645  # standard errors: 90 % two-sided
MOST_TENURE = 240


def arrivals_draft(log: SubscriptionLog, price: CurrentPrice | None, currency: str) -> Draft:
    """Raises CannotEstimate: as ``monthly_arrivals`` and ``recent_level``."""
    seed = seed_from(log.inputs)
    series = monthly_arrivals(log.start_month, last=log.last_full_month)
    level = recent_level(series)
    # From one seed: the counts to come are chance around the expected ones of the same world.
    expected, ahead = (
        drawn(series, MONTHS, WORLDS, np.random.default_rng([seed, 5]), damping=DAMPING)
        for drawn in (expected_draws, arrival_draws)
    )
    return Draft(
        kind=ARRIVALS,
        grade=Grade.OBSERVED,
        draws={"arrivals": ahead, "expected": expected},
        figures=[summarise(expected[:, :12].mean(axis=1), name="arrivals_per_month", unit="customers")],
        parameters=_parameters(log, series, price) | {"seed": seed, "currency": currency, "damping": DAMPING},
        diagnostics=_diagnostics(series, level, ahead),
        inputs=log.inputs,
        sources=(SourceKind.SUBSCRIPTIONS,),
    )


def _parameters(log: SubscriptionLog, series: ArrivalSeries, price: CurrentPrice | None) -> dict[str, Any]:
    """``first_month`` is that of the first draw; active customers are counted by completed months of tenure."""
    active = ~log.ended
    tenure = np.minimum(np.floor(log.duration[active] + 1e-9).astype(int), MOST_TENURE)
    recent = log.start_month > series.last_month - WINDOW_MONTHS
    segments = [str(name) for name in np.unique(log.segment) if name]
    return {
        "as_of": log.as_of.isoformat(),
        "first_month": _month_name(series.last_month + 1),
        "active_customers": np.bincount(tenure, minlength=1).tolist(),
        "active_by_segment": {
            name: np.bincount(tenure[log.segment[active] == name], minlength=1).tolist() for name in segments
        },
        "segment_shares": {name: float(np.mean(log.segment[recent] == name)) for name in segments},
        "monthly_price": price.amount if price else None,
        "plan": price.plan if price else "",
    }


def _diagnostics(series: ArrivalSeries, level: ArrivalLevel, ahead: Array) -> dict[str, Any]:
    middle, low, high = interval(ahead)
    return {
        "months": [
            {"month": _month_name(series.first_month + place), "customers": int(count)}
            for place, count in enumerate(series.counts)
        ],
        "ahead": [
            {
                "month": _month_name(series.last_month + 1 + place),
                "median": float(middle[place]),
                "low": float(low[place]),
                "high": float(high[place]),
            }
            for place in range(24)
        ],
        "level": level.mean,
        "over_dispersion": level.over_dispersion,
        "log_slope": level.log_slope,
        "log_slope_error": level.log_slope_error,
        "clear_trend": abs(level.log_slope) > CLEAR_TREND * level.log_slope_error,
    }


def _month_name(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
