"""What the forecast page shows, put together from the scenario, its world and its results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from apps.estimates.freshness import Freshness
from apps.estimates.messages import reason
from apps.estimates.models import Estimate, Grade
from apps.jobs import selectors as jobs
from apps.planning import history, selectors, wording
from apps.planning.answers import Answer, answer, chosen, saved_choice, world_of
from apps.planning.bands import Picture, picture
from apps.planning.choice import Choice
from apps.planning.levers import all_in_words, moved, pulled_of
from apps.planning.models import Scenario
from apps.planning.services import FORECAST_JOB
from apps.planning.sliders import kept, neutral, sliders
from apps.planning.stands_on import assumption_rows, link_rows
from apps.planning.upstream import TODAY
from apps.planning.verdict_cards import verdict_cards, worth_to_users
from apps.planning.world import World
from apps.workspaces.errors import Refused
from trimtab.economics.errors import CannotEstimate

MEASURES = ("revenue", "margin", "retained")


def forecast_page(scenario: Scenario, query: Mapping[str, Any]) -> dict[str, Any]:
    """The whole page; where nothing can be forecast yet, what is missing instead of the answer."""
    workspace = scenario.workspace
    context: dict[str, Any] = {**bar(scenario), "results": selectors.results(scenario), "urls": addresses(scenario)}
    context["job"] = jobs.latest(workspace, FORECAST_JOB, str(scenario.pk)) if scenario.pk else None
    context["verdict"] = context["results"].get(selectors.VERDICT)
    context["price"] = context["results"].get(selectors.PRICE)
    context["cards"] = verdict_cards(context["verdict"], worth_to_users(workspace) if context["verdict"] else {})
    results = context["results"].values()
    Freshness(workspace, results, timezone.now()).mark(results)
    try:
        world = world_of(scenario)
    except CannotEstimate as error:
        missing = frozenset(error.params.get("missing", ()))
        problem = {"problem": reason(error), "assumptions": assumption_rows(scenario, None, missing)}
        return context | problem
    return context | {
        "world": world,
        "candidates": candidate_choices(world),
        "links": link_rows(world, workspace),
        "weakest": [wording.link_label(link.code) for link in world.weakest],
        "assumptions": assumption_rows(scenario, world),
        "simulated": is_simulated(world),
        **answer_parts(scenario, world, query, context["results"]),
    }


def bar(scenario: Scenario) -> dict[str, Any]:
    """What the row of a scenario's name and actions needs."""
    return {
        "scenario": scenario,
        "scenarios": list(selectors.live(scenario.workspace)),
        "steps": history.steps(scenario),
    }


def addresses(scenario: Scenario) -> dict[str, str]:
    """Where the forms of the page go; the base case has addresses before it has been saved."""
    slug, names = scenario.workspace.slug, ("what-if", "run", "keep", "assume")
    if scenario.pk is None:
        found = {name.replace("-", "_"): reverse(f"planning:base-{name}", args=[slug]) for name in names}
        return found | {"page": reverse("planning:home", args=[slug])}
    found = {name.replace("-", "_"): reverse(f"planning:{name}", args=[slug, scenario.pk]) for name in names}
    return found | {"page": reverse("planning:scenario", args=[slug, scenario.pk])}


def answer_parts(
    scenario: Scenario, world: World, query: Mapping[str, Any], results: Mapping[str, Estimate] | None = None
) -> dict[str, Any]:
    """The part that a slider exchanges."""
    saved = saved_choice(scenario, world)
    try:
        choice = chosen(scenario, world, dict(query.items()))
    except Refused as refusal:
        return {"refusal": str(refusal), "answer": None, "choice": saved, "sliders": sliders(world, saved)}
    found = answer(world, choice)
    return {
        "answer": found,
        "choice": choice,
        "saved": saved,
        "is_kept": choice == saved,
        "grade": grade(world, choice),
        "sliders": sliders(world, choice),
        "back_to_today": neutral(world),
        "back_to_saved": kept(saved),
        "model": model_name(world, choice.candidate),
        "levers": all_in_words(pulled_of(choice)),
        "pictures": pictures(world, found),
        "cash_picture": _drawn("cash", world, found) if "cash" in found.months else None,
        "currency": world.currency,
        "recorded": _recorded(found, selectors.results(scenario) if results is None else results),
    }


def grade(world: World, choice: Choice) -> str:
    """That of the weakest link; a lever that somebody moved is one, and is assumed."""
    return Grade.ASSUMED if moved(pulled_of(choice)) else world.grade


def is_simulated(world: World) -> bool:
    return any(link.estimate is not None and link.estimate.simulated for link in world.links)


def pictures(world: World, found: Answer) -> list[Picture]:
    return [_drawn(key, world, found) for key in MEASURES]


def _drawn(key: str, world: World, found: Answer) -> Picture:
    series = [(gettext("Today"), "now", found.today_months[key])]
    if not found.is_today:
        series.append((gettext("This choice"), "other", found.months[key]))
    return picture(key, measure_title(key), "share" if key == "retained" else world.currency, series)


def measure_title(key: str) -> str:
    return {
        "revenue": gettext("Revenue a month"),
        "margin": gettext("Margin a month"),
        "retained": gettext("Still with us, by months since they came"),
        "cash": gettext("Cash at the end of each month"),
    }[key]


def candidate_choices(world: World) -> list[tuple[str, str]]:
    return [(TODAY, model_name(world, TODAY)), *((key, world.names[key]) for key in world.candidates)]


def model_name(world: World, key: str) -> str:
    return gettext("Today's model") if key == TODAY else world.names[key]


def _recorded(found: Answer, results: Mapping[str, Estimate]) -> Estimate | None:
    """The forecast that was recorded of this very choice: its numbers are the same to the last digit."""
    known = results.get(f"{selectors.FORECAST}:{found.choice.candidate}")
    same = known is not None and all(
        known.figures.get(name, {}).get("median") == figure.median for name, figure in found.figures.items()
    )
    return known if same else None
