"""What people would pay, from the newest of the price studies, by segment where it tells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.pricing.ladder import ladder_survey
from apps.pricing.ladder_selectors import LADDER
from apps.pricing.selectors import DEMAND
from apps.pricing.survey import price_survey
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array
from trimtab.economics.price.demand import Demand
from trimtab.economics.price.gabor_granger import Family, share_of_lines
from trimtab.economics.price.plans import copula_correlation

SHARED_CUSTOMERS = 30
OPEN_END = 1.25


@dataclass(frozen=True)
class Willingness:
    """The demand of everyone and of the segments that were asked enough; ``asked_to`` is the highest price asked."""

    estimate: Estimate
    everyone: Demand
    by_segment: dict[str, Demand]
    asked_to: float

    def of(self, segment: str) -> Demand:
        return self.by_segment.get(segment, self.everyone)


def newest_study(workspace: Workspace) -> Estimate | None:
    found = [estimate for kind in (LADDER, DEMAND) if (estimate := estimates.current(workspace, kind)) is not None]
    return max(found, key=lambda estimate: estimate.created_at, default=None)


def willingness(estimate: Estimate) -> Willingness:
    draws, grid = estimates.draws(estimate), np.array(estimate.parameters["grid"])
    kept = int(estimate.diagnostics["kept"])
    if estimate.kind == DEMAND:
        segments = estimate.parameters.get("segments", {})
        by_segment = {name: _demand(grid, draws[f"worth_{place}"], kept) for name, place in segments.items()}
        return Willingness(estimate, _demand(grid, draws["worth"], kept), by_segment, float(grid[-1]))
    family = Family(estimate.parameters["family"])
    rows = [row for row in estimate.diagnostics["segments"] if "draws" in row]
    lines = {row["segment"]: (draws[f"intercept_{row['draws']}"], draws[f"slope_{row['draws']}"]) for row in rows}
    by_segment = {name: _of_lines(grid, family, *line, kept) for name, line in lines.items()}
    everyone = _of_lines(grid, family, draws["intercept"], draws["slope"], kept)
    return Willingness(estimate, everyone, by_segment, float(estimate.diagnostics["asked_to"]))


def _of_lines(grid: Array, family: Family, intercept: Array, slope: Array, kept: int) -> Demand:
    return _demand(grid, share_of_lines(family, intercept[:, None], slope[:, None], grid), kept)


def _demand(grid: Array, worth: Array, kept: int) -> Demand:
    return Demand(grid, worth, np.median(worth, axis=0), None, kept)


def measured_correlation(
    workspace: Workspace, estimate: Estimate, customer: np.ndarray, tokens: Array
) -> tuple[float, int] | None:
    """How usage and worth go together among customers who are in both files, as a normal copula's correlation."""
    worth = _worth_by_customer(workspace, estimate)
    both = [(worth[name], used) for name, used in zip(customer.tolist(), tokens.tolist(), strict=True) if name in worth]
    if len(both) < SHARED_CUSTOMERS:
        return None
    found = copula_correlation(*np.array(both).T)
    return (found, len(both)) if np.isfinite(found) else None


def _worth_by_customer(workspace: Workspace, estimate: Estimate) -> dict[str, float]:
    """The middle of what each customer's answers allow."""
    if estimate.kind == LADDER:
        answers = ladder_survey(workspace).answers()
        high = np.where(np.isinf(answers.high), OPEN_END * np.maximum(answers.low, answers.asked[-1]), answers.high)
        return dict(zip(answers.labels.tolist(), ((answers.low + high) / 2).tolist(), strict=True))
    survey = price_survey(workspace)
    return dict(zip(survey.customer.tolist(), survey.prices[:, 2:].mean(axis=1).tolist(), strict=True))
