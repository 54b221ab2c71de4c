"""The best menu of three plans: the search of Trimtab, growing grids of fees, and scipy's differential evolution.

All evaluate the same 2,000 people with the same token limits to choose from. A grid comes near the best fees as it
grows; its time is given where it is within a thousandth of ours, or for the largest grid tried. Then the price ladder
at 100,000 people.
"""

from __future__ import annotations

import resource
import time
from itertools import combinations

import numpy as np
from scipy.optimize import differential_evolution

from trimtab.economics.price.gabor_granger import fit
from trimtab.economics.price.ladder_answers import ladder_answers
from trimtab.economics.price.plan_pool import Pool
from trimtab.economics.price.plan_search import MenuKind, MenuSearch
from trimtab.economics.price.plans import Plan

PEOPLE, COST, TIERS = 2_000, 0.05, 3
GRIDS = (12, 20, 30, 44)
NEAR = 0.001
LADDER_PEOPLE, LADDER_WORLDS = 100_000, 2_000


def pool() -> Pool:
    rng = np.random.default_rng(11)
    return Pool(np.exp(rng.normal(np.log(30), 0.6, PEOPLE)), np.exp(rng.normal(np.log(2e5), 1.2, PEOPLE)), COST)


def limits_of(people: Pool) -> list[float]:
    return [*(float(value) for value in np.quantile(people.tokens, [0.2, 0.4, 0.6, 0.8])), float("inf")]


def ours(limits: list[float]) -> tuple[float, float, str]:
    """A pool of its own, so that nothing which the others computed helps."""
    people = pool()
    search = MenuSearch(people, np.random.default_rng(3))
    search.limits = limits
    start = time.perf_counter()
    menu, starts, agreeing = search.best(MenuKind.THREE_TIERS)
    return time.perf_counter() - start, people.margin(menu), f"{agreeing} of {starts} searches agree"


def grid(limits: list[float], fees: int) -> tuple[float, float]:
    """Every rising triple of fees with every rising triple of limits, as whole arrays over people."""
    people = pool()
    prices = np.quantile(people.worth, np.linspace(0.15, 0.95, fees))
    start = time.perf_counter()
    terms = {limit: people.without_fee(Plan(0.0, limit)) for limit in limits}
    best = -np.inf
    for chosen in combinations(limits, TIERS):
        surplus = np.array([terms[limit][0] for limit in chosen])
        brings = np.array([terms[limit][1] for limit in chosen])
        for triple in combinations(prices, TIERS):
            fee = np.array(triple)[:, None]
            left = surplus - fee
            take = left.argmax(axis=0)
            across = np.arange(PEOPLE)
            earned = np.where(left[take, across] >= 0, (brings + fee)[take, across], 0.0)
            best = max(best, float(earned.mean()))
    return time.perf_counter() - start, best


def evolution(limits: list[float]) -> tuple[float, float]:
    people = pool()
    highest = float(np.quantile(people.worth, 0.99))

    def loss(x: np.ndarray) -> float:
        menu = [Plan(fee, limits[int(min(place, len(limits) - 1))]) for fee, place in zip(x[:3], x[3:], strict=True)]
        return -people.margin(menu)

    start = time.perf_counter()
    bounds = [(0.0, highest)] * TIERS + [(0.0, float(len(limits)))] * TIERS
    found = differential_evolution(loss, bounds, rng=np.random.default_rng(5), tol=1e-6, maxiter=300)
    return time.perf_counter() - start, -float(found.fun)


def plans() -> None:
    people = pool()
    limits = limits_of(people)
    seconds, margin, settled = ours(limits)
    print(f"Three plans for {PEOPLE:,} people, {len(limits)} token limits to choose from, {COST} a 1,000 tokens")
    print(f"  {'Trimtab':<26} {seconds:8.2f} s   margin {margin:.5f}   ({settled})")
    for fees in GRIDS:
        taken, found = grid(limits, fees)
        tell(f"grid of {fees} fees", taken, found, seconds)
        if found >= margin * (1 - NEAR):
            break
    tell("differential evolution", *evolution(limits), seconds)


def tell(name: str, taken: float, margin: float, ours: float) -> None:
    print(f"  {name:<26} {taken:8.2f} s   margin {margin:.5f}   {taken / ours:6.1f} times our time")


def ladder() -> None:
    rng = np.random.default_rng(2)
    asked = np.array([10.0, 20, 30, 45, 60])
    most = np.exp(rng.normal(np.log(30), 0.5, LADDER_PEOPLE))
    price, says = np.tile(asked, LADDER_PEOPLE), (most[:, None] >= asked).ravel()
    who = np.repeat(np.arange(LADDER_PEOPLE), asked.size)
    start = time.perf_counter()
    found = fit(ladder_answers(price, says, who), worlds=LADDER_WORLDS, rng=rng)
    seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Price ladder: {LADDER_PEOPLE:,} people x {asked.size} prices, {LADDER_WORLDS:,} worlds, both families")
    print(f"  Trimtab {seconds:.1f} s, peak memory of the process {peak:,.0f} MiB, median {found.point_median:.2f}")


if __name__ == "__main__":
    plans()
    ladder()
