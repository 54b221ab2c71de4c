"""The forecast at 10,000 draws x 60 months x 4 segments x 3 plans, and the same figures by bare numpy arithmetic.

Bare means what an analyst would write for the same output: whole arrays, one loop over the months of tenure, no
checks and no blocks. Both run in turns in this one process, so that a busy machine hits both alike. Then the whole
chain of the planning pages in 2,000 worlds: from a moved lever to F, I, C, satisfaction, retention, money and parts.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from trimtab.economics.decision.forecast import ForecastInputs, forecast

WORLDS, MONTHS, SEGMENTS, PLANS, RUNS = 10_000, 60, 4, 3, 7
CHAIN_WORLDS, TENURES, CHOICES = 2_000, 36, 12
COMPARED = ("active", "retention", "customers", "revenue", "serving_cost", "document_revenue", "margin", "npv_margin")


def inputs(seed: int = 20) -> ForecastInputs:
    """Made-up inputs in which everything differs by world, segment, plan and month."""
    rng = np.random.default_rng(seed)
    return ForecastInputs(
        buyers=rng.lognormal(6, 0.2, (WORLDS, SEGMENTS, MONTHS)),
        share=rng.dirichlet(np.ones(PLANS + 1), (WORLDS, SEGMENTS))[..., :PLANS],
        price=np.array([10.0, 25.0, 60.0]),
        hazard=rng.beta(2, 40, (WORLDS, SEGMENTS, MONTHS)),
        link=rng.normal(0, 0.2, (WORLDS, SEGMENTS, PLANS)),
        serving_cost=rng.gamma(2, 0.5, (WORLDS, SEGMENTS, PLANS)),
        payment_fee=0.03,
        fixed_cost=5_000.0,
    )


def bare(i: ForecastInputs) -> dict[str, np.ndarray]:
    """The same figures, straight from the formulas."""
    hazard = np.cumsum(i.hazard, axis=-1)[:, :, None, :] * np.exp(-i.link)[..., None]
    retention = np.concatenate([np.ones((WORLDS, SEGMENTS, PLANS, 1)), np.exp(-hazard)], axis=-1)
    new = i.buyers[:, :, None, :] * i.share[..., None]
    active = np.zeros_like(new)
    for tenure in range(MONTHS):
        active[..., tenure:] += retention[..., tenure, None] * new[..., : MONTHS - tenure]
    price = i.price[:, None]
    revenue = (active * price).sum(axis=(1, 2))
    cost = (active * i.serving_cost[..., None]).sum(axis=(1, 2))
    margin = revenue * (1 - i.payment_fee) - cost - i.fixed_cost
    return {
        "active": active,
        "retention": retention,
        "customers": active.sum(axis=(1, 2)),
        "revenue": revenue,
        "serving_cost": cost,
        "document_revenue": (new * price).sum(axis=(1, 2)),
        "margin": margin,
        "npv_margin": (margin * 1.1 ** (-np.arange(1, MONTHS + 1) / 12)).sum(axis=1),
    }


def seconds(work: Callable[[ForecastInputs], object], given: ForecastInputs) -> float:
    """How long one run of ``work`` takes."""
    start = time.perf_counter()
    work(given)
    return time.perf_counter() - start


def planning_world(seed: int = 5) -> Any:
    """A made-up world of a forecast page, with segments, bands of tenure, rivals and use; it needs no database."""
    from apps.planning.assumptions import WORLDS as KEPT
    from apps.planning.world import World
    from trimtab.economics.decision.quality import Measured
    from trimtab.economics.decision.serving import lognormal_use, rank_grid

    if KEPT != CHAIN_WORLDS:
        raise SystemExit(f"The planning pages keep {KEPT:,} worlds; change CHAIN_WORLDS.")
    rng = np.random.default_rng(seed)
    d, s = CHAIN_WORLDS, SEGMENTS
    grid = np.linspace(5, 200, 81)
    curves = 1 / (1 + (grid / rng.lognormal(4.5, 0.03, (d, s, 1))) ** 4)

    def model(right: float) -> Measured:
        return Measured(rng.beta(1000 * right, 1000 * (1 - right), d), np.full(d, 800.0), np.full(d, 2.0))

    return World(
        currency="USD", current_price=49.0, arrivals=rng.poisson(400, (d, MONTHS)).astype(float),
        existing=rng.integers(5, 120, (s, 1, TENURES)).astype(float), hazard=rng.beta(2, 40, (d, MONTHS)),
        family="cobb_douglas", coef=np.column_stack([np.ones(d), rng.dirichlet((50, 30, 20), d)]),
        functional=rng.beta(70, 30, d), interaction=rng.beta(66, 34, d), slope=rng.normal(3.5, 0.5, d), grid=grid,
        worth=curves.mean(axis=1), score=rng.normal(0.5, 0.05, (d, 4)), rivals=rng.uniform(0.5, 0.9, (d, 3)),
        gamma=rng.lognormal(0.7, 0.5, d), none_weight=rng.lognormal(0, 0.5, d),
        measured={"today": model(0.8), "better": model(0.9)}, names={"better": "better"},
        quality_elasticity=rng.lognormal(0, 0.5, d), latency_elasticity=rng.lognormal(-1.2, 0.5, d),
        requests=rng.lognormal(6, 0.1, d), payment_fee=0.03, fixed_cost=0.0, annual_discount=0.1, links=(),
        segments=("a", "b", "c", "d"), segment_mix=rng.dirichlet((40, 30, 20, 10), d),
        hazard_by_segment=rng.beta(2, 40, (d, s, MONTHS)), worth_by_segment=curves,
        slope_by_segment=rng.gamma(12, 0.3, (d, s, 2)), tenure_edges=(3.0,), expansion=rng.normal(0.001, 0.0005, d),
        usage=lognormal_use(rng.lognormal(0, 0.1, d), *rank_grid())[:, None], tokens=np.full((d, 1), 200_000.0),
    )  # fmt: skip


def time_the_chain() -> None:
    """What the pages wait for when a lever is moved: no two of the choices are alike, so that nothing is remembered."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trimtab.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRIMTAB_DATA"] = folder
        import django

        django.setup()
        from apps.planning.chain import Choice, outcome
        from trimtab.economics.price.plans import Plan

        world = planning_world()

        def menu(step: int) -> tuple[Plan, ...]:
            return Plan(19.0 + step, 50_000), Plan(49.0 + step, 300_000), Plan(99.0 + step, 1_000_000)

        kinds = {
            "price and model, 24 months": lambda step: Choice(40.0 + step, "better", 24),
            "price and model, 60 months": lambda step: Choice(40.0 + step, "better", 60),
            "three new plans, 60 months": lambda step: Choice(49.0, "better", 60, plans=menu(step)),
        }
        print(f"The chain of the planning pages: {CHAIN_WORLDS:,} draws x {SEGMENTS} segments, {CHOICES} choices each")
        for label, choice in kinds.items():
            outcome(world, choice(-1))
            taken = [_timed(partial(outcome, world, choice(step))) for step in range(CHOICES)]
            print(f"  {label:<27} median {np.median(taken) * 1000:5.0f} ms   max {max(taken) * 1000:5.0f} ms")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Run both in turns, print the times and their ratio, and insist that the figures agree; then the chain."""
    given = inputs()
    ours, theirs = forecast(given), bare(given)
    for name in COMPARED:
        np.testing.assert_allclose(getattr(ours, name), theirs[name], rtol=1e-9, atol=1e-6, err_msg=name)
    del ours, theirs
    times = np.array([(seconds(forecast, given), seconds(bare, given)) for _ in range(RUNS)]) * 1000
    print(f"Forecast: {WORLDS:,} draws x {MONTHS} months x {SEGMENTS} segments x {PLANS} plans, {RUNS} runs in turns")
    for label, column in (("Trimtab", times[:, 0]), ("bare numpy", times[:, 1])):
        low, middle, high = column.min(), np.median(column), column.max()
        print(f"  {label:<11} median {middle:7.0f} ms   min {low:7.0f} ms   max {high:7.0f} ms")
    ratio = np.median(times[:, 0]) / np.median(times[:, 1])
    print(
        f"  ratio of the medians {ratio:.2f} (below 1 = Trimtab is quicker); all {len(COMPARED)} figures agree to 1e-9"
    )
    time_the_chain()


if __name__ == "__main__":
    main()
