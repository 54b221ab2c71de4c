"""Worth of ten groups of inputs over 20 options, beside a loop in a loop; and Sobol's effects beside SALib.

Both run in turns in this one process. The loops have as many runs of the model as they need for about the same error
as the regression has from its draws; their time is measured on a part of them and scaled up.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from SALib.analyze import sobol as salib_effects
from SALib.sample import sobol as salib_sample
from scipy import stats

from trimtab.economics.decision.nested_monte_carlo import nested_value_of_knowing
from trimtab.economics.decision.sensitivity import over_draws, sobol_effects
from trimtab.economics.decision.value_of_information import information

OPTIONS, RUNS = 20, 5
COLUMNS = {"tests": 9, "quality": 1, "latency": 1, "satisfaction": 6, "link": 1, "worth": 60, "preference": 8,
           "arrivals": 60, "leaving": 60, "requests": 1}  # fmt: skip
CHECKED = "worth"


def draws(worlds: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Ten groups; months and prices move together, as a fitted curve does."""
    found = {}
    for name, count in COLUMNS.items():
        level, slope = rng.standard_normal((2, worlds, 1))
        found[name] = level + 0.3 * slope * np.linspace(-1, 1, count) + 0.05 * rng.standard_normal((worlds, count))
    return found


def gains(x: dict[str, np.ndarray]) -> np.ndarray:
    """20 options over today, curved in every group and with products of two."""
    levels = np.stack([np.tanh(x[name].mean(axis=1)) for name in COLUMNS])
    weights = np.random.default_rng(7).standard_normal((OPTIONS, len(COLUMNS)))
    mean = np.linspace(-1.0, 0.3, OPTIONS)
    return mean + (weights @ (levels + 0.3 * levels * np.roll(levels, 1, axis=0))).T


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def product(x: np.ndarray) -> np.ndarray:
    return x[:, 0] * x[:, 1] * x[:, 2]


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def groups_of_inputs(worlds: int) -> None:
    rng = np.random.default_rng(1)
    x = draws(worlds, rng)
    outcome = gains(x)
    times, found = zip(*(seconds(lambda: information(outcome, x)) for _ in range(RUNS)), strict=True)
    ours = next(worth for worth in found[-1].groups if worth.name == CHECKED)
    others = [name for name in COLUMNS if name != CHECKED]
    evaluate = over_draws(gains, x)
    # The spread of the best over worlds, which the outer loop has to average out to the error of the regression.
    spread = float(np.maximum(ours.expected.max(axis=1), 0).std())
    outer = int(np.ceil((spread / ours.error) ** 2))
    part = min(outer, 60)
    inner = min(worlds, 2000)
    took, brute = seconds(
        lambda: nested_value_of_knowing(evaluate, CHECKED, others, worlds, rng, outer=part, inner=inner)
    )
    whole = took * outer / part * len(COLUMNS)
    median = float(np.median(times))
    print(f"Worth of {len(COLUMNS)} groups over {OPTIONS} options, {worlds:,} worlds, {RUNS} runs")
    print(f"  Trimtab      median {median:8.3f} s   EVPI {found[-1].perfect.value:.3f}, "
          f"EVPPI of {CHECKED} {ours.value:.3f} ± {ours.error:.3f}")  # fmt: skip
    print(f"  loop in loop about  {whole:8.1f} s   for {outer:,} x {inner:,} runs a group; "
          f"EVPPI of {CHECKED} from {part} of them {brute:.3f}")  # fmt: skip
    print(f"  ratio {median / whole:.5f} (below 1 = Trimtab is quicker)")


def effects(name: str, model: Callable[[np.ndarray], np.ndarray], dists: list[Any], closed: np.ndarray) -> None:
    """At the same number of runs of the model; ``closed`` rows first-order and total."""
    base, names = 2**13, [f"x{place}" for place in range(len(dists))]
    bounds = {"num_vars": len(dists), "names": names, "bounds": [[0, 1]] * len(dists)}

    def ours() -> np.ndarray:
        rng = np.random.default_rng(3)
        x = {one: dist.rvs(base, random_state=rng) for one, dist in zip(names, dists, strict=True)}
        evaluate = over_draws(lambda i: model(np.column_stack([i[one] for one in names])), x)
        found = {e.name: e for e in sobol_effects(evaluate, names, rng).effects}
        return np.array([[found[one].first for one in names], [found[one].total for one in names]])

    def salib() -> np.ndarray:
        u = salib_sample.sample(bounds, base, calc_second_order=False, seed=3)
        x = np.column_stack([dist.ppf(np.clip(u[:, place], 1e-9, 1 - 1e-9)) for place, dist in enumerate(dists)])
        found = salib_effects.analyze(bounds, model(x), calc_second_order=False, num_resamples=400, seed=3)
        return np.array([found["S1"], found["ST"]])

    times = np.array([[seconds(ours)[0], seconds(salib)[0]] for _ in range(RUNS)])
    print(f"Sobol's effects of {name}, {base:,} worlds, {base * (len(dists) + 2):,} runs of the model, with intervals")
    print("  closed form ", np.round(closed, 4).tolist())
    for label, work, column in (("Trimtab     ", ours, 0), ("SALib       ", salib, 1)):
        found = work()
        print(f"  {label}", np.round(found, 4).tolist(), f"largest error {np.abs(found - closed).max():.4f}",
              f"median {np.median(times[:, column]) * 1000:.0f} ms")  # fmt: skip
    print(
        f"  ratio of the medians {np.median(times[:, 0]) / np.median(times[:, 1]):.2f} (below 1 = Trimtab is quicker)"
    )


def main() -> None:
    for worlds in (2000, 10_000):
        groups_of_inputs(worlds)
    uniform = stats.uniform(-np.pi, 2 * np.pi)
    effects("Ishigami", ishigami, [uniform] * 3, np.array([[0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]]))
    money = [stats.lognorm(0.2, scale=20), stats.beta(8, 32), stats.lognorm(0.35, scale=1e6)]
    closed = np.array([[0.1401, 0.3350, 0.4475], [0.1739, 0.3941, 0.5112]])
    effects("price x share x reach", product, money, closed)


if __name__ == "__main__":
    main()
