from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from apps.estimates import selectors as estimates
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.pricing.price_reading import read_price
from apps.pricing.survey import answers
from apps.workspaces.models import Workspace

__all__ = ["read_price"]

STUDY, VAN_WESTENDORP, DEMAND = "pricing.study", "pricing.van_westendorp", "pricing.demand"
SLIDER_STEPS = 200
SURE, FAIR = 0.15, 0.4


@dataclass(frozen=True)
class PriceStudy(jobs.WithLatestJob):
    """What the page shows: the two results, how many answers there are now, and the latest job."""

    van_westendorp: Estimate | None
    demand: Estimate | None
    answers: int
    job: Job | None

    @property
    def is_new(self) -> bool:
        return self.demand is None


@dataclass(frozen=True)
class Enough:
    """Whether there are answers enough: how wide the best price's interval is, relative to it."""

    verdict: str
    width: float
    kept: int
    more_to_halve: int


@dataclass(frozen=True)
class Slider:
    low: float
    high: float
    step: float
    start: float


def price_study(workspace: Workspace) -> PriceStudy:
    return PriceStudy(
        van_westendorp=estimates.current(workspace, VAN_WESTENDORP),
        demand=estimates.current(workspace, DEMAND),
        answers=answers(workspace).count(),
        job=jobs.latest(workspace, STUDY),
    )


def demand(workspace: Workspace) -> Estimate:
    found = estimates.current(workspace, DEMAND)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class ShownPoint:
    """A crossing as the table shows it: the answers as they are, and the interval of its figure."""

    code: str
    price: float
    figure: dict[str, Any]
    flat: tuple[float, float] | None


def price_points(estimate: Estimate | None) -> list[ShownPoint]:
    """The four points, then the ends of the narrow range."""
    if estimate is None:
        return []
    found = estimate.diagnostics["points"] | {
        f"{name}_narrow": point for name, point in estimate.diagnostics["points_narrow"].items()
    }
    return [
        ShownPoint(
            code,
            found[code]["price"],
            estimate.figures[code],
            (found[code]["flat_from"], found[code]["flat_to"]) if found[code]["is_flat"] else None,
        )
        for code in ("pmc", "opp", "idp", "pme", "pmc_narrow", "pme_narrow")
    ]


def enough(estimate: Estimate) -> Enough:
    """An interval narrows with the root of the answers: half as wide takes three times as many more."""
    best, kept = estimate.figures["best_price"], estimate.diagnostics["kept"]
    width = (best["high"] - best["low"]) / best["median"] if best["median"] else 1.0
    verdict = "sure" if width <= SURE else "fair" if width <= FAIR else "thin"
    return Enough(verdict, width, kept, 3 * kept)


def slider(estimate: Estimate) -> Slider:
    grid: list[float] = estimate.parameters["grid"]
    worth: list[float] = estimate.diagnostics["worth"]["median"]
    # Beyond the price that one in fifty accepts, the slider would only move over emptiness.
    last = next((price for price, share in zip(grid, worth, strict=True) if share < 0.02), grid[-1])
    step = _nice(last / SLIDER_STEPS)
    start = estimate.parameters.get("current_price") or estimate.figures["best_price"]["median"]
    return Slider(low=0.0, high=round(last / step) * step, step=step, start=round(start / step) * step)


def _nice(step: float) -> float:
    """The largest round step that is not above ``step``."""
    sizes = [round(lead * 10.0**power, 2) for power in range(-2, 7) for lead in (1, 2, 5)]
    return max((size for size in sizes if size <= step), default=sizes[0])
