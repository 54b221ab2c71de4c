from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.http import Http404
from django.utils.translation import gettext as _

from apps.estimates import draws as draw_files
from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.pricing.ladder import ladder_rows
from apps.pricing.price_reading import HIGHEST_PRICE
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array, Figure, summarise
from trimtab.economics.price.gabor_granger import Family, best_of_lines, share_of_lines

LADDER = "pricing.ladder"


@dataclass(frozen=True)
class LadderStudy(jobs.WithLatestJob):
    """What the page shows: the result, how many answers there are now, and the latest job."""

    ladder: Estimate | None
    answers: int
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.ladder is None


@dataclass(frozen=True)
class ProfitReading:
    """At a cost a customer a month: the price with the most profit, who would pay it, and the profit of 100 people.

    ``beyond_asked`` is the share of worlds in which that price was never asked.
    """

    unit_cost: float
    best_price: Figure
    would_buy: Figure
    profit: Figure
    beyond_asked: float


def ladder_study(workspace: Workspace) -> LadderStudy:
    return LadderStudy(
        ladder=estimates.current(workspace, LADDER),
        answers=ladder_rows(workspace).count(),
        job=jobs.latest(workspace, LADDER),
    )


def ladder(workspace: Workspace) -> Estimate:
    found = estimates.current(workspace, LADDER)
    if found is None:
        raise Http404
    return found


def profit_at(estimate: Estimate, unit_cost: float) -> ProfitReading:
    """Raises Refused for a cost that is no amount of money."""
    if not np.isfinite(unit_cost) or not 0 <= unit_cost <= HIGHEST_PRICE:
        raise Refused("cost_not_usable", _("The cost must be a number of zero or more."), field="unit_cost")
    family, (intercept, slope) = Family(estimate.parameters["family"]), _lines(estimate)
    price = best_of_lines(family, intercept, slope, unit_cost)
    share = share_of_lines(family, intercept, slope, price)
    money = f"{estimate.workspace.currency}/month"
    asked = estimate.diagnostics["asked_from"], estimate.diagnostics["asked_to"]
    return ProfitReading(
        unit_cost=unit_cost,
        best_price=summarise(price, name="best_price", unit=money),
        would_buy=summarise(share, name="would_buy", unit="share"),
        profit=summarise(100 * (price - unit_cost) * share, name="profit_of_100", unit=money),
        beyond_asked=float(np.mean((price < asked[0]) | (price > asked[1]))),
    )


def _lines(estimate: Estimate) -> tuple[Array, Array]:
    return _read(str(estimate.draws_file.name), estimate.draws_sha256)


@lru_cache(maxsize=8)
def _read(name: str, sha256: str) -> tuple[Array, Array]:
    """Kept by the hash of the draws, which never change under it."""
    found = draw_files.read(name)
    return found["intercept"], found["slope"]
