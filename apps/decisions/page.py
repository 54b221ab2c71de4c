"""What the pages of options show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.decisions import option_charts, selectors
from apps.decisions.comparison import OptionComparison, Row
from apps.decisions.filling import menus_for
from apps.decisions.models import Option
from apps.decisions.option_forms import POINTS, OptionEditing, OptionForm
from apps.decisions.option_values import to_value, values
from apps.decisions.option_words import KINDS, told
from apps.decisions.search_space import Bounds, kinds_for, widest
from apps.estimates.messages import reason
from apps.estimates.models import Estimate
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.planning.answers import world_of
from apps.planning.models import Scenario
from apps.planning.needed_quality import needed_quality
from apps.planning.page import candidate_choices, model_name
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.errors import CannotEstimate

GAINS = ("gain", "grid_gain")

MOST_ROWS, MOST_COLUMNS = 30, 8
# What is typed in the table of the options side by side, in the units of its form.
QUICK = {name: OptionForm.base_fields[name].label
         for name in ("quality", "latency", "arrivals", "one_off_cost", "monthly_cost")}  # fmt: skip
AT_ONCE = 40


@dataclass(frozen=True)
class Study(jobs.WithLatestJob):
    """A kept result and the job that makes it."""

    estimate: Estimate | None
    job: Job | None


def frame(scenario: Scenario) -> dict[str, Any]:
    """What every page about the options of a scenario needs."""
    return {"scenario": scenario, "scenarios": list(selectors.scenarios(scenario.workspace))}


def options_page(scenario: Scenario, *, all_rows: bool = False) -> dict[str, Any]:
    context = frame(scenario) | {
        "archived": selectors.archived_options(scenario),
        "deleted": selectors.deleted_options(scenario),
        "options": selectors.options_of(scenario),
        "study": study(scenario, selectors.OPTIONS),
    }
    try:
        world = world_of(scenario)
    except CannotEstimate as error:
        return context | {"problem": reason(error)}
    context |= {"world": world, "candidates": candidate_choices(world), "search": _search(scenario, world)}
    context["today"] = {"price": world.current_price, "model": model_name(world, TODAY)}
    context["menus"] = menus_for(world)
    context["columns"] = context["options"][:MOST_COLUMNS]
    context["quick_rows"] = [
        (name, label, [(option, _typed(option, name)) for option in context["columns"]])
        for name, label in QUICK.items()
    ]
    # So many are forecast in the time of a page; more come in after it.
    if to_value(scenario) > AT_ONCE:
        return context | {"comes_later": True}
    return context | comparison_parts(scenario, all_rows=all_rows)


def comparison_parts(scenario: Scenario, *, all_rows: bool = False) -> dict[str, Any]:
    """The part that an edit exchanges. Raises CannotEstimate."""
    found = OptionComparison(scenario, values(scenario))
    ranked = found.ranked
    kept = study(scenario, selectors.OPTIONS)
    shown = ranked if all_rows else ranked[:MOST_ROWS]
    needed = _needed(kept.estimate)
    return {
        "found": found,
        "rows": [{"row": row, "model": model_name(found.values.world, row.choice.candidate),
                  "needed": needed.get(row.key)} for row in shown],
        "hidden_rows": len(ranked) - len(shown),
        "told": told(found.judged),
        "chart": option_charts.frontier(found.rows, found.values.world.currency) if len(found.rows) > 1 else None,
        "left_out": [(option, reason(found.values.left_out[option.pk])) for option in selectors.options_of(scenario)
                     if option.pk in found.values.left_out],
        "study": kept,
        "scenario": scenario,
    }  # fmt: skip


def option_page(option: Option, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    scenario = option.scenario
    try:
        world: World | None = world_of(scenario)
    except CannotEstimate as error:
        return frame(scenario) | {
            "option": option,
            "editing": OptionEditing(None, option, data),
            "refusal": reason(error),
        }
    editing = OptionEditing(world, option, data)
    return frame(scenario) | {"option": option, "editing": editing, **tried(option)}


def tried(option: Option) -> dict[str, Any]:
    """The option as it stands in memory, saved or not, beside today and the other options."""
    others = [one for one in selectors.options_of(option.scenario) if one.pk != option.pk]
    try:
        found = OptionComparison(option.scenario, values(option.scenario, (option, *others)))
        if option.pk in found.values.left_out:
            return {"refusal": reason(found.values.left_out[option.pk])}
        row: Row = found.rows[1]
        needed = needed_quality(found.values.world, row.choice)
    except CannotEstimate as error:
        return {"refusal": reason(error)}
    p_better = float(np.mean(found.comparison.gains[:, 1] > 0))
    return {
        "row": row,
        "found": found,
        "needed": needed,
        "row_p_better": p_better,
        "model": model_name(found.values.world, row.choice.candidate),
    }


def study(scenario: Scenario, kind: str) -> Study:
    if scenario.pk is None:
        return Study(None, None)
    return Study(selectors.result(scenario, kind), jobs.latest(scenario.workspace, kind, str(scenario.pk)))


def _search(scenario: Scenario, world: World) -> dict[str, Any]:
    kept = study(scenario, selectors.SEARCH)
    bounds = Bounds.of(kept.estimate.parameters["bounds"]) if kept.estimate else widest(world)
    return {
        "study": kept,
        "bounds": bounds,
        "least_gross": _percent(bounds.least_gross),
        "most_at_a_loss": _percent(bounds.most_at_a_loss),
        "kinds": [(kind.value, KINDS[kind.value], kind in bounds.kinds) for kind in kinds_for(world)],
        "models": [(key, name, key in bounds.candidates) for key, name in candidate_choices(world)],
        "families": _families(kept.estimate) if kept.estimate else [],
        "kind": KINDS.get(kept.estimate.diagnostics["kind"], "") if kept.estimate else "",
    }


def _families(found: Estimate) -> list[dict[str, Any]]:
    rows = [
        row | {"kind_name": KINDS.get(row["kind"], row["kind"])} | {name: _in_cents(row[name]) for name in GAINS}
        for row in found.diagnostics["families"]
    ]
    return sorted(rows, key=lambda row: -(row["gain"] if row["gain"] is not None else float("-inf")))


def _in_cents(gain: float | None) -> float | None:
    """What is less than a cent is the search's rounding, and no loss."""
    return gain if gain is None else round(gain, 2) + 0.0


def _typed(option: Option, name: str) -> float:
    value: float = getattr(option, name)
    return round(value * POINTS, 6) if name == "quality" else value


def _percent(share: float | None) -> float | str:
    return "" if share is None else round(share * POINTS, 6)


def _needed(found: Estimate | None) -> dict[str, Any]:
    return {row["option"]: row["needed_quality"] for row in found.diagnostics["options"]} if found else {}
