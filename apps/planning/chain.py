"""From a choice of price and model to money.

Quality -> F, latency -> I, price -> C, U = f(F, I, C), h(U), T = P S N, revenue and margin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apps.planning.upstream import TODAY
from apps.planning.world import World, interpolated
from trimtab.economics.decision.forecast import Forecast, ForecastInputs, forecast
from trimtab.economics.decision.forecast_inputs import LINK_LIMIT
from trimtab.economics.decision.quality import Measured, experience
from trimtab.economics.decision.share import preference
from trimtab.economics.draws import Array
from trimtab.economics.satisfaction.model import predict

DEFAULT_MONTHS = 24
LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class Choice:
    """What is decided: the price in currency a month and the model; ``months`` is how far to look."""

    price: float
    candidate: str = TODAY
    months: int = DEFAULT_MONTHS


@dataclass(frozen=True)
class Outcome:
    """What comes of a choice: ``revenue``, ``margin``, ``customers`` (D, T) a month; ``retained`` (D, T + 1) of the
    average new customer by tenure; ``npv_margin`` (D,)."""

    revenue: Array
    margin: Array
    customers: Array
    retained: Array
    npv_margin: Array


def outcome(world: World, choice: Choice, measured: Measured | None = None) -> Outcome:
    """The forecast of a choice. ``measured`` stands in for the candidate's test, to ask what another quality would do.

    h is 0 for today's model at today's price, because the fitted hazard is that of today's customers. Buyers in
    reach N are today's arrivals over today's share of preference in the same world. A better model keeps customers;
    it is not taken to win new ones. When the price rises, the existing customers for whom it is no longer worth it
    leave at once, min(1, C(p) / C(today's price)) stay, and then follow the retention of everyone.
    """
    inputs = _inputs(world, choice, measured or world.measured[choice.candidate])
    if world.existing is None:
        return _told(forecast(inputs))
    together = _told(forecast(replace(inputs, existing=world.existing)))
    accepting = _accepting(world, choice.price)
    if np.all(accepting == 1):
        return together
    return _weighed(_told(forecast(inputs)), together, accepting)


def _inputs(world: World, choice: Choice, model: Measured) -> ForecastInputs:
    felt = experience(
        today=world.measured[TODAY],
        candidate=model,
        functional_today=world.functional,
        interaction_today=world.interaction,
        quality_elasticity=world.quality_elasticity,
        latency_elasticity=world.latency_elasticity,
        requests_per_month=world.requests,
    )
    satisfied = _satisfaction(world, felt.functional, felt.interaction, choice.price)
    reference = _satisfaction(world, world.functional, world.interaction, world.current_price)
    return ForecastInputs(
        buyers=world.arrivals[:, : choice.months] / _share(world, world.current_price)[:, None],
        share=_share(world, choice.price)[:, None, None],
        price=np.array([choice.price]),
        hazard=world.hazard,
        link=np.clip(world.slope * (satisfied - reference), -LINK_LIMIT, LINK_LIMIT),
        serving_cost=felt.serving_cost_per_month,
        payment_fee=world.payment_fee,
        fixed_cost=world.fixed_cost,
        annual_discount=world.annual_discount,
    )


def _told(found: Forecast) -> Outcome:
    return Outcome(found.revenue, found.margin, found.customers, found.retained, found.npv_margin)


def _accepting(world: World, price: float) -> Array:
    """The part of the existing customers for whom a price is still worth it, (D,) in 0..1."""
    if price <= world.current_price:
        return np.ones(world.arrivals.shape[0])
    before = np.maximum(worth_at(world, world.current_price), LEAST_SHARE)
    return np.minimum(1.0, worth_at(world, price) / before)


def _weighed(new: Outcome, together: Outcome, part: Array) -> Outcome:
    """The outcome with only ``part`` of the existing customers: all of it is linear in their number."""

    def between(name: str) -> Array:
        low, high = getattr(new, name), getattr(together, name)
        return np.asarray(low + (part if low.ndim == 1 else part[:, None]) * (high - low))

    return Outcome(
        between("revenue"), between("margin"), between("customers"), together.retained, between("npv_margin")
    )


def baseline(world: World, months: int) -> Outcome:
    """Today's model at today's price, kept with the world: every answer is compared with it."""
    known = world.cached.get(months)
    if known is None:
        known = world.cached[months] = outcome(world, Choice(world.current_price, TODAY, months))
    return known


def worth_at(world: World, price: float) -> Array:
    return interpolated(world.grid, world.worth, price)


def _satisfaction(world: World, functional: Array, interaction: Array, price: float) -> Array:
    return predict(world.family, world.coef, functional, interaction, worth_at(world, price))


def _share(world: World, price: float) -> Array:
    if world.chosen is not None and world.chosen_prices is not None:
        return np.maximum(interpolated(world.chosen_prices, world.chosen, price), LEAST_SHARE)
    accepted = np.column_stack([worth_at(world, price), world.rivals])
    found = preference(world.score, accepted, world.gamma, world.none_weight)
    return np.maximum(found.share[:, 0], LEAST_SHARE)
