"""What the study of leaving tells beside its figures, as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apps.retention.subscription_log import SubscriptionLog
from trimtab.economics.draws import Array, interval

if TYPE_CHECKING:
    from apps.retention.drivers_study import Ratios, Satisfied


@dataclass(frozen=True)
class Halves:
    """Ratios (D, p) up to a ``month`` of tenure and after it."""

    month: float
    early: Array
    late: Array


def of_study(log: SubscriptionLog, main: Ratios, others: dict[str, Array], halves: Halves | None) -> dict[str, Any]:
    rows = terms(main)
    for name, drawn in others.items():
        _beside(rows, name, drawn)
    if halves is not None:
        _beside(rows, "early", halves.early)
        _beside(rows, "late", halves.late)
    return _of_fit(main) | {
        "terms": rows,
        "halves_month": halves.month if halves else None,
        "stays": int(log.duration.size),
        "active": int((~log.ended).sum()),
        "models": ["cox", *others],
    }


def of_satisfied(found: Satisfied) -> dict[str, Any]:
    return _of_fit(found.ratios) | {"terms": terms(found.ratios), "joined": found.joined.counts()}


def terms(found: Ratios) -> list[dict[str, Any]]:
    """One for each coefficient: what is compared, its ratio with interval, and whether it holds over tenure."""
    fitted, prepared = found.fitted, found.prepared
    middle, low, high = interval(found.draws)
    return [
        {
            "name": term.name,
            "column": term.column,
            "level": term.level,
            "reference": term.reference,
            "step": float(prepared.steps[place]),
            "customers": int(prepared.covariates.values[:, place].sum()) if term.level is not None else None,
            "median": float(middle[place]),
            "low": float(low[place]),
            "high": float(high[place]),
            "clear": bool(low[place] > 1 or high[place] < 1),
            "coefficient": float(fitted.coefficients[place]),
            "standard_error": float(fitted.standard_errors[place]),
            "proportional_p": float(fitted.proportional_p[place]),
            "changes": term.name in fitted.changing,
        }
        for place, term in enumerate(prepared.covariates.terms)
    ]


def _of_fit(found: Ratios) -> dict[str, Any]:
    fitted, prepared = found.fitted, found.prepared
    return {
        "log_likelihood": fitted.log_likelihood,
        "null_log_likelihood": fitted.null_log_likelihood,
        "concordance": fitted.concordance,
        "customers": fitted.customers,
        "endings": fitted.events,
        "left_out": [one.as_json() for one in prepared.left_out],
        "filled": prepared.filled,
    }


def _beside(rows: list[dict[str, Any]], name: str, drawn: Array) -> None:
    middle, low, high = interval(np.minimum(drawn, 1e12))
    for place, row in enumerate(rows):
        row[name] = {"median": float(middle[place]), "low": float(low[place]), "high": float(high[place])}
