"""The forecast at 10,000 draws x 60 months x 4 segments x 3 plans, and the same figures by bare numpy arithmetic.

Bare means what an analyst would write for the same output: whole arrays, one loop over the months of tenure, no
checks and no blocks. Both run in turns in this one process, so that a busy machine hits both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from trimtab.economics.decision.forecast import ForecastInputs, forecast

WORLDS, MONTHS, SEGMENTS, PLANS, RUNS = 10_000, 60, 4, 3, 7
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


def main() -> None:
    """Run both in turns, print the times and their ratio, and insist that the figures agree."""
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


if __name__ == "__main__":
    main()
