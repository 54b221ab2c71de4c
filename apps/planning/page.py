"""What the forecast page shows, put together from the scenario, its world and its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext

from apps.choices.value_of_quality import values_of_candidates
from apps.estimates import selectors as estimates
from apps.estimates.freshness import Freshness
from apps.estimates.messages import reason
from apps.estimates.models import Estimate
from apps.estimates.reading import unit_words
from apps.jobs import selectors as jobs
from apps.planning import selectors, wording
from apps.planning.answers import Answer, answer, chosen, price_range, saved_choice, world_of
from apps.planning.assumptions import ASSUMPTIONS, MONEY, SHARE, Assumption
from apps.planning.bands import Picture, picture
from apps.planning.models import Scenario
from apps.planning.services import FORECAST_JOB
from apps.planning.upstream import TODAY
from apps.planning.world import World
from apps.workspaces.errors import Refused
from apps.workspaces.models import Workspace
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class LinkRow:
    label: str
    says: str
    grade: str
    figure: dict[str, Any] | None
    estimate: Estimate | None
    page: str


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


def forecast_page(scenario: Scenario, query: Mapping[str, Any]) -> dict[str, Any]:
    """The whole page; where nothing can be forecast yet, what is missing instead of the answer."""
    workspace = scenario.workspace
    context: dict[str, Any] = {
        "scenario": scenario,
        "scenarios": list(selectors.scenarios(workspace)),
        "results": selectors.results(scenario),
        "urls": addresses(scenario),
    }
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
    saved = saved_choice(scenario, world)
    low, high, step = price_range(world)
    return context | {
        "world": world,
        "saved": saved,
        "candidates": candidate_choices(world),
        "price_low": min(low, saved.price),
        "price_high": max(high, saved.price),
        "price_step": step,
        "links": link_rows(world, workspace),
        "weakest": [wording.link_label(link.code) for link in world.weakest],
        "grade": world.grade,
        "assumptions": assumption_rows(scenario, world),
        "simulated": any(link.estimate is not None and link.estimate.simulated for link in world.links),
        **answer_parts(scenario, world, query),
    }


def addresses(scenario: Scenario) -> dict[str, str]:
    """Where the forms of the page go; the base case has addresses before it has been saved."""
    slug, names = scenario.workspace.slug, ("what-if", "run", "keep", "assume")
    if scenario.pk is None:
        return {name.replace("-", "_"): reverse(f"planning:base-{name}", args=[slug]) for name in names}
    return {name.replace("-", "_"): reverse(f"planning:{name}", args=[slug, scenario.pk]) for name in names}


def answer_parts(scenario: Scenario, world: World, query: Mapping[str, Any]) -> dict[str, Any]:
    """The part that a slider exchanges."""
    try:
        choice = chosen(scenario, world, dict(query.items()))
    except Refused as refusal:
        return {"refusal": str(refusal), "answer": None}
    found = answer(world, choice)
    return {
        "answer": found,
        "choice": choice,
        "model": model_name(world, choice.candidate),
        "pictures": pictures(world, found),
        "currency": world.currency,
    }


def pictures(world: World, found: Answer) -> list[Picture]:
    titles = {
        "revenue": (gettext("Revenue a month"), world.currency),
        "margin": (gettext("Margin a month"), world.currency),
        "retained": (gettext("Still with us, by months since they came"), "share"),
    }
    drawn = []
    for key, (title, unit) in titles.items():
        series = [(gettext("Today"), "now", found.today_months[key])]
        if not found.is_today:
            series.append((gettext("This choice"), "other", found.months[key]))
        drawn.append(picture(key, title, unit, series))
    return drawn


def candidate_choices(world: World) -> list[tuple[str, str]]:
    return [(TODAY, model_name(world, TODAY)), *((key, world.names[key]) for key in world.candidates)]


def model_name(world: World, key: str) -> str:
    return gettext("Today's model") if key == TODAY else world.names[key]


def link_rows(world: World, workspace: Workspace) -> list[LinkRow]:
    for link in world.links:
        if link.estimate is not None:
            link.estimate.workspace = workspace
    return [
        LinkRow(
            label=wording.link_label(link.code),
            says=wording.link_says(link.code, link.set_aside),
            grade=link.grade,
            figure=link.figure.as_dict() if link.figure else None,
            estimate=link.estimate,
            page=_address(wording.link_page(link.code), workspace.slug),
        )
        for link in world.links
    ]


def assumption_rows(
    scenario: Scenario, world: World | None, missing: frozenset[str] = frozenset()
) -> tuple[list[AssumptionRow], list[AssumptionRow]]:
    """Those that the forecast stands on, and those that data or another assumption makes idle."""
    used = {key for link in world.links if link.estimate is None for key in link.assumptions} if world else set()
    measured = (
        {key for link in world.links if link.estimate is not None for key in link.assumptions} if world else set()
    )
    policy = {"payment_fee", "fixed_cost", "annual_discount", "ship_at", "hold_at"}
    rows = [
        AssumptionRow(
            assumption=one,
            value=scenario.assumptions.get(key, None if key in measured else one.default),
            stated=key in scenario.assumptions,
            in_use=key in used or key in scenario.assumptions or (world is not None and key in policy),
            missing=key in missing,
            unit=_unit(one, scenario.workspace.currency),
            measured=key in measured,
        )
        for key, one in ASSUMPTIONS.items()
    ]
    return [row for row in rows if row.missing or row.in_use], [row for row in rows if not (row.missing or row.in_use)]


def worth_to_users(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """By candidate, what its quality is worth to a user and month over today's, where choices were studied."""
    model = estimates.current(workspace, "choices.model")
    if model is None:
        return {}
    values, _why = values_of_candidates(workspace, model)
    return {one.candidate_id: one.worth.as_dict() for one in values}


def verdict_cards(verdict: Estimate | None, worth: Mapping[str, dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Each candidate's verdict in words, those to ship first; ``worth`` to users by candidate where it is known."""
    if verdict is None:
        return []
    known = worth or {}
    cards = [
        card | _worded(card) | {"worth": known.get(card["key"])} for card in verdict.diagnostics.get("verdict", [])
    ]
    return sorted(cards, key=lambda card: -card["expected_gain"])


def _worded(card: dict[str, Any]) -> dict[str, Any]:
    settle = [
        one
        | {
            "label": wording.link_label(one["name"]),
            "do": wording.what_settles(one["name"], one["needed_observations"], one.get("observed", False)),
        }
        for one in card["settle"]
        if one["value"] > 0
    ]
    return {
        "word": wording.VERDICTS[card["verdict"]],
        "css": wording.VERDICT_CLASSES[card["verdict"]],
        "because": wording.REASONS[card["reason"]],
        "settle": settle[:3],
    }


def _unit(one: Assumption, currency: str) -> str:
    return {MONEY: currency, SHARE: "0–1"}.get(one.unit) or unit_words(one.unit)


def _address(name: str, slug: str) -> str:
    if not name:
        return ""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
