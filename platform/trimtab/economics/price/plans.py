"""Plans with a fee, a token limit and a price of use: who takes which, and what is left after serving them.

D worlds, M people in reach, P plans of a menu. Tokens a month are counted in tokens, prices of use by 1,000 tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from trimtab.economics.draws import Array
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.demand import Demand
from trimtab.economics.price.token_usage import Usage
from trimtab.economics.shapes import shaped

EQUAL = 1e-9
DEFAULT_RETURNS = 0.5


@dataclass(frozen=True)
class Plan:
    """``fee`` in currency a month; ``included`` tokens; beyond them ``per_1000`` in currency, or no more where None."""

    fee: float
    included: float = np.inf
    per_1000: float | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether the fee covers all tokens."""
        return bool(np.isinf(self.included))


@dataclass(frozen=True)
class People:
    """The people in reach, the same M in every world: ``worth`` (D, M) in currency a month, ``tokens`` (D, M) wanted.

    ``worth`` is the most that a person would pay to use as many tokens as they want. ``segment`` (M,) indexes
    ``segments``.
    """

    worth: Array
    tokens: Array
    segment: NDArray[np.intp]
    segments: tuple[str, ...]

    @property
    def worlds(self) -> int:
        """D."""
        return int(self.worth.shape[0])


@dataclass(frozen=True)
class Outcome:
    """What a menu brings, each (D,) a month: money for each person in reach, shares 0..1.

    ``at_a_loss`` and ``cannibalised`` are shares of the customers: who cost more than they pay, and who would have
    paid more in another plan of the menu, had theirs not been there. ``takers`` (D, P) are shares of the people.
    """

    margin: Array
    revenue: Array
    cost: Array
    customers: Array
    at_a_loss: Array
    cannibalised: Array
    takers: Array
    tokens: Array


def people(
    demand: Mapping[str, Demand],
    usage: Mapping[str, Usage],
    share: Mapping[str, float],
    *,
    count: int,
    rng: np.random.Generator,
    rank_correlation: float = 0.0,
) -> People:
    """Draw the people in reach from demand and usage by segment, the keys of ``share``; shares are scaled to sum 1.

    A person keeps two ranks in all worlds (common random numbers; a Halton sequence spreads them evenly): one in what
    they would pay, one in what they use, joined by a normal copula with correlation ``rank_correlation`` in -1..1. In
    a world the ranks are read from that world's demand and usage, so that worlds differ by what is not known alone.
    Nobody is taken to pay more than the highest price of the demand's grid.

    Raises CannotEstimate: ``worlds_do_not_fit``, ``out_of_range``, ``no_segments``.
    """
    shaped("The correlation of worth and usage", rank_correlation, (), low=-1.0, high=1.0)
    names = tuple(share)
    if not names or not sum(share.values()) > 0:
        raise CannotEstimate("no_segments", "There are no people to draw.", "Give each segment a share above zero.")
    worlds = {demand[name].worth.shape[0] for name in names} | {usage[name].idle.size for name in names}
    if len(worlds) > 1:
        raise CannotEstimate(
            "worlds_do_not_fit",
            "Demand and usage are known in different numbers of worlds: %(counts)s.",
            "Draw both in the same worlds.",
            counts=", ".join(str(count) for count in sorted(worlds)),
        )
    counts = _split(np.array([share[name] for name in names]), count)
    parts = [
        _segment(demand[name], usage[name], int(own), rng, rank_correlation)
        for name, own in zip(names, counts, strict=True)
    ]
    return People(
        np.concatenate([part[0] for part in parts], axis=1),
        np.concatenate([part[1] for part in parts], axis=1),
        np.repeat(np.arange(len(names)), counts),
        names,
    )


def copula_correlation(worth: ArrayLike, tokens: ArrayLike) -> float:
    """The correlation of the normal copula that joins two measured quantities, each (N,): 2 sin(pi r / 6).

    r is Spearman's correlation of the ranks. Not a number where one of them is the same for everyone.
    Source: Kruskal 1958, Ordinal measures of association, Journal of the American Statistical Association 53:814-861.
    """
    from scipy.stats import spearmanr

    return float(2 * np.sin(np.pi * spearmanr(np.asarray(worth), np.asarray(tokens)).statistic / 6))


def _split(share: Array, count: int) -> NDArray[np.intp]:
    """Whole numbers that sum to ``count`` in the proportion of the shares, by largest remainder."""
    exact = share / share.sum() * count
    counts = np.floor(exact).astype(np.intp)
    left = np.argsort(counts - exact, kind="stable")[: count - int(counts.sum())]
    counts[left] += 1
    return counts


def _segment(
    demand: Demand, usage: Usage, count: int, rng: np.random.Generator, correlation: float
) -> tuple[Array, Array]:
    if count == 0:
        return np.empty((demand.worth.shape[0], 0)), np.empty((demand.worth.shape[0], 0))
    # scipy.stats takes longer to import than all else here, and only those who draw people need it.
    from scipy.stats import qmc

    ranks = np.clip(qmc.Halton(2, rng=rng).random(count), 1e-9, 1 - 1e-9)
    first = ndtri(ranks[:, 0])
    second = correlation * first + np.sqrt(1 - correlation**2) * ndtri(ranks[:, 1])
    return _most_paid(demand, ranks[:, 0]), usage.at(ndtr(second))


def _most_paid(demand: Demand, rank: Array) -> Array:
    """The price that the person at ``rank`` (M,) would just pay: where demand is 1 - rank; (D, M)."""
    grid = demand.grid[::-1]
    return np.array([np.interp(1 - rank, worth[::-1], grid) for worth in demand.worth])


def use_of(worth: Array, tokens: Array, plan: Plan, returns: float = DEFAULT_RETURNS) -> tuple[Array, Array]:
    """Tokens that each person uses in a plan, and what these are worth to them; both of the shape of ``worth``.

    Using x of the u tokens wanted is worth w (x / u)^returns, ``returns`` in 0..1 (1: each token is worth as much as
    the first; .5: half the tokens give 71 % of the worth). Up to the limit tokens are free, beyond it a person goes on
    until the next one is worth less than its price: x = min(u, (w returns / (r u^returns))^(1 / (1 - returns))).
    """
    free = np.minimum(tokens, plan.included)
    used = free if plan.per_1000 is None else _paid_use(worth, tokens, free, plan.per_1000 / 1000, returns)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(tokens > 0, used / tokens, 1.0)
    return used, worth * part**returns


def _paid_use(worth: Array, tokens: Array, free: Array, price: float, returns: float) -> Array:
    if price <= 0:
        return tokens
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if returns >= 1:
            wanted = np.where(worth >= price * tokens, tokens, 0.0)
        else:
            wanted = (worth * returns / (price * tokens**returns)) ** (1 / (1 - returns))
    return np.where(tokens > 0, np.clip(np.nan_to_num(wanted, nan=0.0), free, tokens), 0.0)


def payment(plan: Plan, used: Array) -> Array:
    """What a customer who uses so many tokens pays a month."""
    if plan.per_1000 is None or plan.is_unlimited:
        return np.full(used.shape, plan.fee)
    return plan.fee + plan.per_1000 / 1000 * np.maximum(used - plan.included, 0.0)


def outcome(
    everyone: People, menu: Sequence[Plan], cost_per_1000: ArrayLike, returns: float = DEFAULT_RETURNS
) -> Outcome:
    """Each person takes the plan with the most surplus, worth less payment, or none where that is below 0.

    ``cost_per_1000`` is the cost of serving 1,000 tokens in currency, a number or draws (D,). Among plans of equal
    surplus the first in the menu is taken.
    """
    cost = np.atleast_1d(np.asarray(cost_per_1000, dtype=float))[:, None] / 1000
    shape = everyone.worth.shape
    best, took = np.full(shape, -EQUAL), np.full(shape, -1, dtype=np.int16)
    paid, used = np.zeros(shape), np.zeros(shape)
    offers = []
    for number, plan in enumerate(menu):
        tokens, value = use_of(everyone.worth, everyone.tokens, plan, returns)
        pays = payment(plan, tokens)
        surplus = value - pays
        offers.append((surplus, pays))
        better = surplus > best
        best, took = np.where(better, surplus, best), np.where(better, number, took)
        paid, used = np.where(better, pays, paid), np.where(better, tokens, used)
    return _summed(took, paid, used * cost, used, _trades_down(offers, took, paid), len(menu))


def _trades_down(offers: list[tuple[Array, Array]], took: NDArray[np.int16], paid: Array) -> NDArray[np.bool_]:
    """Who would have paid more for another plan that is worth its price to them."""
    found = np.zeros(paid.shape, dtype=bool)
    for surplus, pays in offers:
        found |= (took >= 0) & (surplus >= -EQUAL) & (pays > paid * (1 + EQUAL) + EQUAL)
    return found


def _summed(
    took: NDArray[np.int16], paid: Array, cost: Array, used: Array, down: NDArray[np.bool_], plans: int
) -> Outcome:
    customers = (took >= 0).mean(axis=1)
    of_customers = np.maximum(customers, 1e-300)
    loss = ((took >= 0) & (cost > paid + EQUAL)).mean(axis=1)
    return Outcome(
        margin=(paid - cost).mean(axis=1),
        revenue=paid.mean(axis=1),
        cost=cost.mean(axis=1),
        customers=customers,
        at_a_loss=loss / of_customers,
        cannibalised=down.mean(axis=1) / of_customers,
        takers=np.stack([(took == number).mean(axis=1) for number in range(plans)], axis=1),
        tokens=used.mean(axis=1),
    )
