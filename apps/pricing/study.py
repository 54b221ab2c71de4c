"""The price study: Van Westendorp's points and the demand curve from one survey, in the same worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates import services as estimates
from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.pricing import study_diagnostics as diagnostics
from apps.pricing.acceptance import acceptance, diagnostics_of, draws_of
from apps.pricing.price_log import price_log
from apps.pricing.selectors import DEMAND, VAN_WESTENDORP
from apps.pricing.survey import PriceSurvey, price_survey
from apps.research import selectors as research
from apps.research.current_price import CurrentPrice, current_price
from apps.research.models import SourceKind
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.price.answers import PriceAnswers
from trimtab.economics.price.demand import BestPrice, Ceiling, Demand, best_price, demand
from trimtab.economics.price.van_westendorp import POINTS, PriceSensitivity, RangeDefinition, price_sensitivity

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

WORLDS = 2000
GRID_PRICES = 201
NARROW = {"pmc": "pmc_narrow", "pme": "pme_narrow"}


@dataclass(frozen=True)
class DemandStudy:
    """The curve, the price of the highest revenue, what is paid today, and the answers behind them."""

    answers: PriceAnswers
    curve: Demand
    best: BestPrice
    today: CurrentPrice | None
    by_segment: dict[str, Array]


def run_study(run: JobRun) -> None:
    workspace = run.workspace
    survey = price_survey(workspace)
    seed = seed_from(survey.inputs)
    run.progress(0, 3, _("Finding the price points"))
    points = {definition: sensitivity(survey, definition, seed) for definition in RangeDefinition}
    run.progress(1, 3, _("Fitting the demand curve"))
    fitted = fit_demand(points[RangeDefinition.ORIGINAL].answers, current_price(workspace), survey, seed)
    run.progress(2, 3, _("Comparing segments"))
    segments = diagnostics.by_segment(survey, seed)
    run.check()
    with run.finish() as result:
        keep: dict[str, Any] = {"workspace": workspace, "job_id": run.job_id, "grade": Grade.OBSERVED}
        first = estimates.record(**keep, **_van_westendorp(workspace, survey, points, segments, seed))
        second = estimates.record(**keep, **_demand(workspace, survey, fitted, seed))
        result |= {"van_westendorp": str(first.pk), "demand": str(second.pk)}


def sensitivity(survey: PriceSurvey, definition: RangeDefinition, seed: int) -> PriceSensitivity:
    """The same seed for both definitions, so that what they share is the same in each world."""
    return price_sensitivity(
        survey.prices,
        worlds=WORLDS,
        rng=np.random.default_rng(seed),
        weights=survey.weights,
        customer=survey.customer,
        range_definition=definition,
        # Beyond the price that nine in ten call too expensive, the curves are flat and crowd the crossings.
        chart_until=float(np.quantile(survey.prices[:, 3], 0.9)),
    )


def fit_demand(answers: PriceAnswers, today: CurrentPrice | None, survey: PriceSurvey, seed: int) -> DemandStudy:
    curve = demand(answers, worlds=WORLDS, rng=np.random.default_rng([seed, 1]), grid=_grid(answers, today))
    by_segment = diagnostics.demand_by_segment(survey, curve, seed)
    return DemandStudy(answers, curve, best_price(curve), today, by_segment)


def _grid(answers: PriceAnswers, today: CurrentPrice | None) -> Array:
    points = [np.linspace(0.0, usual_top(answers.prices[:, 3]), GRID_PRICES)]
    if today is not None:
        points.append(np.array([today.amount]))
    return np.unique(np.concatenate(points))


def usual_top(too_expensive: Array) -> float:
    """The price that all but one in fifty, and all but one, call too expensive: a mistyped price is not looked at."""
    ordered = np.sort(too_expensive)
    return float(ordered[ordered.size - 1 - max(1, ordered.size // 50)])


def _van_westendorp(
    workspace: Workspace,
    survey: PriceSurvey,
    points: dict[RangeDefinition, PriceSensitivity],
    segments: list[dict[str, Any]],
    seed: int,
) -> dict[str, Any]:
    original, narrow = points[RangeDefinition.ORIGINAL], points[RangeDefinition.NARROW]
    draws = {name: original.draws[name] for name in POINTS}
    draws |= {label: narrow.draws[name] for name, label in NARROW.items()}
    intents = acceptance(survey, WORLDS, np.random.default_rng([seed, 4]))
    draws |= draws_of(intents)
    return {
        "kind": VAN_WESTENDORP,
        "draws": draws,
        "figures": [summarise(values, name=name, unit=_unit(workspace)) for name, values in draws.items()],
        "inputs": survey.inputs,
        "parameters": {"seed": seed, "range": original.range_definition.value, "plateau": original.plateau.value},
        "diagnostics": diagnostics.of_points(survey, original, narrow)
        | {"segments": segments, "acceptance": diagnostics_of(intents)},
        "expires_at": research.expires_at(workspace, [SourceKind.PRICES]),
    }


def _demand(workspace: Workspace, survey: PriceSurvey, fitted: DemandStudy, seed: int) -> dict[str, Any]:
    return {
        "kind": DEMAND,
        "draws": {"worth": fitted.curve.worth, "best_price": fitted.best.price} | _segment_draws(fitted),
        "figures": _demand_figures(workspace, fitted),
        "inputs": [*survey.inputs, *price_log(workspace, fitted.today)],
        "parameters": _demand_parameters(workspace, fitted, seed),
        "diagnostics": diagnostics.of_demand(fitted.curve, fitted.answers, survey.rows),
        "expires_at": research.expires_at(workspace, [SourceKind.PRICES]),
    }


def _segment_draws(fitted: DemandStudy) -> dict[str, Array]:
    return {f"worth_{place}": worth for place, worth in enumerate(fitted.by_segment.values())}


def _demand_figures(workspace: Workspace, fitted: DemandStudy) -> list[Figure]:
    figures = [summarise(fitted.best.price, name="best_price", unit=_unit(workspace))]
    if fitted.today is not None:
        figures.append(summarise(fitted.curve.worth_at(fitted.today.amount), name="worth_at_current", unit="share"))
    return figures


def _demand_parameters(workspace: Workspace, fitted: DemandStudy, seed: int) -> dict[str, Any]:
    return {
        "seed": seed,
        "grid": fitted.curve.grid.tolist(),
        "currency": workspace.currency,
        "ceiling": Ceiling.BETWEEN.value,
        "segments": {name: place for place, name in enumerate(fitted.by_segment)},
        "current_price": fitted.today.amount if fitted.today else None,
        "current_plan": fitted.today.plan if fitted.today else "",
    }


def _unit(workspace: Workspace) -> str:
    return f"{workspace.currency}/month"
