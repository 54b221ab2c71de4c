"""How long customers stay: what was seen, the projection, and whether the projection would have been right."""

from __future__ import annotations

from typing import Any

import numpy as np

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft
from apps.retention.kinds import MONTHS, SURVIVAL
from apps.retention.subscription_log import SubscriptionLog
from trimtab.economics.draws import Array, Figure, interval, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import sbg
from trimtab.economics.retention.backtest import Backtest, fit_best
from trimtab.economics.retention.cohort_retention import cohort_table
from trimtab.economics.retention.survival import LifeTable, SurvivalCurve, kaplan_meier, life_table

SEGMENT_CUSTOMERS, SEGMENT_ENDINGS = 100, 20
SHOWN_MONTHS = 120


def survival_draft(log: SubscriptionLog) -> Draft:
    """Of all customers. Raises CannotEstimate as ``life_table`` and ``sbg.fit``."""
    seed = seed_from(log.inputs)
    rng = np.random.default_rng([seed, 2])
    table = life_table(log.duration, log.ended)
    fitted, tested = fit_best(table, rng)
    draws = _draws(fitted, table, rng)
    seen = kaplan_meier(log.duration, log.ended)
    diagnostics = _counts(log, log.ended) | {
        "kaplan_meier": _steps(seen, table),
        "projection": _projection(draws["survival"]),
        "backtest": _backtest(tested),
        "median_months": seen.median,
        "cohorts": _cohorts(log),
        "rows": {"read": log.rows, "later": log.later_start, "repeated": log.repeated, "merged": log.merged},
    }
    return _draft(log, "", fitted, draws, seed, diagnostics)


def segment_drafts(log: SubscriptionLog, whole: Draft) -> list[Draft]:
    """The segments with enough customers and endings, each under the family that projects it best."""
    names = [str(name) for name in np.unique(log.segment) if name]
    found = (
        [_segment(log, name, whole.parameters["family"], place) for place, name in enumerate(names)]
        if len(names) > 1
        else []
    )
    return [draft for draft in found if draft is not None]


def _segment(log: SubscriptionLog, name: str, family: sbg.Family, place: int) -> Draft | None:
    """Where the segment is too young for a backtest of its own, ``family``, that of the whole."""
    own = log.segment == name
    if own.sum() < SEGMENT_CUSTOMERS or log.ended[own].sum() < SEGMENT_ENDINGS:
        return None
    seed = seed_from(log.inputs)
    table = life_table(log.duration[own], log.ended[own])
    rng = np.random.default_rng([seed, 3, place])
    try:
        fitted, tested = fit_best(table, rng)
        fitted = fitted if tested else sbg.fit_or_mean(table, family)
    except CannotEstimate:
        return None
    draws = _draws(fitted, table, rng)
    seen = kaplan_meier(log.duration[own], log.ended[own])
    diagnostics = _counts(log, log.ended[own]) | {
        "kaplan_meier": _steps(seen, table),
        "projection": _projection(draws["survival"]),
        "backtest": _backtest(tested),
    }
    return _draft(log, name, fitted, draws, seed, diagnostics)


def _draft(
    log: SubscriptionLog, segment: str, fitted: sbg.ChurnFit, draws: dict[str, Array], seed: int, found: dict[str, Any]
) -> Draft:
    return Draft(
        kind=SURVIVAL,
        subject=segment,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=_figures(draws["survival"]),
        parameters={
            "seed": seed,
            "family": fitted.family,
            "names": list(fitted.names),
            "fitted": fitted.parameters.tolist(),
            "as_of": log.as_of.isoformat(),
            "subject_label": segment,
        },
        diagnostics=found,
        inputs=log.inputs,
        sources=(SourceKind.SUBSCRIPTIONS,),
    )


def _draws(fitted: sbg.ChurnFit, table: LifeTable, rng: np.random.Generator) -> dict[str, Array]:
    parameters = sbg.parameter_draws(fitted, table, WORLDS, rng)
    draws = {name: parameters[:, place] for place, name in enumerate(fitted.names)}
    draws["hazard"] = sbg.hazard(fitted.family, parameters, MONTHS)
    draws["survival"] = sbg.survival(fitted.family, parameters, MONTHS)
    return draws


def _figures(survival: Array) -> list[Figure]:
    """Leaving per month is the constant chance that would lose as many in a year."""
    per_month = 1 - survival[:, 12] ** (1 / 12)
    return [
        summarise(survival[:, 1], name="retained_month_1", unit="share"),
        summarise(survival[:, 12], name="retained_month_12", unit="share"),
        summarise(per_month, name="churn_per_month", unit="share"),
    ]


def _counts(log: SubscriptionLog, ended: np.ndarray) -> dict[str, Any]:
    return {"customers": int(ended.size), "ended": int(ended.sum()), "active": int((~ended).sum())}


def _steps(seen: SurvivalCurve, table: LifeTable) -> list[dict[str, float]]:
    """Kaplan-Meier after each whole month, while somebody is left to be seen."""
    months = np.arange(min(int(np.sum(table.at_risk >= 1)), SHOWN_MONTHS) + 1)
    low, high = (np.concatenate([[1.0], ends]) for ends in seen.interval())
    place = np.searchsorted(seen.times, months, side="right")
    at_risk = np.append(table.at_risk, 0.0)
    return [
        {
            "month": int(month),
            "survival": float(share),
            "low": float(low[step]),
            "high": float(high[step]),
            "at_risk": round(float(at_risk[month]), 1),
        }
        for month, share, step in zip(months, seen.at(months), place, strict=True)
    ]


def _projection(survival: Array) -> list[dict[str, float]]:
    middle, low, high = interval(survival)
    return [
        {"month": month, "median": float(middle[month]), "low": float(low[month]), "high": float(high[month])}
        for month in range(middle.size)
    ]


def _backtest(tested: Backtest | None) -> dict[str, Any] | None:
    if tested is None:
        return None
    scores = [
        {
            "family": score.family,
            "mean_absolute_error": score.mean_absolute_error,
            "worst_error": score.worst_error,
            "coverage": score.coverage,
            "comparisons": score.comparisons,
        }
        for score in tested.scores
    ]
    return {"scores": scores, "origins": list(tested.origins), "level": tested.level}


def _cohorts(log: SubscriptionLog) -> list[dict[str, Any]]:
    table = cohort_table(log.start_month, log.duration, log.ended, last_full_month=log.last_full_month)
    return [
        {
            "month": f"{month // 12:04d}-{month % 12 + 1:02d}",
            "customers": int(customers),
            "retained": [None if np.isnan(share) else round(float(share), 4) for share in retained],
        }
        for month, customers, retained in zip(table.month.tolist(), table.customers, table.retained, strict=True)
    ]
