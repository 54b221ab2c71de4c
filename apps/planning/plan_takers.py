"""Who takes which plan: people in reach with what they would pay and use, in the same worlds as the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from apps.planning.felt import worth_at
from apps.planning.world import World
from trimtab.economics.decision.serving import rank_grid
from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.plans import Plan, payment, use_of

PEOPLE = 80
KEPT_MENUS = 60
EQUAL = 1e-9
LEAST = 1e-9


@dataclass(frozen=True)
class People:
    """``worth`` (D, S, M) in currency a month and ``tokens`` (D, S, M) wanted; M people stand for a segment."""

    worth: Array
    tokens: Array


@dataclass(frozen=True)
class Takers:
    """``accepting`` (D, S): how many take a plan, over how many take today's price; ``price`` (D,): the one price that
    as many would take. By plan (D, S, P): ``mix`` of the takers, what one of them pays, and ``use`` in parts of what
    the mean customer of the segment wants.

    ``paid`` and ``used`` (D, S, M) are of each person, ``used`` in the same parts; ``takes``: who is a customer.
    """

    accepting: Array
    price: Array
    mix: Array
    payment: Array
    use: Array
    paid: Array
    used: Array
    takes: NDArray[np.bool_]

    def at_a_loss(self, cost: Array) -> Array:
        """The share of the customers who cost more than they pay, (D, S); ``cost`` (D, S) of the mean customer."""
        lost = self.takes & (self.used * cost[:, :, None] > self.paid + EQUAL)
        return np.asarray(lost.sum(axis=2) / np.maximum(self.takes.sum(axis=2), 1))


def takers(world: World, menu: tuple[Plan, ...]) -> Takers:
    """Kept with the world: a model that costs more to serve is sold to the same people.

    Raises CannotEstimate("plans_need_usage").
    """
    known = world.cached.setdefault("menus", {})
    if menu not in known:
        if len(known) >= KEPT_MENUS:
            known.pop(next(iter(known)))
        known[menu] = _taken(world, _people(world), menu)
    found: Takers = known[menu]
    return found


def _people(world: World) -> People:
    if "people" not in world.cached:
        world.cached["people"] = _drawn(world)
    found: People = world.cached["people"]
    return found


def _drawn(world: World) -> People:
    """People at the same ranks in all worlds: how much they would pay and how much they use, joined by a normal copula
    with the study's correlation; a world's own curves say what is at a rank."""
    if world.tokens is None or world.usage is None:
        raise CannotEstimate(
            "plans_need_usage",
            "Who takes which plan depends on how much people use, which is not known.",
            "Import the usage of your customers, or set one price.",
        )
    # scipy.stats takes long to import, and only who judges plans needs it.
    from scipy.stats import qmc

    ranks = np.clip(qmc.Halton(2, scramble=False).random(PEOPLE + 1)[1:], 1e-9, 1 - 1e-9)
    first = ndtri(ranks[:, 0])
    second = ndtr(world.correlation * first + np.sqrt(1 - world.correlation**2) * ndtri(ranks[:, 1]))
    shape = (world.worlds, len(world.segments), PEOPLE)
    worth = _worth_at_ranks(world, ranks[:, 0])
    tokens = _use_at_ranks(world.usage, second) * world.tokens[:, :, None]
    return People(np.broadcast_to(worth, shape), np.broadcast_to(tokens, shape))


def _worth_at_ranks(world: World, ranks: Array) -> Array:
    """The price that the person at a rank would just pay, (D, 1 or S, M): where C(p) is 1 - rank."""
    curves = world.worth[:, None] if world.worth_by_segment is None else world.worth_by_segment
    falling = np.minimum.accumulate(curves, axis=2)[:, :, ::-1]
    prices = world.grid[::-1]
    flat = falling.reshape(-1, falling.shape[2])
    found = np.stack([np.interp(1 - ranks, curve, prices) for curve in flat])
    return found.reshape(*falling.shape[:2], ranks.size)


def _use_at_ranks(usage: Array, ranks: Array) -> Array:
    """Use relative to the mean at any ranks, between those of the grid on a straight line of its log, (D, S, M)."""
    upto = np.cumsum(rank_grid()[1]) - rank_grid()[1] / 2
    at = np.clip(ranks, upto[0], upto[-1])
    right = np.clip(np.searchsorted(upto, at), 1, upto.size - 1)
    part = (at - upto[right - 1]) / (upto[right] - upto[right - 1])
    logs = np.log(np.maximum(usage, LEAST))
    found = np.exp(logs[:, :, right - 1] * (1 - part) + logs[:, :, right] * part)
    return np.where(found > 2 * LEAST, found, 0.0)


def _taken(world: World, everyone: People, menu: tuple[Plan, ...]) -> Takers:
    """Each person takes the plan with the most surplus, worth less payment, or none where that is below 0."""
    shape = everyone.worth.shape
    best, took = np.full(shape, -EQUAL), np.full(shape, -1, dtype=np.int8)
    paid, used = np.zeros(shape), np.zeros(shape)
    for number, plan in enumerate(menu):
        tokens, value = use_of(everyone.worth, everyone.tokens, plan, world.returns)
        pays = payment(plan, tokens)
        surplus = value - pays
        better = surplus > best
        best, took = np.where(better, surplus, best), np.where(better, np.int8(number), took)
        paid, used = np.where(better, pays, paid), np.where(better, tokens, used)
    return _summed(world, everyone, took, paid, used, len(menu))


def _summed(world: World, everyone: People, took: NDArray[np.int8], paid: Array, used: Array, plans: int) -> Takers:
    takes = np.asarray(took >= 0)
    today = np.maximum((everyone.worth >= world.current_price).sum(axis=2), 1)
    accepting = takes.sum(axis=2) / today
    # The few people of a segment do not reach its heaviest users: their mean stands for the sheet's.
    use = used / np.maximum(everyone.tokens.mean(axis=2, keepdims=True), LEAST)
    chose = [np.asarray(took == number) for number in range(plans)]
    counts = np.stack([one.sum(axis=2) for one in chose], axis=2)
    some, customers = np.maximum(counts, 1), counts.sum(axis=2, keepdims=True)
    mix = np.where(customers > 0, counts / np.maximum(customers, 1), 1 / plans)
    return Takers(
        accepting=accepting,
        price=_one_price(world, accepting),
        mix=mix,
        payment=np.stack([(paid * one).sum(axis=2) for one in chose], axis=2) / some,
        use=np.stack([(use * one).sum(axis=2) for one in chose], axis=2) / some,
        paid=paid,
        used=use,
        takes=takes,
    )


def _one_price(world: World, accepting: Array) -> Array:
    """The price at which C is what the menu makes of it for everyone, (D,)."""
    wanted = worth_at(world, world.current_price) * (accepting * world.mix).sum(axis=1)
    falling = np.minimum.accumulate(world.worth, axis=1)[:, ::-1]
    prices = world.grid[::-1]
    return np.array([np.interp(share, curve, prices) for share, curve in zip(wanted, falling, strict=True)])
