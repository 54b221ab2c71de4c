"""All scenarios of a workspace with what each chooses and would earn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from apps.estimates.messages import reason
from apps.planning.answers import saved_choice, world_key, world_of
from apps.planning.chain import outcome
from apps.planning.levers import all_in_words, pulled_of
from apps.planning.models import Scenario
from apps.planning.page import grade, is_simulated, model_name
from apps.planning.upstream import Upstream, upstream
from apps.planning.yearly import figures
from trimtab.economics.draws import Figure
from trimtab.economics.errors import CannotEstimate

KEPT_HEADLINES = 500
_headlines: OrderedDict[Any, Headline] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Headline:
    """``levers`` are label and how far of those that were moved."""

    price: float
    model: str
    months: int
    levers: tuple[tuple[str, str], ...]
    figures: dict[str, Figure]
    currency: str
    grade: str
    simulated: bool


@dataclass(frozen=True)
class ScenarioRow:
    """``refusal`` says why there are no figures; the source document's example has neither."""

    scenario: Scenario
    headline: Headline | None = None
    refusal: str = ""

    @property
    def shown(self) -> list[Figure]:
        return [self.headline.figures[name] for name in ("revenue_12", "margin_12")] if self.headline else []


def scenario_rows(scenarios: Iterable[Scenario]) -> list[ScenarioRow]:
    """The figures are kept between two looks at the list, for as long as nothing that they stand on changes."""
    known: dict[int | None, Upstream] = {}
    rows = []
    for scenario in scenarios:
        if scenario.is_example:
            rows.append(ScenarioRow(scenario))
            continue
        found = known.get(scenario.candidate_id) or upstream(scenario.workspace, scenario.candidate_id)
        known[scenario.candidate_id] = found
        try:
            told = headline(scenario, found)
        except CannotEstimate as error:
            rows.append(ScenarioRow(scenario, refusal=reason(error)))
        else:
            rows.append(ScenarioRow(scenario, told))
    return rows


def headline(scenario: Scenario, found: Upstream) -> Headline:
    """Raises CannotEstimate where nothing can be forecast yet."""
    levers = tuple(sorted(scenario.levers.items()))
    key = (world_key(scenario, found), scenario.price, scenario.candidate_id, scenario.months, levers)
    with _lock:
        if key in _headlines:
            _headlines.move_to_end(key)
            return _headlines[key]
    told = _headline(scenario, found)
    with _lock:
        _headlines[key] = told
        while len(_headlines) > KEPT_HEADLINES:
            _headlines.popitem(last=False)
    return told


def _headline(scenario: Scenario, found: Upstream) -> Headline:
    world = world_of(scenario, found)
    choice = saved_choice(scenario, world)
    shown = figures(outcome(world, choice), world.currency)
    return Headline(
        price=choice.price,
        model=model_name(world, choice.candidate),
        months=choice.months,
        levers=tuple(all_in_words(pulled_of(choice))),
        figures={figure.name: figure for figure in shown},
        currency=world.currency,
        grade=grade(world, choice),
        simulated=is_simulated(world),
    )
