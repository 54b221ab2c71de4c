"""From a choice of price, plans and model to money.

Quality -> F, latency -> I, price -> C, U = f(F, I, C), h(U), T = P S N, revenue, margin and cash, by segment and plan.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from apps.planning.choice import DEFAULT_MONTHS, Choice, Feature
from apps.planning.felt import link_values, model_of, worth_at, worth_in_segments
from apps.planning.menus import Sold, advantage, sold
from apps.planning.outcomes import Outcome
from apps.planning.preference import share_of
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.decision.forecast import Forecast, ForecastInputs, forecast
from trimtab.economics.decision.past_errors import factors
from trimtab.economics.decision.quality import Measured
from trimtab.economics.draws import Array

__all__ = ["DEFAULT_MONTHS", "Choice", "Feature", "Outcome", "baseline", "correction", "outcome", "worth_at"]

LEAST_WORTH = 1e-9
LEAST_REVENUE = 1e-6
FIRST_YEAR = 12


def outcome(world: World, choice: Choice, measured: Measured | None = None) -> Outcome:
    """The forecast of a choice. ``measured`` stands in for the candidate's test, to ask what another quality would do.

    h is 0 for today's model at today's price, because the fitted hazard is that of today's customers. Buyers in
    reach N are today's arrivals over today's share of preference in the same world. A better model keeps customers;
    it is taken to win new ones only where the scenario says so. When the price rises, the existing customers for
    whom it is no longer worth it leave at once, min(1, C(p) / C(today's price)) stay, and then follow the retention of
    everyone. Raises CannotEstimate for plans where nothing says how much people use.
    """
    model = model_of(world, choice, measured)
    today = worth_in_segments(world, world.current_price)
    offered = sold(world, choice, model)
    inputs = _inputs(world, choice, model, offered, today)
    return _told(world, inputs, forecast(inputs), offered)


def correction(world: World) -> Array:
    """By what past errors multiply each world's customers, (D,): from the revenue of today's first year without it."""
    if world.past_errors is None or world.past_errors.changes_nothing:
        return np.ones(world.worlds)
    known = world.cached.get("correction")
    if known is None:
        plain = replace(world, past_errors=None, cached={})
        revenue = outcome(plain, Choice(world.current_price, TODAY, FIRST_YEAR)).revenue.sum(axis=1)
        known = world.cached["correction"] = factors(np.maximum(revenue, LEAST_REVENUE), world.past_errors)
    return np.asarray(known)


def baseline(world: World, months: int) -> Outcome:
    """Today's model at today's price, kept with the world: every answer is compared with it."""
    known = world.cached.get(months)
    if known is None:
        known = world.cached[months] = outcome(world, Choice(world.current_price, TODAY, months))
    return known


def _inputs(world: World, choice: Choice, model: Measured, offered: Sold, today: Array) -> ForecastInputs:
    share_today = share_of(world, world.current_price, today)
    shares = share_of(world, offered.price, offered.worth, advantage(world, model))
    reach = world.mix / share_today
    buyers = world.arrivals[:, : choice.months] * choice.arrivals
    # N of all segments together, parted by where today's arrivals come from and how many of those in reach they are.
    return ForecastInputs(
        buyers=buyers * reach.sum(axis=1, keepdims=True),
        segment_mix=reach,
        share=shares[:, :, None],
        price=offered.payment[:, :, None],
        hazard=world.hazard if world.hazard_by_segment is None else world.hazard_by_segment,
        link=link_values(world, choice, model, offered.worth, today),
        serving_cost=offered.cost[:, :, None],
        payment_fee=world.payment_fee,
        fixed_cost=world.fixed_cost + choice.spent_monthly + _training(world, choice),
        expansion=world.expansion,
        existing=world.existing,
        existing_kept=_accepting(offered.worth, today)[:, :, None],
        acquisition_cost=world.acquisition_cost,
        marketing=world.marketing,
        one_off_cost=choice.spent_at_once + (0.0 if choice.candidate == TODAY else world.one_off_cost),
        cash_today=world.cash_today,
        correction=correction(world),
        annual_discount=world.annual_discount,
        form=world.form,
    )


def _training(world: World, choice: Choice) -> Array | float:
    """What training and testing a model of one's own again costs a month; today's is not trained here."""
    return 0.0 if choice.candidate == TODAY else world.training_cost


def _accepting(worth: Array, today: Array) -> Array:
    """The part of the existing customers for whom the choice is still worth it, (D, S) in 0..1."""
    return np.minimum(1.0, worth / np.maximum(today, LEAST_WORTH))


def _told(world: World, inputs: ForecastInputs, found: Forecast, offered: Sold) -> Outcome:
    active = found.active[:, :, 0, 0]
    total = active.sum(axis=1)
    weights = np.where(total[:, None] > 0, active, 1.0) / np.where(total > 0, total, active.shape[1])[:, None]
    return Outcome(
        revenue=found.revenue,
        margin=found.margin,
        customers=found.customers,
        new_customers=found.new_customers,
        retained=found.retained,
        npv_margin=found.npv_margin,
        gross_margin=found.gross_margin,
        serving_cost=found.serving_cost,
        acquisition_cost=found.acquisition_cost,
        cash=found.cash,
        one_off=found.inputs.one_off_cost,
        at_a_loss=(weights * offered.at_a_loss).sum(axis=1),
        payment_fee=world.payment_fee,
        capped=found.capped_share,
        forecast=found,
        plan_mix=offered.plan_mix,
        plan_payment=offered.plan_payment,
        plan_cost=offered.plan_cost,
    )
