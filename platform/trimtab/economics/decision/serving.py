"""Serving: what customers cost to serve when a few of them use most of it.

    cost_i = cost per request * requests a month * x_i * (1 + retries),   x_i use relative to the mean, mean 1

Symbols: D worlds, S segments, M ranks of customers from the least to the most use, each with its weight; money in
currency per customer and month. Use is heavy-tailed, so that the mean is far above the middle and a few customers cost
more than they pay.

>>> use = lognormal_use(np.array([1.0]), *rank_grid())
>>> found = serving(np.array([[4.0]]), np.array([[10.0]]), use[:, None], rank_grid()[1])
>>> [round(float(part[0, 0]), 2) for part in (found.mean, found.at_a_loss, found.high)]
[4.0, 0.08, 12.57]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.shapes import shaped

HIGH = 0.95
# Ever finer towards the heaviest users: the last of these holds one in 100,000 of the customers.
_EDGES = (0.0, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1.0)
_STEPS = (45, 30, 30, 20, 20, 15)


@dataclass(frozen=True)
class Serving:
    """Of a customer and month, each (D, S): ``mean`` cost and its 95th percentile ``high`` in currency; ``at_a_loss``
    0..1, the share of customers who cost more than they pay."""

    mean: Array
    at_a_loss: Array
    high: Array


def rank_grid() -> tuple[Array, Array]:
    """Ranks (M,) in 0..1, middles of steps that grow finer towards 1, and their weights (M,), which sum to 1."""
    edges = np.concatenate(
        [
            np.linspace(low, high, steps, endpoint=False)
            for low, high, steps in zip(_EDGES[:-1], _EDGES[1:], _STEPS, strict=True)
        ]
        + [np.ones(1)]
    )
    return (edges[1:] + edges[:-1]) / 2, np.diff(edges)


def lognormal_use(spread: Array, ranks: Array, weights: Array) -> Array:
    """Use relative to its mean at each rank, (D, M), where ln use is normal with the sd ``spread`` (D,), at least 0.

    x(r) = exp(spread z_r), over the weighted mean, so that the mean is 1. Raises CannotEstimate as ``shaped``.
    """
    deviation = shaped("spreads of use", spread, (None,), low=0.0)
    return relative_use(np.exp(deviation[:, None] * ndtri(ranks)), weights)


def relative_use(use: Array, weights: Array) -> Array:
    """Use over its weighted mean over the last axis, (..., M). Raises CannotEstimate where nobody uses anything."""
    values = np.asarray(use, dtype=float)
    mean = values @ weights
    if np.any(mean <= 0):
        raise CannotEstimate("no_usage", "No customer uses any tokens.", "Check the column of tokens.")
    return values / mean[..., None]


def request_cost(cost_per_1000: Array, requests: Array, retries: Array | float = 0.0) -> Array:
    """Mean cost of a customer and month: cost of 1,000 requests / 1,000 * requests * (1 + retries).

    All at least 0 and of shapes that broadcast; ``retries`` is how often a request is sent again on average.
    """
    return np.asarray(cost_per_1000) / 1000.0 * np.asarray(requests) * (1.0 + np.asarray(retries))


def serving(mean_cost: Array, payment: Array, use: Array, weights: Array) -> Serving:
    """What customers cost whose use is spread as ``use`` says.

    ``mean_cost`` and ``payment`` (D, S) in currency a month, at least 0; ``use`` (D, S, M), or (D, 1, M) for all
    segments alike, rising over the ranks with the weighted mean 1; ``weights`` (M,). Between two ranks the share is
    read off a straight line, so that it does not jump with the price. Raises CannotEstimate as ``shaped``.
    """
    cost = shaped("costs of a customer", mean_cost, (None, None), low=0.0)
    pays = shaped("payments of a customer", payment, cost.shape, low=0.0)
    spread = shaped("use of customers", use, (cost.shape[0], None, weights.size), low=0.0)
    middles = np.cumsum(weights) - weights / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        bearable = np.where(cost > 0, pays / np.where(cost > 0, cost, 1.0), np.inf)
    return Serving(cost, 1.0 - _rank_of(bearable, spread, middles), cost * _use_at(spread, middles, HIGH))


def share_at_a_loss(mean_cost: Array, payment: Array, spread: Array) -> Array:
    """The same share in closed form for lognormal use: P(cost > payment) = Phi((ln(mean / payment) - s^2 / 2) / s).

    ``mean_cost`` and ``payment`` above 0, ``spread`` s above 0, of shapes that broadcast; 0..1.
    """
    s = np.asarray(spread, dtype=float)
    return np.asarray(ndtr((np.log(np.asarray(mean_cost) / np.asarray(payment)) - s**2 / 2) / s))


def _rank_of(bearable: Array, use: Array, middles: Array) -> Array:
    """The share of customers whose use is at most ``bearable`` (D, S), 0..1."""
    last = middles.size - 1
    below = (use <= bearable[..., None]).sum(axis=-1)
    left, right = np.clip(below - 1, 0, last), np.clip(below, 0, last)
    at = np.broadcast_to(use, (*bearable.shape, use.shape[-1]))
    low, high = (np.take_along_axis(at, place[..., None], axis=-1)[..., 0] for place in (left, right))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(high > low, (np.minimum(bearable, high) - low) / (high - low), 0.0)
    between = middles[left] + np.clip(part, 0.0, 1.0) * (middles[right] - middles[left])
    return np.where(below == 0, 0.0, np.where(below > last, 1.0, between))


def _use_at(use: Array, middles: Array, rank: float) -> Array:
    right = int(np.searchsorted(middles, rank))
    part = (rank - middles[right - 1]) / (middles[right] - middles[right - 1])
    return np.asarray(use[..., right - 1] * (1 - part) + use[..., right] * part)
