"""Two hundred options ranked: ours, and the same arithmetic as a plain loop of bare numpy over options and months.

Price x plans x model at 2,000 worlds. Both value every option in the same worlds as today (common random numbers) and
end with P(best) and EVPI. The plain loop knows nothing of grades, segments, checks, tails or break-even; it is given
the prices' shares and retention hazards that the chain worked out, so that it is told rather than computes them.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trimtab.config.settings")

WORLDS, OPTIONS = 2_000, 200
HORIZONS = (24, 60)
DISCOUNT, FEE, GROWN = 0.1, 0.03, 36


def world() -> Any:
    """A world of one segment with twelve models and known use of tokens, so that plans can be sold."""
    from apps.planning.world import World
    from trimtab.economics.decision.quality import Measured
    from trimtab.economics.decision.serving import rank_grid

    rng = np.random.default_rng(3)
    grid = np.linspace(5.0, 150.0, 60)
    middle = rng.normal(60, 4, WORLDS)
    keys = ["today", *(f"m{number}" for number in range(1, 13))]
    ranks = rank_grid()[1].size
    return World(
        currency="USD", current_price=49.0, arrivals=rng.gamma(60, 1, (WORLDS, 1)) * np.ones((WORLDS, 60)),
        existing=np.full((1, 1, GROWN), 30.0), hazard=rng.gamma(40, 0.0012, (WORLDS, 1)) * np.ones((WORLDS, 60)),
        family="product", coef=np.ones((WORLDS, 1)),
        functional=rng.beta(70, 30, WORLDS), interaction=rng.beta(70, 30, WORLDS), slope=rng.gamma(40, 0.05, WORLDS),
        grid=grid, worth=1 / (1 + np.exp((grid - middle[:, None]) / 14)), score=rng.normal(0, 0.2, (WORLDS, 3)),
        rivals=rng.beta(60, 40, (WORLDS, 2)), gamma=rng.gamma(16, 0.1, WORLDS), none_weight=rng.gamma(16, 0.05, WORLDS),
        measured={
            key: Measured(rng.beta(800 + 8 * place, 200 - 8 * place, WORLDS), np.full(WORLDS, 800.0 - 30 * place),
                          np.full(WORLDS, 1.9 + 0.1 * place))
            for place, key in enumerate(keys)
        },
        names={key: key for key in keys[1:]}, quality_elasticity=rng.gamma(16, 1 / 16, WORLDS),
        latency_elasticity=rng.gamma(16, 0.02, WORLDS), requests=rng.gamma(100, 4, WORLDS), payment_fee=FEE,
        fixed_cost=2_000.0, annual_discount=DISCOUNT, links=(),
        usage=np.broadcast_to(np.exp(np.linspace(-2, 2, ranks)) / np.exp(np.linspace(-2, 2, ranks)).mean(),
                              (WORLDS, 1, ranks)).copy(),
        tokens=np.full((WORLDS, 1), 200_000.0),
    )  # fmt: skip


def choices(given: Any, months: int) -> list[Any]:
    from apps.planning.choice import Choice
    from trimtab.economics.price.plans import Plan

    prices = np.linspace(29, 99, 8)
    made = []
    for price, key in product(prices, list(given.measured)):
        made.append(Choice(float(price), key, months))
        made.append(Choice(float(price), key, months, plans=(Plan(price / 2, 100_000.0), Plan(price * 1.5))))
    return made[:OPTIONS]


def ours(given: Any, months: int) -> tuple[float, Any, list[Any]]:
    from apps.decisions.option_values import value_of
    from apps.planning.choice import Choice
    from trimtab.economics.decision.options import compare

    given.cached.clear()
    asked = [Choice(given.current_price, "today", months), *choices(given, months)]
    start = time.perf_counter()
    found = compare(np.column_stack([value_of(given, choice).npv for choice in asked]))
    return time.perf_counter() - start, found, asked


def told(given: Any, asked: list[Any]) -> list[tuple[np.ndarray, ...]]:
    """What the plain loop is given of each option: price paid, cost, buyers and hazard, all (D,)."""
    from apps.planning import chain

    told_of = []
    for choice in asked:
        model = chain.model_of(given, choice, None)
        today = chain.worth_in_segments(given, given.current_price)
        offered = chain.sold(given, choice, model)
        inputs = chain._inputs(given, choice, model, offered, today)
        link = np.asarray(inputs.link).reshape(WORLDS, -1)[:, 0]
        buyers = inputs.buyers[:, 0] * np.asarray(inputs.share)[:, 0, 0]
        kept = np.asarray(inputs.existing_kept)[:, 0, 0]
        told_of.append((np.asarray(inputs.price)[:, 0, 0], np.asarray(inputs.serving_cost)[:, 0, 0], buyers,
                        given.hazard[:, 0] * np.exp(-link), kept))  # fmt: skip
    return told_of


def plain(of: list[tuple[np.ndarray, ...]], months: int) -> tuple[float, np.ndarray, float, np.ndarray]:
    """One option after the other, one month after the other."""
    start = time.perf_counter()
    values = np.empty((WORLDS, len(of)))
    for place, (price, cost, buyers, hazard, kept) in enumerate(of):
        active, stay, total = 30.0 * GROWN * kept, np.exp(-hazard), np.zeros(WORLDS)
        new = np.zeros(WORLDS)
        for month in range(months):
            active = active * stay
            new = new * stay + buyers
            customers = active + new
            margin = customers * (price * (1 - FEE) - cost) - 2_000.0
            total += margin * (1 + DISCOUNT) ** (-(month + 1) / 12)
        values[:, place] = total
    best = np.bincount(values.argmax(axis=1), minlength=len(of)) / WORLDS
    return time.perf_counter() - start, best, float(values.max(axis=1).mean() - values.mean(axis=0).max()), values


def main() -> None:
    import django

    django.setup()
    given = world()
    for months in HORIZONS:
        took, found, asked = ours(given, months)
        start = time.perf_counter()
        known = told(given, asked)
        links = time.perf_counter() - start
        bare, _best, evpi, values = plain(known, months)
        gain = (values - values[:, :1]).mean(axis=0)
        apart = np.abs(found.gains.mean(axis=0) - gain).max() / np.abs(gain).max()
        print(f"{len(asked) - 1} options, {WORLDS:,} worlds, {months} months")
        print(f"  ours   {took:6.2f} s   EVPI {found.evpi:,.0f}   best {asked[found.best].candidate} at "
              f"{asked[found.best].price:g}")  # fmt: skip
        print(
            f"  plain  {bare:6.2f} s   EVPI {evpi:,.0f}   ratio {took / bare:.1f}   gains apart by {apart:.1%} at most"
        )
        print(f"  what the plain loop is told (who takes which plan, shares, hazards): {links:.2f} s more")
        start = time.perf_counter()
        ours_again = ours_cached(given, asked)
        print(f"  one option edited: {1000 * (time.perf_counter() - start):.0f} ms   EVPI {ours_again:,.0f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def ours_cached(given: Any, asked: list[Any]) -> float:
    """Again with one option changed: the others are in memory."""
    from dataclasses import replace

    from apps.decisions.option_values import value_of
    from trimtab.economics.decision.options import compare

    changed = [*asked[:-1], replace(asked[-1], price=asked[-1].price + 1, plans=())]
    return compare(np.column_stack([value_of(given, choice).npv for choice in changed])).evpi


if __name__ == "__main__":
    main()
