"""An option as the choice that the chain forecasts."""

from __future__ import annotations

from math import inf
from typing import Any

from apps.decisions.models import Option
from apps.planning.choice import Choice, Feature
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.plans import Plan


def today(world: World, months: int) -> Choice:
    """What is done now: today's model at today's price."""
    return Choice(world.current_price, TODAY, months)


def choice_of(option: Option, world: World, months: int) -> Choice:
    """The option's choice, looking as far ahead as its scenario. Raises CannotEstimate for a model without a test."""
    candidate = TODAY if option.candidate_id is None else str(option.candidate_id)
    if candidate not in world.measured:
        raise CannotEstimate(
            "candidate_not_tested",
            "The model of this option is not among those that were tested last.",
            "Test it again, or choose another model.",
        )
    return Choice(
        price=world.current_price if option.price is None else option.price,
        candidate=candidate,
        months=months,
        quality=option.quality,
        latency=option.latency,
        arrivals=option.arrivals,
        plans=tuple(plan_of(plan) for plan in option.plans),
        features=tuple(feature_of(feature) for feature in option.features),
        one_off_cost=option.one_off_cost,
        monthly_cost=option.monthly_cost,
    )


def plan_of(given: dict[str, Any]) -> Plan:
    included = given.get("included")
    return Plan(float(given["fee"]), inf if included is None else float(included), given.get("per_1000"))


def feature_of(given: dict[str, Any]) -> Feature:
    functional, interaction = (tuple(given.get(name) or (0.0, 0.0)) for name in ("functional", "interaction"))
    costs = {name: float(given.get(name) or 0.0) for name in ("one_off_cost", "monthly_cost")}
    return Feature(given["name"], functional, interaction, **costs)
