"""SMAA over 1,000 worlds of 20 offers on 15 criteria by three methods, against pymcdm; the map against prince.

pymcdm scores one table at a time, so that it runs in a loop over the worlds; both score the same ratings and weights
and are compared number by number. prince maps one table; ours maps a thousand and turns them onto one map.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np

from trimtab.economics.differentiation.ahp import ahp_draws
from trimtab.economics.differentiation.best_worst_weights import best_worst, best_worst_draws
from trimtab.economics.differentiation.perceptual_map import correspondence, doubled, map_draws
from trimtab.economics.differentiation.position import ranks, rating_draws, weighted_sum
from trimtab.economics.differentiation.promethee import Preference, Shape, net_flows
from trimtab.economics.differentiation.smaa import acceptability
from trimtab.economics.differentiation.topsis import topsis

WORLDS, OFFERS, CRITERIA, RUNS = 1_000, 20, 15, 3


def timed(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """The fastest of a few runs, and what it gave."""
    best, result = np.inf, np.empty(0)
    for _run in range(RUNS):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


def told(name: str, ours: tuple[float, np.ndarray], theirs: tuple[float, np.ndarray], peer: str) -> None:
    apart = float(np.abs(ours[1] - theirs[1]).max())
    print(
        f"{name}: ours {ours[0] * 1e3:,.1f} ms, {peer} {theirs[0] * 1e3:,.1f} ms, "
        f"ratio {ours[0] / theirs[0]:.3f}; largest difference {apart:.1e}"
    )


def methods() -> None:
    from pymcdm.methods import PROMETHEE_II, TOPSIS, WSM
    from pymcdm.normalizations import vector_normalization

    rng = np.random.default_rng(5)
    value = rng.uniform(0.05, 0.95, (OFFERS, CRITERIA))
    ratings = np.clip(rating_draws(value, WORLDS, rng, np.full(value.shape, 0.05)), 1e-6, 1)
    weights = rng.dirichlet(np.ones(CRITERIA), WORLDS)
    types, preferences = np.ones(CRITERIA), [Preference(Shape.LINEAR, 0.05, 0.3)] * CRITERIA

    def loop(method: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[], np.ndarray]:
        return lambda: np.array([method(ratings[at], weights[at]) for at in range(WORLDS)])

    def plain_sum(table: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return np.asarray(WSM(normalization_function=lambda column, cost: column)(table, weight, types))

    def closeness(table: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return np.asarray(TOPSIS(vector_normalization)(table, weight, types))

    def net(table: np.ndarray, weight: np.ndarray) -> np.ndarray:
        body = PROMETHEE_II("vshape_2", p=[0.3] * CRITERIA, q=[0.05] * CRITERIA)
        return np.asarray(body(table, weight, types))

    print(f"{WORLDS:,} worlds, {OFFERS} offers, {CRITERIA} criteria")
    told("Weighted sum", timed(lambda: weighted_sum(ratings, weights)), timed(loop(plain_sum)), "pymcdm")
    told("TOPSIS", timed(lambda: topsis(ratings, weights)), timed(loop(closeness)), "pymcdm")
    told("PROMETHEE II", timed(lambda: net_flows(ratings, weights, preferences)), timed(loop(net)), "pymcdm")
    whole, _found = timed(lambda: acceptability(ratings, weights).p_rank)
    print(f"SMAA with ranks, central weights and confidence: {whole * 1e3:,.1f} ms")
    ranked, _found = timed(lambda: ranks(weighted_sum(ratings, weights))[1])
    print(f"  of which scores and rank probabilities: {ranked * 1e3:,.1f} ms")


def maps() -> None:
    import pandas as pd
    import prince

    rng = np.random.default_rng(6)
    value, weights = rng.uniform(size=(OFFERS, CRITERIA)), rng.dirichlet(np.ones(CRITERIA), WORLDS)
    table = doubled(value, weights.mean(axis=0))
    frame = pd.DataFrame(table)

    def theirs() -> np.ndarray:
        fitted = prince.CA(n_components=2).fit(frame)
        return np.abs(fitted.row_coordinates(frame).to_numpy())

    told("Map of one table", timed(lambda: np.abs(correspondence(table).rows[:, :2])), timed(theirs), "prince")
    tables = doubled(rating_draws(value, WORLDS, rng, np.full(value.shape, 0.05)), weights)
    whole, _found = timed(lambda: map_draws(tables, table).rows)
    print(f"{WORLDS:,} maps turned onto one: {whole * 1e3:,.0f} ms")


def judgements() -> None:
    rng = np.random.default_rng(7)
    weights = rng.dirichlet(np.full(10, 2.0))
    table = np.round(np.clip(weights[:, None] / weights, 1 / 9, 9), 3)
    table = np.triu(table) + np.tril(1 / table.T, -1)
    seconds, _found = timed(lambda: ahp_draws([table] * 5, 2_000, rng))
    print(f"AHP, 5 people, 10 criteria, 2,000 worlds: {seconds * 1e3:,.0f} ms")
    best, worst = int(weights.argmax()), int(weights.argmin())
    down, up = np.clip(weights[best] / weights, 1, 9), np.clip(weights / weights[worst], 1, 9)
    down[best], up[worst], up[best] = 1, 1, down[worst]
    seconds, _found = timed(lambda: best_worst_draws([best_worst(best, worst, down, up)], 2_000, rng))
    print(f"Best-worst, 1 person, 10 criteria, 2,000 worlds: {seconds * 1e3:,.0f} ms")


def main() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        methods()
        maps()
        judgements()


if __name__ == "__main__":
    main()
