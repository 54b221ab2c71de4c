"""The price of one offer that earns most against the competitors of a market, as the simulator sees it.

D worlds, M kinds of people, J offers, G prices. What is maximised is money per person in the market: (p - c) * S(p),
with S the share of preference of our offer; with a unit cost c of 0 that is revenue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from trimtab.economics.choice.coding import Coding
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import Market
from trimtab.economics.choice.willingness_to_pay import price_attribute
from trimtab.economics.draws import Array, Figure, interval, summarise
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.resampling import world_chunks
from trimtab.economics.shapes import shaped

PRICES = 41
GOLDEN = (np.sqrt(5) - 1) / 2
SHRINKS = 40
EDGE = 0.01

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class OptimalPrice:
    """The price that earns most: in each world, and the one that earns most over all worlds together.

    By world, (D,): ``price``, ``money`` per person in the market and ``share`` at that price; ``at_edge`` where the
    price stands within 1 % of the range from a bound, so that the true optimum may lie beyond it; ``converged`` where
    a step of a thousandth of the range to either side earns no more.
    ``best`` is the one price to set without knowing which world holds; ``best_money`` and ``best_share`` (D,) are what
    it gives, and ``best_at_edge`` says whether it stands at a bound. The curves over ``prices`` (G,) are
    ``share_curve`` and ``money_curve`` (3, G): median, low and high of the 80 % interval.
    """

    price: Array
    money: Array
    share: Array
    at_edge: NDArray[np.bool_]
    converged: NDArray[np.bool_]
    best: float
    best_money: Array
    best_share: Array
    best_at_edge: bool
    prices: Array
    share_curve: Array
    money_curve: Array

    def figures(self, unit: str = "") -> list[Figure]:
        """Optimal price by world; money and share at the one best price."""
        return [
            summarise(self.price, name="optimal_price", unit=unit),
            summarise(self.best_money, name="money_per_person", unit=unit),
            summarise(self.best_share, name="share_at_best_price", unit="share"),
        ]


@dataclass(frozen=True)
class Rivalry:
    """Our utility without the price against the log sum of all others', (d, M) each, and the price's slope, (d, M)."""

    ours: Array
    others: Array
    slope: Array
    weight: Array

    def share(self, price: Array) -> Array:
        """S at one price for each world, (d,)."""
        return np.sum(self.weight * expit(self.ours + self.slope * price[:, None] - self.others), axis=1)


@dataclass(frozen=True)
class Contest:
    """One offer of a market whose price is to be set, before a population."""

    population: Population
    coding: Coding
    market: Market
    name: str
    scale: float = 1.0

    def rivalries(self) -> Iterator[tuple[slice, Rivalry]]:
        """The worlds in chunks that fit a small memory."""
        price, place = price_attribute(self.coding).name, self.market.index(self.name)
        if len(self.market.names) < 2:
            raise CannotEstimate(
                "no_competition", "There is no other offer to compete with.", "Add a competitor or none."
            )
        rows = self.market.change(self.name, **{price: 0.0}).coded(self.coding)
        column, rest = self.coding.names.index(price), np.delete(rows, place, axis=0)
        for chunk in world_chunks(self.population.worlds, self.population.kinds * len(rows) * 4):
            parts = self.scale * np.asarray(self.population.partworths[chunk], dtype=float)
            others = logsumexp(parts @ rest.T, axis=-1)
            yield chunk, Rivalry(parts @ rows[place], others, parts[..., column], self.population.shares[chunk])

    def shares_at(self, prices: Array) -> Array:
        """Our share at each of the prices (G,), shape (D, G)."""
        shares = np.empty((self.population.worlds, len(prices)))
        for chunk, rivalry in self.rivalries():
            for step, price in enumerate(prices):
                shares[chunk, step] = rivalry.share(np.full(len(rivalry.ours), price))
        return shares


def optimal_price(
    contest: Contest,
    *,
    lowest: float,
    highest: float,
    unit_cost: float = 0.0,
    on_progress: Progress | None = None,
) -> OptimalPrice:
    """The price within ``lowest`` to ``highest`` that earns most, p* = argmax (p - c) S(p), with its uncertainty.

    In each world the best of 41 prices is refined by golden-section search between its neighbours. For one kind of
    people and no competitor but none, S = expit(a - b p), the optimum is p* = c + (1 + W(exp(a - 1 - b c))) / b with W
    Lambert's function. Competitors keep their prices. Raises CannotEstimate: ``price_not_linear``, ``no_competition``,
    ``offer_unknown``, ``price_range_empty``, ``out_of_range``.

    >>> from trimtab.economics.choice.coding import Attribute
    >>> coding = Coding((Attribute("price", "number", is_price=True),), none=True)
    >>> people = Population([[[-0.2, -4.0]]], [1.0], coding.names)
    >>> contest = Contest(people, coding, Market({"ours": {"price": 10.0}}, none=True), "ours")
    >>> round(float(optimal_price(contest, lowest=0, highest=50).price[0]), 4)
    16.0397
    """
    check_range(lowest, highest, unit_cost)
    prices = np.linspace(lowest, highest, PRICES)
    shares = contest.shares_at(prices)
    price, share = np.empty(len(shares)), np.empty(len(shares))
    converged = np.empty(len(shares), dtype=bool)
    for chunk, rivalry in contest.rivalries():
        price[chunk], share[chunk], converged[chunk] = _refined(rivalry, prices, shares[chunk], unit_cost)
        if on_progress:
            on_progress(chunk.stop, len(shares))
    best, best_share = best_for_all(contest, prices, shares, unit_cost)
    reach = EDGE * (highest - lowest)
    return OptimalPrice(
        price=price,
        money=(price - unit_cost) * share,
        share=share,
        at_edge=(price < lowest + reach) | (price > highest - reach),
        converged=converged,
        best=best,
        best_money=(best - unit_cost) * best_share,
        best_share=best_share,
        best_at_edge=not lowest + reach <= best <= highest - reach,
        prices=prices,
        share_curve=np.stack(interval(shares)),
        money_curve=np.stack(interval((prices - unit_cost) * shares)),
    )


def check_range(lowest: float, highest: float, unit_cost: float) -> None:
    """Refuse an empty range of prices and a negative cost."""
    shaped("The unit cost", unit_cost, (), low=0)
    if not 0 <= lowest < highest < np.inf:
        raise CannotEstimate(
            "price_range_empty",
            "There is no price between %(lowest)s and %(highest)s.",
            "Give a lowest price of zero or more and a highest price above it.",
            lowest=lowest,
            highest=highest,
        )


def _refined(
    rivalry: Rivalry, prices: Array, shares: Array, unit_cost: float
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Each world's price and share at the optimum, and whether the search came to rest."""

    def money(price: Array) -> Array:
        return (price - unit_cost) * rivalry.share(price)

    on_grid = (prices - unit_cost) * shares
    top = on_grid.argmax(axis=1)
    found = golden_section(money, prices[np.maximum(top - 1, 0)], prices[np.minimum(top + 1, len(prices) - 1)])
    price = np.where(money(found) >= on_grid.max(axis=1), found, prices[top])
    earned, step = money(price), (prices[-1] - prices[0]) / 1000
    beside = [money(np.clip(price + way * step, prices[0], prices[-1])) for way in (-1, 1)]
    return price, rivalry.share(price), np.all([earned >= near - 1e-12 for near in beside], axis=0)


def golden_section(value: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where ``value`` is highest between ``low`` and ``high``, all of shape (D,), if it has one top there."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = value(left), value(right)
    for _ in range(SHRINKS):
        falls = at_left > at_right
        low, high = np.where(falls, low, left), np.where(falls, right, high)
        new = np.where(falls, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
        at_new = value(new)
        left, right = np.where(falls, new, right), np.where(falls, left, new)
        at_left, at_right = np.where(falls, at_new, at_right), np.where(falls, at_left, at_new)
    return (low + high) / 2


def best_for_all(contest: Contest, prices: Array, shares: Array, unit_cost: float) -> tuple[float, Array]:
    """The one price that earns most in the mean over the worlds, and the shares (D,) at it."""
    top = int(((prices - unit_cost) * shares.mean(axis=0)).argmax())
    fine = np.linspace(prices[max(top - 1, 0)], prices[min(top + 1, len(prices) - 1)], PRICES)
    at = contest.shares_at(fine)
    best = int(((fine - unit_cost) * at.mean(axis=0)).argmax())
    return float(fine[best]), at[:, best]
