"""What the joint search looks through: each model with each kind of plan, and the prices and limits of the kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from apps.planning.answers import price_range
from apps.planning.choice import Choice
from apps.planning.world import World
from trimtab.economics.decision.joint_search import Axis, Family
from trimtab.economics.price.plans import Plan

LEAST_TOKENS, MOST_TOKENS = 0.1, 4.0
LEAST_RATE, MOST_RATE = 0.05, 5.0
BETWEEN = "|"


class PlanKind(StrEnum):
    """The kinds of plan that the search can build."""

    ONE_PRICE = "one_price"
    TWO_PLANS = "two_plans"
    FEE_AND_USE = "fee_and_use"


@dataclass(frozen=True)
class Bounds:
    """What a person asked for: prices from ``low`` to ``high``, models, kinds of plan and the constraints.

    ``least_gross`` is the part of the first year's revenue that must be left after serving and fees, ``most_at_a_loss``
    the largest share of customers who may cost more than they pay; None asks nothing.
    """

    low: float
    high: float
    candidates: tuple[str, ...]
    kinds: tuple[PlanKind, ...]
    least_gross: float | None = None
    most_at_a_loss: float | None = None

    @classmethod
    def of(cls, given: dict[str, Any]) -> Bounds:
        """From what a job keeps."""
        kinds = tuple(PlanKind(kind) for kind in given["kinds"])
        return cls(**given | {"candidates": tuple(given["candidates"]), "kinds": kinds})

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"candidates": list(self.candidates), "kinds": [kind.value for kind in self.kinds]}


def widest(world: World) -> Bounds:
    """Every model, every kind that usage is known for, and the prices that the survey reaches."""
    low, high, _step = price_range(world)
    return Bounds(low, high, tuple(world.measured), kinds_for(world))


def kinds_for(world: World) -> tuple[PlanKind, ...]:
    """Plans with limits need to know how much people use."""
    return tuple(PlanKind) if world.tokens is not None and world.usage is not None else (PlanKind.ONE_PRICE,)


def families(world: World, bounds: Bounds) -> list[Family]:
    axes = {kind: _axes(world, kind, bounds) for kind in bounds.kinds}
    return [
        Family(f"{candidate}{BETWEEN}{kind.value}", axes[kind])
        for kind in bounds.kinds
        for candidate in bounds.candidates
    ]


def named(family: str) -> tuple[str, PlanKind]:
    """The model and the kind of plan of a family."""
    candidate, _between, kind = family.partition(BETWEEN)
    return candidate, PlanKind(kind)


def choice_at(family: str, point: tuple[float, ...], months: int) -> Choice:
    candidate, kind = named(family)
    if kind is PlanKind.ONE_PRICE:
        return Choice(point[0], candidate, months)
    if kind is PlanKind.TWO_PLANS:
        fees = sorted(point[:2])
        return Choice(fees[0], candidate, months, plans=(Plan(fees[0], point[2]), Plan(fees[1])))
    return Choice(point[0], candidate, months, plans=(Plan(*point),))


def rounded(family: str, point: tuple[float, ...]) -> tuple[float, ...]:
    """As somebody would print it: money to three digits, tokens and prices of use to two."""
    kind = named(family)[1]
    digits = {PlanKind.ONE_PRICE: (3,), PlanKind.TWO_PLANS: (3, 3, 2), PlanKind.FEE_AND_USE: (3, 2, 2)}[kind]
    return tuple(float(f"{value:.{count}g}") for value, count in zip(point, digits, strict=True))


def _axes(world: World, kind: PlanKind, bounds: Bounds) -> tuple[Axis, ...]:
    price = Axis("price", bounds.low, bounds.high, is_log=True)
    if kind is PlanKind.ONE_PRICE:
        return (price,)
    mean = float(np.median(world.tokens)) if world.tokens is not None else 1.0
    included = Axis("included", LEAST_TOKENS * mean, MOST_TOKENS * mean, is_log=True)
    if kind is PlanKind.TWO_PLANS:
        return (price, Axis("price_unlimited", bounds.low, bounds.high * 2, is_log=True), included)
    each = 1000 * world.current_price / mean
    return (price, included, Axis("per_1000", LEAST_RATE * each, MOST_RATE * each, is_log=True))
