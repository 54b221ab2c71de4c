"""What the lifetime value study tells beside its figures, as plain JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apps.retention.purchase_rows import PurchaseBook
from trimtab.economics.draws import Array, interval
from trimtab.economics.retention.gamma_gamma import NAMES
from trimtab.economics.retention.lifetime_value import MODELS, CustomerValue
from trimtab.economics.retention.purchase_models import Model
from trimtab.economics.retention.purchase_tracking import HoldoutScore, Tracking
from trimtab.economics.retention.purchases import DAYS, Calibration

if TYPE_CHECKING:
    from apps.retention.lifetime_study import Judged, SpendPart

BINS = 20
MOST_REPEATS = 7
SHOWN_SHARE = 0.99


def of_log(book: PurchaseBook, early: Calibration, now: Calibration) -> dict[str, Any]:
    log = book.log
    return {
        "rows": book.rows,
        "returned": book.returned,
        "merged": log.merged,
        "purchase_days": int(log.day.size),
        "customers": int(now.customers.count),
        "repeaters": int(now.customers.repeaters),
        "first_day": str(log.day.min()),
        "last_day": str(log.day.max()),
        "fit_ends": str(early.until),
        "fit_customers": int(early.customers.count),
        "horizon": early.horizon,
    }


def of_models(judged: dict[Model, Judged], early: Calibration, chosen: Model) -> dict[str, Any]:
    has_holdout = any(one.score is not None for one in judged.values())
    return {
        "chosen": chosen,
        "chosen_by": "holdout" if has_holdout else "likelihood",
        "models": [_model(one) for one in judged.values()],
        "tracking": {model: _path(one.path, early) for model, one in judged.items()},
        "by_repeats": _by_repeats(judged, early) if has_holdout else [],
    }


def of_spend(early: SpendPart | None, now: SpendPart | None) -> dict[str, Any]:
    if early is None or now is None:
        return {"spend": None}
    return {
        "spend": {
            "names": list(NAMES),
            "fitted": early.fitted.parameters.tolist(),
            "log_likelihood": early.fitted.log_likelihood,
            "customers": early.fitted.customers,
            "final": now.fitted.parameters.tolist(),
            "final_customers": now.fitted.customers,
            "mean": now.fitted.population_mean,
            "correlation": now.independence.correlation,
            "p_value": now.independence.p_value,
            "doubtful": now.independence.doubtful,
            "at_edge": list(now.fitted.at_edge),
            "free": now.free,
        }
    }


def of_customers(now: Calibration, each: CustomerValue, best: np.ndarray, worth: Array) -> dict[str, Any]:
    """Histograms of all customers, and the most valuable ones with what they may be worth."""
    values = each.residual if each.value is None else each.value
    _middle, low, high = interval(worth)
    span = DAYS[now.customers.unit]
    last = now.born + np.rint(now.customers.recency * span).astype("timedelta64[D]")
    rows = [
        {
            "customer": str(now.labels[place]),
            "purchases": int(now.customers.frequency[place]) + 1,
            "last_day": str(last[place]),
            "p_alive": float(each.p_alive[place]),
            "expected": float(each.purchases[place]),
            "spend": None if each.spend is None else float(each.spend[place]),
            "value": float(values[place]),
            "low": float(low[rank]),
            "high": float(high[rank]),
        }
        for rank, place in enumerate(best)
    ]
    total = float(values.sum())
    ordered = np.sort(values)[::-1]
    return {
        "alive_histogram": _histogram(each.p_alive, 0.0, 1.0),
        "value_histogram": _histogram(values, 0.0, float(np.quantile(values, SHOWN_SHARE))),
        "top": rows,
        "top_tenth_share": float(ordered[: max(1, ordered.size // 10)].sum() / total) if total > 0 else None,
    }


def _model(one: Judged) -> dict[str, Any]:
    return {
        "model": one.fitted.model,
        "names": list(one.fitted.names),
        "fitted": one.fitted.parameters.tolist(),
        "pairs": list(zip(one.fitted.names, one.fitted.parameters.tolist(), strict=True)),
        "log_likelihood": one.fitted.log_likelihood,
        "at_edge": list(one.fitted.at_edge),
        "agreeing": one.fitted.agreeing,
        "starts": one.fitted.starts,
        "holdout": _score(one.score) if one.score else None,
    }


def _score(score: HoldoutScore) -> dict[str, Any]:
    middle, low, high = interval(score.predicted)
    return {
        "actual": score.actual,
        "expected": score.expected,
        "median": float(middle),
        "low": float(low),
        "high": float(high),
        "held": bool(low <= score.actual <= high),
        "root_mean_square": score.root_mean_square,
        "error": (score.expected - score.actual) / score.actual if score.actual else None,
    }


def _path(path: Tracking, early: Calibration) -> dict[str, Any]:
    middle, low, high = interval(path.expected)
    first = early.born.min()
    days = np.rint(path.times * DAYS[early.customers.unit]).astype("timedelta64[D]")
    return {
        "days": [str(first + day) for day in days],
        "actual": path.actual.tolist(),
        "median": middle.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
    }


def _by_repeats(judged: dict[Model, Judged], early: Calibration) -> list[dict[str, Any]]:
    """Mean purchases in the holdout by how often people had bought again before it; 7 stands for 7 and more."""
    if early.later is None:
        return []
    group = np.minimum(early.customers.frequency, MOST_REPEATS)
    expected = {
        model: MODELS[model].expected_purchases(one.fitted.parameters, early.customers, early.horizon)
        for model, one in judged.items()
    }
    return [
        {
            "repeats": int(count),
            "customers": int(np.sum(group == count)),
            "actual": float(early.later[group == count].mean()),
            **{model: float(values[group == count].mean()) for model, values in expected.items()},
        }
        for count in np.unique(group)
    ]


def _histogram(values: Array, low: float, high: float) -> dict[str, list[float]]:
    counts, edges = np.histogram(np.clip(values, low, high), bins=BINS, range=(low, max(high, low + 1e-9)))
    return {"edges": edges.tolist(), "counts": counts.tolist()}
