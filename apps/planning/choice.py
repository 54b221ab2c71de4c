"""What is decided: the price or the plans, the model, what is built, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

from apps.planning.upstream import TODAY
from trimtab.economics.price.plans import Plan

DEFAULT_MONTHS = 24
NO_POINTS = (0.0, 0.0)


@dataclass(frozen=True)
class Feature:
    """Something to build: the points that F and I gain from it, each as the ends of an 80 % interval, and its cost."""

    name: str
    functional: tuple[float, float] = NO_POINTS
    interaction: tuple[float, float] = NO_POINTS
    one_off_cost: float = 0.0
    monthly_cost: float = 0.0


@dataclass(frozen=True)
class Choice:
    """The price in currency a month, or a menu of ``plans`` in its place; the model; ``months`` to look ahead.

    ``quality`` are points added to the model's measured success (.02 = two points), ``latency`` and ``arrivals``
    factors on its latency and on the people in reach. ``one_off_cost`` is paid at once, ``monthly_cost`` each month.
    """

    price: float
    candidate: str = TODAY
    months: int = DEFAULT_MONTHS
    quality: float = 0.0
    latency: float = 1.0
    arrivals: float = 1.0
    plans: tuple[Plan, ...] = ()
    features: tuple[Feature, ...] = ()
    one_off_cost: float = 0.0
    monthly_cost: float = 0.0

    @property
    def spent_at_once(self) -> float:
        return self.one_off_cost + sum(feature.one_off_cost for feature in self.features)

    @property
    def spent_monthly(self) -> float:
        return self.monthly_cost + sum(feature.monthly_cost for feature in self.features)
