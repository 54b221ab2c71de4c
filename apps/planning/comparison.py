"""Two scenarios beside each other in the same worlds: what differs, by how much, and how surely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext

from apps.estimates import reading
from apps.estimates.models import Grade
from apps.planning import wording
from apps.planning.answers import saved_choice, world_of
from apps.planning.assumptions import ASSUMPTIONS, MONEY, SHARE, Assumption
from apps.planning.bands import Picture, picture
from apps.planning.chain import Outcome, outcome
from apps.planning.choice import Choice
from apps.planning.levers import LEVERS, in_words
from apps.planning.models import Scenario
from apps.planning.page import grade, is_simulated, measure_title, model_name
from apps.planning.world import Link, World
from apps.planning.yearly import YEAR, monthly
from apps.workspaces.errors import Refused
from trimtab.economics.draws import Array, Figure, summarise


@dataclass(frozen=True)
class Side:
    """A scenario with its world, the choice that it keeps, and what comes of it."""

    scenario: Scenario
    world: World
    choice: Choice
    found: Outcome


@dataclass(frozen=True)
class Row:
    """One figure of both; ``difference`` is right less left world by world, ``p_higher`` the chance that it is > 0."""

    name: str
    left: Figure
    right: Figure
    difference: Figure
    p_higher: float


@dataclass(frozen=True)
class Contrast:
    """Something that the two hold differently, in words."""

    label: str
    left: str
    right: str


@dataclass(frozen=True)
class Comparison:
    """``apart`` names the links that do not move together because they come from different sources."""

    left: Side
    right: Side
    months: int
    rows: list[Row]
    gain: Figure
    p_better: float
    pictures: list[Picture]
    choices: list[Contrast]
    assumptions: list[Contrast]
    apart: list[str]
    grade: str
    simulated: bool


_DRAWS: dict[str, tuple[Callable[[Outcome], Array], str]] = {
    "revenue_12": (lambda found: found.revenue[:, :YEAR].sum(axis=1), MONEY),
    "margin_12": (lambda found: found.margin[:, :YEAR].sum(axis=1), MONEY),
    "retained_12": (lambda found: found.retained[:, YEAR], SHARE),
    "npv_margin": (lambda found: found.npv_margin, MONEY),
}


def compare(left: Scenario, right: Scenario) -> Comparison:
    """Both over the longer of the two horizons, so that their totals count the same months.

    Raises CannotEstimate where one can't be forecast, Refused for the source document's example.
    """
    months = max(left.months, right.months)
    one, other = _side(left, months), _side(right, months)
    rows = [_row(name, one, other) for name in _DRAWS]
    gain = next(row for row in rows if row.name == "npv_margin")
    return Comparison(
        left=one,
        right=other,
        months=months,
        rows=rows,
        gain=gain.difference,
        p_better=gain.p_higher,
        pictures=[_picture(key, one, other) for key in ("revenue", "margin", "retained")],
        choices=_choices(one, other),
        assumptions=_assumptions(one, other),
        apart=apart(one.world, other.world),
        grade=min((grade(side.world, side.choice) for side in (one, other)), key=Grade.values.index),
        simulated=is_simulated(one.world) or is_simulated(other.world),
    )


def apart(left: World, right: World) -> list[str]:
    """Links whose worlds are not the same: one side measured what the other assumes, or measured it otherwise.

    Every other link draws from a stream of its own that is the same in all scenarios, so that its worlds are twins.
    """
    known = {link.code: link for link in right.links}
    both = [(link, known[link.code]) for link in left.links if link.code in known]
    return [wording.link_label(one.code) for one, other in both if _source(one) != _source(other)]


def _source(link: Link) -> str:
    if link.estimate is not None:
        return link.estimate.kind
    return "rows" if link.inputs else ""


def _side(scenario: Scenario, months: int) -> Side:
    if scenario.is_example:
        raise Refused(
            "example_has_no_forecast", gettext("The example is a formula of its own: there is nothing to run.")
        )
    world = world_of(scenario)
    kept = saved_choice(scenario, world)
    return Side(scenario, world, kept, outcome(world, _over(kept, months)))


def _over(choice: Choice, months: int) -> Choice:
    return replace(choice, months=months)


def _row(name: str, left: Side, right: Side) -> Row:
    told, kind = _DRAWS[name]
    unit = left.world.currency if kind == MONEY else kind
    before, after = told(left.found), told(right.found)
    return Row(
        name=name,
        left=summarise(before, name=name, unit=unit),
        right=summarise(after, name=name, unit=unit),
        difference=summarise(after - before, name=name, unit=unit),
        p_higher=float(np.mean(after > before)),
    )


def _picture(key: str, left: Side, right: Side) -> Picture:
    unit = SHARE if key == "retained" else left.world.currency
    series = []
    for side, css in ((left, "now"), (right, "other")):
        draws = getattr(side.found, key)
        series.append((side.scenario.title, css, monthly(draws[:, 1:] if key == "retained" else draws)))
    return picture(key, measure_title(key), unit, series)


def _choices(left: Side, right: Side) -> list[Contrast]:
    written = [_written(side) for side in (left, right)]
    return [Contrast(label, one, written[1][label]) for label, one in written[0].items() if one != written[1][label]]


def _written(side: Side) -> dict[str, str]:
    choice = side.choice
    pulled = {str(lever.label): in_words(key, getattr(choice, key)) for key, lever in LEVERS.items()}
    return {
        gettext("Price a month"): reading.money(choice.price, side.world.currency),
        gettext("Model"): model_name(side.world, choice.candidate),
        **pulled,
        gettext("Months ahead"): str(choice.months),
    }


def _assumptions(left: Side, right: Side) -> list[Contrast]:
    typed = [side.scenario.assumptions for side in (left, right)]
    differing = [one for key, one in ASSUMPTIONS.items() if typed[0].get(key) != typed[1].get(key)]
    return [Contrast(str(one.label), *(_stated(one, side) for side in (left, right))) for one in differing]


def _stated(one: Assumption, side: Side) -> str:
    value = side.scenario.assumptions.get(one.key)
    measured = any(one.key in link.assumptions and _source(link) for link in side.world.links)
    if value is None and measured:
        return gettext("measured")
    stated = one.default if value is None else value
    if stated is None:
        return "—"
    return reading.percent(stated) if one.unit == SHARE else reading.number(stated)
