"""The product and the price that earn most together, over the levels that we could build, against the competitors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from trimtab.economics.choice.optimal_price import PRICES, Contest, Progress, best_for_all, check_range
from trimtab.economics.choice.population import Population
from trimtab.economics.draws import Array

MOST_PRODUCTS = 2000

Levels = tuple[Any, ...]


@dataclass(frozen=True)
class Candidate:
    """One product of the search: its values, the price that earns most in the mean, and what it earns by world, (D,).

    ``money`` is per person in the market. ``p_best`` is the share of worlds in which it earns most of the candidates
    that were kept; ``at_edge`` says whether its price stands within 1 % of the range from a bound.
    """

    offer: Mapping[str, Any]
    price: float
    unit_cost: float
    money: Array
    share: Array
    p_best: float
    at_edge: bool


@dataclass(frozen=True)
class ProductSearch:
    """The candidates, the one that earns most in the mean first; ``tried`` of ``possible`` products were valued.

    Where not all were, no change of one attribute of the best one that was found in the search earns more.
    """

    candidates: tuple[Candidate, ...]
    tried: int
    possible: int

    @property
    def exhaustive(self) -> bool:
        """Whether every allowed product was valued."""
        return self.tried == self.possible

    @property
    def best(self) -> Candidate:
        """The product that earns most in the mean over the worlds."""
        return self.candidates[0]


@dataclass(frozen=True)
class BuildOptions:
    """What we could build and what it costs a unit.

    ``allowed`` names the values that each attribute may take; other attributes stay as the offer has them. Prices lie
    within ``lowest`` to ``highest``. Unit cost = ``base_cost`` + the sum of ``cost``[attribute][value as text].
    """

    allowed: Mapping[str, Levels]
    lowest: float
    highest: float
    base_cost: float = 0.0
    cost: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def possible(self) -> int:
        """How many products there are."""
        return int(np.prod([len(values) for values in self.allowed.values()], dtype=float))

    def values(self, levels: Levels) -> dict[str, Any]:
        """The levels with their attributes' names."""
        return dict(zip(self.allowed, levels, strict=True))

    def unit_cost(self, levels: Levels) -> float:
        """What a unit of one product costs."""
        return self.base_cost + sum(self.cost.get(k, {}).get(str(v), 0.0) for k, v in self.values(levels).items())


def optimal_product(
    contest: Contest,
    options: BuildOptions,
    *,
    worlds: int = 400,
    keep: int = 10,
    on_progress: Progress | None = None,
) -> ProductSearch:
    """The product, and its price, that earns most in the mean over the worlds.

    Up to 2,000 products are all valued; of more, the search starts from the offer as it is, changes the one attribute
    that helps most and stops when none does. The search uses at most ``worlds`` worlds, evenly spread; the ``keep``
    best products are then valued in all of them. Raises CannotEstimate as ``optimal_price`` does, and
    ``level_unknown`` for a value that was not asked.
    """
    check_range(options.lowest, options.highest, options.base_cost)
    fewer = replace(contest, population=_some_worlds(contest.population, worlds))

    def value(levels: Levels) -> float:
        return float(_candidate(fewer, options, levels).money.mean())

    if options.possible <= MOST_PRODUCTS:
        valued = _all_valued(options, value, on_progress)
    else:
        valued = _climbed(options, contest.market.offers[contest.name], value, on_progress)
    ranked = sorted(valued, key=lambda levels: -valued[levels])[:keep]
    found = [_candidate(contest, options, levels) for levels in ranked]
    return ProductSearch(_with_chances(found), len(valued), options.possible)


def _some_worlds(population: Population, worlds: int) -> Population:
    if population.worlds <= worlds:
        return population
    some = np.linspace(0, population.worlds - 1, worlds).astype(int)
    return Population(population.partworths[some], population.shares[some], population.names)


def _all_valued(
    options: BuildOptions, value: Callable[[Levels], float], on_progress: Progress | None
) -> dict[Levels, float]:
    valued: dict[Levels, float] = {}
    for levels in product(*options.allowed.values()):
        valued[levels] = value(levels)
        if on_progress:
            on_progress(len(valued), options.possible)
    return valued


def _climbed(
    options: BuildOptions, start: Mapping[str, Any], value: Callable[[Levels], float], on_progress: Progress | None
) -> dict[Levels, float]:
    allowed = options.allowed
    here = tuple(start[key] if start.get(key) in values else values[0] for key, values in allowed.items())
    valued = {here: value(here)}
    while True:
        near = [
            (*here[:place], level, *here[place + 1 :])
            for place, values in enumerate(allowed.values())
            for level in values
        ]
        for done, levels in enumerate(near, start=1):
            if levels not in valued:
                valued[levels] = value(levels)
            if on_progress:
                on_progress(done, len(near))
        best = max(valued, key=lambda levels: valued[levels])
        if best == here:
            return valued
        here = best


def _candidate(contest: Contest, options: BuildOptions, levels: Levels) -> Candidate:
    changed = replace(contest, market=contest.market.change(contest.name, **options.values(levels)))
    cost, prices = options.unit_cost(levels), np.linspace(options.lowest, options.highest, PRICES)
    best, share = best_for_all(changed, prices, changed.shares_at(prices), cost)
    reach = 0.01 * (options.highest - options.lowest)
    at_edge = not options.lowest + reach <= best <= options.highest - reach
    return Candidate(changed.market.offers[contest.name], best, cost, (best - cost) * share, share, 0.0, at_edge)


def _with_chances(found: list[Candidate]) -> tuple[Candidate, ...]:
    money = np.stack([candidate.money for candidate in found])
    wins = np.bincount(money.argmax(axis=0), minlength=len(found)) / money.shape[1]
    order = np.argsort(-money.mean(axis=1), kind="stable")
    return tuple(replace(found[place], p_best=float(wins[place])) for place in order)
