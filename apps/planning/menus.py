"""What customers pay and cost: at one price, or with a menu of plans of which each takes the best for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.planning.choice import Choice
from apps.planning.felt import worth_in_segments
from apps.planning.plan_takers import Takers, takers
from apps.planning.upstream import TODAY
from apps.planning.world import World
from trimtab.economics.decision.quality import Measured
from trimtab.economics.decision.serving import rank_grid, request_cost, serving
from trimtab.economics.draws import Array
from trimtab.economics.price.plans import Plan


@dataclass(frozen=True)
class Sold:
    """What is sold by segment, each (D, S): ``worth`` C, the share for whom it is worth its price; ``payment`` and
    ``cost`` of a customer and month; ``at_a_loss``, the share of the customers who cost more than they pay.

    ``price`` is the one price, or of each world (D,) that which would be worth it to as many as the plans are.
    ``plan_mix``, ``plan_payment`` and ``plan_cost`` (D, S, P) are the same by plan.
    """

    worth: Array
    price: float | Array
    payment: Array
    cost: Array
    at_a_loss: Array
    plan_mix: Array
    plan_payment: Array
    plan_cost: Array


def sold(world: World, choice: Choice, model: Measured) -> Sold:
    """Raises CannotEstimate("plans_need_usage") for plans with a limit where nothing says how much people use."""
    if any(not plan.is_unlimited for plan in choice.plans):
        return _on_plans(world, takers(world, choice.plans), _cost(world, model))
    price = min((plan.fee for plan in choice.plans), default=choice.price)
    return _at_one_price(world, price, choice.plans, _cost(world, model))


def advantage(world: World, model: Measured) -> Array | None:
    """What the model's quality over today's is worth to a buyer in money a month, (D,), where it is to win buyers."""
    levels, money = world.quality_levels, world.quality_money
    if levels is None or money is None:
        return None
    return _money_at(levels, money, model.success) - _money_at(levels, money, world.measured[TODAY].success)


def _money_at(levels: Array, money: Array, success: Array) -> Array:
    """What people would pay a month for a success (D,), between the levels that were asked on a straight line."""
    at = np.clip(success, levels[0], levels[-1])
    right = np.clip(np.searchsorted(levels, at), 1, levels.size - 1)
    part = (at - levels[right - 1]) / (levels[right] - levels[right - 1])
    rows = np.arange(len(at))
    return np.asarray(money[rows, right - 1] * (1 - part) + money[rows, right] * part)


def _cost(world: World, model: Measured) -> Array:
    """Of the mean customer and month by segment, (D, S)."""
    own = world.requests_by_segment
    requests = np.broadcast_to(own if own is not None else world.requests[:, None], (world.worlds, len(world.segments)))
    return request_cost(model.cost_per_1000[:, None], requests, world.retries)


def _at_one_price(world: World, price: float, plans: tuple[Plan, ...], cost: Array) -> Sold:
    """Of plans without limits all take the cheapest, the first of them where several cost the same."""
    payment = np.full(cost.shape, price)
    cheapest = min(range(len(plans)), key=lambda place: plans[place].fee) if plans else 0
    mix = np.zeros((*cost.shape, max(1, len(plans))))
    mix[:, :, cheapest] = 1.0
    fees = np.array([plan.fee for plan in plans] or [price])
    return Sold(
        worth=worth_in_segments(world, price),
        price=price,
        payment=payment,
        cost=cost,
        at_a_loss=_at_a_loss(world, payment, cost),
        plan_mix=mix,
        plan_payment=np.broadcast_to(fees, mix.shape),
        plan_cost=np.broadcast_to(cost[:, :, None], mix.shape),
    )


def _at_a_loss(world: World, payment: Array, cost: Array) -> Array:
    if world.usage is None:
        return (cost > payment).astype(float)
    return serving(cost, payment, world.usage, rank_grid()[1]).at_a_loss


def _on_plans(world: World, taken: Takers, cost: Array) -> Sold:
    each = cost[:, :, None] * taken.use
    return Sold(
        worth=np.clip(worth_in_segments(world, world.current_price) * taken.accepting, 0.0, 1.0),
        price=taken.price,
        payment=(taken.mix * taken.payment).sum(axis=2),
        cost=(taken.mix * each).sum(axis=2),
        at_a_loss=taken.at_a_loss(cost),
        plan_mix=taken.mix,
        plan_payment=taken.payment,
        plan_cost=each,
    )
