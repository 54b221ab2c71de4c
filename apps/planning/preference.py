"""S: our share of preference by segment, at a price and, where that is to count, for a better model."""

from __future__ import annotations

import numpy as np

from apps.planning.world import World, interpolated
from trimtab.economics.decision.share import preference
from trimtab.economics.draws import Array

LEAST_SHARE, LEAST_WORTH = 1e-9, 1e-6


def share_of(world: World, price: float | Array, worth: Array, advantage: Array | None = None) -> Array:
    """S (D, S) where our offer is worth its price to ``worth`` (D, S) of each segment.

    ``price`` is one number or of each world (D,). Where choices were studied S is what people chose at this price less
    ``advantage`` (D,), the money a month that the model's better quality is worth to them; it is the same in all
    segments then.
    """
    if world.chosen is not None and world.chosen_prices is not None:
        found = _chosen_at(world.chosen_prices, world.chosen, price, advantage)
        return np.broadcast_to(np.maximum(found, LEAST_SHARE)[:, None], worth.shape)
    parts = [_attracted(world, worth[:, segment]) for segment in range(worth.shape[1])]
    return np.maximum(np.stack(parts, axis=1), LEAST_SHARE)


def _chosen_at(prices: Array, chosen: Array, price: float | Array, advantage: Array | None) -> Array:
    if advantage is None and isinstance(price, float | int):
        return interpolated(prices, chosen, price)
    asked = np.broadcast_to(price, len(chosen)) - (0.0 if advantage is None else advantage)
    felt = np.clip(asked, prices[0], prices[-1])
    right = np.clip(np.searchsorted(prices, felt), 1, prices.size - 1)
    part = (felt - prices[right - 1]) / (prices[right] - prices[right - 1])
    rows = np.arange(len(chosen))
    return np.asarray(chosen[rows, right - 1] * (1 - part) + chosen[rows, right] * part)


def _attracted(world: World, worth: Array) -> Array:
    accepted = np.column_stack([worth, world.rivals])
    return preference(world.score, accepted, world.gamma, _nothing(world)).share[:, 0]


def _nothing(world: World) -> Array:
    """The weight of buying nothing; with no rival known, the one that gives the stated share at today's price."""
    if world.preference_share is None:
        return world.none_weight
    today = interpolated(world.grid, world.worth, world.current_price)
    return np.maximum(today, LEAST_WORTH) * (1 - world.preference_share) / world.preference_share
