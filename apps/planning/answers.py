"""What-if: the forecast of a choice at once, from worlds that are kept in memory between two moves of a slider."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite
from threading import Lock
from typing import Any, cast

from django.utils.translation import gettext

from apps.estimates import selectors as estimates
from apps.planning.assembly import assemble
from apps.planning.assumptions import Assumed
from apps.planning.chain import Outcome, baseline, outcome
from apps.planning.choice import DEFAULT_MONTHS, Choice
from apps.planning.judgement import price_grid
from apps.planning.levers import pulled
from apps.planning.models import Scenario
from apps.planning.money import Money, money_of
from apps.planning.upstream import TODAY, Upstream, upstream
from apps.planning.world import MOST_MONTHS, World
from apps.planning.yearly import figures, gain, monthly
from apps.workspaces.errors import Refused
from trimtab.economics.draws import Figure

KEPT_WORLDS = 6
FEWEST_MONTHS = 12
HIGHEST_PRICE = 1e6
Months = dict[str, list[dict[str, float]]]
Told = tuple[dict[str, Figure], Months]
_worlds: OrderedDict[Any, World] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Answer:
    """The outcome of ``choice`` beside today's model at today's price: figures, months, and the gain."""

    choice: Choice
    figures: dict[str, Figure]
    today: dict[str, Figure]
    gain: Figure
    p_better: float
    months: Months
    today_months: Months
    is_today: bool
    money: Money


def world_of(scenario: Scenario, found: Upstream | None = None) -> World:
    """The scenario's world, from memory where nothing that it stands on has changed. Raises CannotEstimate."""
    found = found or upstream(scenario.workspace, scenario.candidate_id)
    key = world_key(scenario, found)
    with _lock:
        if key in _worlds:
            _worlds.move_to_end(key)
            return _worlds[key]
    made = assemble(found, Assumed(scenario.assumptions), estimates.draws, scenario.workspace.currency)
    with _lock:
        _worlds[key] = made
        while len(_worlds) > KEPT_WORLDS:
            _worlds.popitem(last=False)
    return made


def world_key(scenario: Scenario, found: Upstream) -> tuple[Any, ...]:
    """Changes whenever the world of the scenario does."""
    overrides = tuple(sorted(scenario.assumptions.items()))
    return scenario.workspace_id, scenario.workspace.currency, found.key, overrides


def saved_choice(scenario: Scenario, world: World) -> Choice:
    candidate = str(scenario.candidate_id)
    levers = pulled(scenario.levers, {})
    return Choice(
        scenario.price or world.current_price,
        candidate if candidate in world.measured else TODAY,
        scenario.months or DEFAULT_MONTHS,
        quality=levers["quality"],
        latency=levers["latency"],
        arrivals=levers["arrivals"],
    )


def chosen(scenario: Scenario, world: World, given: dict[str, Any]) -> Choice:
    """The choice that a form or a query names; what it leaves out is the scenario's. Raises Refused."""
    saved = saved_choice(scenario, world)
    price = _number(given.get("price"), saved.price, "price")
    months = _number(given.get("months"), saved.months, "months")
    candidate = str(given.get("candidate") or saved.candidate)
    if not 0 < price <= HIGHEST_PRICE:
        raise Refused("price_out_of_range", gettext("The price must be above zero."), field="price")
    if not FEWEST_MONTHS <= months <= MOST_MONTHS:
        raise Refused("months_out_of_range", gettext("Look ahead 12 to 60 months."), field="months")
    if candidate not in world.measured:
        raise Refused("unknown_candidate", gettext("This candidate has not been tested."), field="candidate")
    levers = pulled(scenario.levers, given)
    return replace(
        saved,
        price=price,
        candidate=candidate,
        months=int(months),
        quality=levers["quality"],
        latency=levers["latency"],
        arrivals=levers["arrivals"],
    )


def _number(given: Any, otherwise: float, field: str) -> float:
    if given in (None, ""):
        return otherwise
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = float("nan")
    if isinstance(given, bool) or not isfinite(value):
        raise Refused("not_a_number", gettext("This is not a number."), field=field)
    return value


def today(world: World, months: int) -> Choice:
    """As things are: today's model at today's price, no lever moved."""
    return Choice(world.current_price, TODAY, months)


def answer(world: World, choice: Choice) -> Answer:
    """The same arithmetic as the forecast job, so that slider and estimate agree to the last digit."""
    before = baseline(world, choice.months)
    is_today = choice == today(world, choice.months)
    found = before if is_today else outcome(world, choice)
    more, p_better = gain(found, before, world.currency)
    own, own_months = _told(found, world)
    known, known_months = _told_of_today(world, choice.months)
    money = money_of(world, choice, found, before)
    return Answer(choice, own, known, more, p_better, own_months, known_months, is_today, money)


def _told_of_today(world: World, months: int) -> Told:
    """Kept with the world: the line that every other is drawn beside does not move."""
    key = ("told", months)
    if key not in world.cached:
        world.cached[key] = _told(baseline(world, months), world)
    return cast(Told, world.cached[key])


def _told(found: Outcome, world: World) -> Told:
    """Cash by month only where it is known what there is today."""
    months = {
        "revenue": monthly(found.revenue),
        "margin": monthly(found.margin),
        "retained": monthly(found.retained[:, 1:]),
    }
    if world.cash_today > 0:
        months["cash"] = monthly(found.cash)
    return {figure.name: figure for figure in figures(found, world.currency)}, months


def price_range(world: World) -> tuple[float, float, float]:
    """Lowest, highest and step of the price slider."""
    prices = price_grid(world)
    steps = sorted(b - a for a, b in pairwise(prices))
    return prices[0], prices[-1], steps[len(steps) // 2] if steps else 1.0
