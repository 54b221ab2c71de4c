"""The forecast that a decision freezes: of an option or of a scenario's own choice, and what else could be chosen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from apps.decisions.ledger_models import Decision
from apps.decisions.ledger_selectors import FROZEN
from apps.decisions.models import Option
from apps.decisions.option_choices import choice_of
from apps.decisions.option_values import values
from apps.estimates import services as estimates
from apps.estimates.lineage import InputRef
from apps.estimates.models import Estimate
from apps.estimates.selectors import current
from apps.planning import selectors as planning
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import Choice, correction, outcome
from apps.planning.forecasting import links_behind, weakest
from apps.planning.models import Scenario
from apps.planning.world import Link, World
from apps.planning.yearly import figures
from apps.workspaces.models import Workspace
from trimtab.economics.draws import Array, Figure

LIFE_DAYS = 3650


@dataclass(frozen=True)
class Frozen:
    """What is kept of the forecast on the day of the decision."""

    workspace: Workspace
    choice: dict[str, Any]
    options: list[dict[str, Any]]
    draws: dict[str, Array]
    figures: list[Figure]
    links: list[Link]
    inputs: list[InputRef]

    def record(self, decision: Decision) -> Estimate:
        """One that lives for ten years: what was foretold does not go stale."""
        return estimates.record(
            workspace=self.workspace,
            kind=FROZEN,
            subject=timezone.now().strftime("%Y%m%d%H%M%S%f"),
            grade=weakest(self.links),
            draws=self.draws,
            figures=self.figures,
            parameters={"subject_label": decision.title, "starts_on": decision.starts_on.isoformat()} | self.choice,
            inputs=self.inputs,
            expires_at=timezone.now() + timedelta(days=LIFE_DAYS),
        )


def frozen(scenario: Scenario, option: Option | None) -> Frozen:
    """Raises CannotEstimate where nothing can be forecast, or the option's model has no test."""
    world = world_of(scenario)
    saved = saved_choice(scenario, world)
    choice = choice_of(option, world, saved.months) if option else saved
    found = outcome(world, choice)
    links = links_behind(world, choice.candidate, choice.price)
    used = [InputRef.of(link.estimate) for link in links if link.estimate is not None]
    used += [ref for link in links for ref in link.inputs]
    if scenario.pk:
        used.append(planning.scenario_ref(scenario))
    return Frozen(
        workspace=scenario.workspace,
        choice=_told(choice, world),
        options=_choices(scenario, option),
        draws={
            "revenue": found.revenue,
            "margin": found.margin,
            "customers": found.customers,
            "npv_margin": found.npv_margin,
            "correction": correction(world),
        },
        figures=figures(found, world.currency),
        links=links,
        inputs=used,
    )


def first_month(workspace: Workspace) -> int:
    """The month that the forecast begins with: the first that the log does not know, without a log this one."""
    log = current(workspace, "retention.arrivals")
    name = str(log.parameters.get("first_month", "")) if log else ""
    if not name:
        today = timezone.localdate()
        return today.year * 12 + today.month - 1
    year, month = name.split("-")
    return int(year) * 12 + int(month) - 1


def _told(choice: Choice, world: World) -> dict[str, Any]:
    told = asdict(choice)
    for plan in told.get("plans", ()):
        plan["included"] = plan["included"] if np.isfinite(plan["included"]) else None
    return told | {"model": world.names.get(choice.candidate, "")}


def _choices(scenario: Scenario, chosen: Option | None) -> list[dict[str, Any]]:
    """What there was to choose from, with the expected gain over today and the chance of being best."""
    if scenario.pk is None:
        return []
    found = values(scenario)
    gains = found.npv - found.npv[:, :1]
    best = np.bincount(np.argmax(gains, axis=1), minlength=gains.shape[1]) / len(gains)
    keys = [None, *(option.pk for option in found.options)]
    wanted = chosen.pk if chosen else None
    return [
        {"name": name, "expected_gain": float(gains[:, place].mean()), "p_best": float(best[place])}
        | {"chosen": key == wanted and (chosen is not None or len(keys) == 1)}
        for place, (name, key) in enumerate(zip(found.names, keys, strict=True))
    ]
