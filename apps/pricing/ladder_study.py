"""The ladder study: demand and the best price from yes or no at several prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext_noop as _

from apps.estimates.models import Grade
from apps.estimates.seeds import seed_from
from apps.pricing import ladder_diagnostics as diagnostics
from apps.pricing.ladder import LadderSurvey, ladder_survey
from apps.pricing.ladder_selectors import LADDER
from apps.pricing.price_log import price_log
from apps.research.current_price import CurrentPrice, current_price
from apps.research.models import SourceKind
from apps.research.studies import WORLDS, Draft, keep
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array, summarise
from trimtab.economics.price.gabor_granger import LadderFit, fit

if TYPE_CHECKING:
    from apps.jobs.run import JobRun

GRID_PRICES = 201
LEFT_OVER = 0.02
FARTHEST = 3.0


def run_ladder(run: JobRun) -> None:
    workspace, survey = run.workspace, ladder_survey(run.workspace)
    seed = seed_from(survey.inputs)
    run.progress(0, 3, _("Fitting the demand curve"))
    fitted = fit(survey.answers(), worlds=WORLDS, rng=np.random.default_rng(seed))
    today = current_price(workspace)
    run.progress(1, 3, _("Comparing segments"))
    segments, of_segments = diagnostics.by_segment(survey, fitted, seed, lambda _done, _of: run.check())
    run.progress(2, 3, _("Looking at contradictions"))
    draft = _draft(workspace, survey, fitted, today, seed)
    draft.draws.update(of_segments)
    draft.diagnostics["segments"] = segments
    keep(run, [draft])


def _draft(
    workspace: Workspace, survey: LadderSurvey, fitted: LadderFit, today: CurrentPrice | None, seed: int
) -> Draft:
    best, grid, unit = fitted.best_price(), _grid(fitted, today), f"{workspace.currency}/month"
    draws = {"intercept": fitted.intercept, "slope": fitted.slope, "best_price": best.price, "median": fitted.median}
    figures = [
        summarise(best.price, name="best_price", unit=unit),
        summarise(fitted.median, name="half_would_pay", unit=unit),
    ]
    if today is not None:
        share = fitted.share_at(np.array([today.amount]))[:, 0]
        figures.append(summarise(share, name="worth_at_current", unit="share"))
    return Draft(
        kind=LADDER,
        grade=Grade.OBSERVED,
        draws=draws,
        figures=figures,
        parameters=_parameters(workspace, fitted, grid, today, seed),
        diagnostics=diagnostics.of_fit(survey, fitted, best.price, grid, seed),
        inputs=(*survey.inputs, *price_log(workspace, today)),
        sources=(SourceKind.LADDER,),
    )


def _grid(fitted: LadderFit, today: CurrentPrice | None) -> Array:
    """To the price that one in fifty would pay, but not far beyond what was asked."""
    asked = float(fitted.answers.asked[-1])
    rare = float(np.median(fitted.price_at(LEFT_OVER)))
    points = [np.linspace(0.0, max(asked, min(rare, FARTHEST * asked)), GRID_PRICES)]
    if today is not None:
        points.append(np.array([today.amount]))
    return np.unique(np.concatenate(points))


def _parameters(
    workspace: Workspace, fitted: LadderFit, grid: Array, today: CurrentPrice | None, seed: int
) -> dict[str, Any]:
    return {
        "seed": seed,
        "grid": grid.tolist(),
        "currency": workspace.currency,
        "family": fitted.family.value,
        "current_price": today.amount if today else None,
        "current_plan": today.plan if today else "",
    }
