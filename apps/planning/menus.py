"""What customers pay and cost: at one price, or with a menu of plans of which each takes the best for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.planning.choice import Choice
from apps.planning.felt import worth_in_segments
from apps.planning.world import World
from trimtab.economics.decision.quality import Measured, serving_cost_per_month
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate


@dataclass(frozen=True)
class Sold:
    """What is sold by segment, each (D, S): ``worth`` C, the share for whom it is worth its price; ``payment`` and
    ``cost`` of a customer and month; ``at_a_loss``, the share of the customers who cost more than they pay.

    ``plan_mix``, ``plan_payment`` and ``plan_cost`` (D, S, P) are the same by plan; ``advantage`` (D,) or None is what
    the model's quality is worth to a buyer in money a month where that is taken to win buyers.
    """

    worth: Array
    payment: Array
    cost: Array
    at_a_loss: Array
    plan_mix: Array
    plan_payment: Array
    plan_cost: Array
    advantage: Array | None = None


def sold(world: World, choice: Choice, model: Measured) -> Sold:
    """Raises CannotEstimate("plans_need_usage") for plans where nothing says how much people use."""
    if choice.plans:
        raise CannotEstimate(
            "plans_need_usage",
            "Who takes which plan depends on how much people use, which is not known.",
            "Import the usage of your customers, or set one price.",
        )
    shape = (world.worlds, len(world.segments))
    each = serving_cost_per_month(model.cost_per_1000, world.requests) * (1 + world.retries)
    cost = np.broadcast_to(each[:, None], shape)
    payment = np.full(shape, choice.price)
    return Sold(
        worth=worth_in_segments(world, choice.price),
        payment=payment,
        cost=cost,
        at_a_loss=(cost > payment).astype(float),
        plan_mix=np.ones((*shape, 1)),
        plan_payment=payment[:, :, None],
        plan_cost=cost[:, :, None],
    )
