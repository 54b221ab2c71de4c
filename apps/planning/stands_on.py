"""What a forecast stands on: its links with what is behind each, and the assumptions that people typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from apps.estimates.models import Estimate
from apps.estimates.reading import unit_words
from apps.planning import wording
from apps.planning.assumptions import ASSUMPTIONS, MONEY, SHARE, Assumption
from apps.planning.models import Scenario
from apps.planning.world import World
from apps.workspaces.models import Workspace

# They say how an outcome is counted or judged, so every forecast stands on them.
POLICY = {
    "payment_fee", "fixed_cost", "annual_discount", "ship_at", "hold_at", "retries", "arrivals_source",
    "quality_wins_buyers", "retention_form", "acquisition_cost", "marketing_per_month", "gpu_hour_price",
    "trainings_per_year", "one_off_cost", "cash_today",
}  # fmt: skip


@dataclass(frozen=True)
class LinkRow:
    """``assumption`` is the field of the page where the number is typed that stands for data."""

    code: str
    label: str
    says: str
    grade: str
    figure: dict[str, Any] | None
    estimate: Estimate | None
    page: str
    assumption: str


@dataclass(frozen=True)
class AssumptionRow:
    """An assumption in its form: ``in_use`` when the forecast stands on it, ``missing`` when it can't do without."""

    assumption: Assumption
    value: float | None
    stated: bool
    in_use: bool
    missing: bool
    unit: str
    measured: bool

    @property
    def chosen(self) -> str:
        """What the value stands for where there is a choice of few, else nothing."""
        return next((str(label) for value, label in self.assumption.choices if value == self.value), "")


def link_rows(world: World, workspace: Workspace) -> list[LinkRow]:
    for link in world.links:
        if link.estimate is not None:
            link.estimate.workspace = workspace
    return [
        LinkRow(
            code=link.code,
            label=wording.link_label(link.code),
            says=wording.link_says(link.code, link.set_aside),
            grade=link.grade,
            figure=link.figure.as_dict() if link.figure else None,
            estimate=link.estimate,
            page=_address(wording.link_page(link.code), workspace.slug),
            assumption=f"assume-{link.assumptions[0]}" if link.assumptions else "",
        )
        for link in world.links
    ]


def assumption_rows(
    scenario: Scenario, world: World | None, missing: frozenset[str] = frozenset()
) -> tuple[list[AssumptionRow], list[AssumptionRow]]:
    """Those that the forecast stands on, and those that data or another assumption makes idle."""
    used = {key for link in world.links if not link.is_measured for key in link.assumptions} if world else set()
    measured = {key for link in world.links if link.is_measured for key in link.assumptions} if world else set()
    rows = [
        AssumptionRow(
            assumption=one,
            value=scenario.assumptions.get(key, None if key in measured else one.default),
            stated=key in scenario.assumptions,
            in_use=key in used or key in scenario.assumptions or (world is not None and key in POLICY),
            missing=key in missing,
            unit=_unit(one, scenario.workspace.currency),
            measured=key in measured,
        )
        for key, one in ASSUMPTIONS.items()
    ]
    return [row for row in rows if row.missing or row.in_use], [row for row in rows if not (row.missing or row.in_use)]


def _unit(one: Assumption, currency: str) -> str:
    return {MONEY: currency, SHARE: "0–1"}.get(one.unit) or unit_words(one.unit)


def _address(name: str, slug: str) -> str:
    if not name:
        return ""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
