"""Bass by nonlinear least squares beside a plain scipy curve_fit on the same series, in one run.

Plain means what an analyst would write: m, p and q themselves, one start, no derivatives. Both at the same sum of
squares; Trimtab first looks at 256 cells of p and q and climbs down from two; 2,000 draws are timed apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import curve_fit

from trimtab.economics.adoption import bass

VCR = np.array([840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890], dtype=float)
RUNS = 15


def density(t: np.ndarray, m: float, p: float, q: float) -> np.ndarray:
    """The curve, straight from its formula."""
    fading = np.exp(-(p + q) * t)
    return m * (p + q) ** 2 / p * fading / (1 + q / p * fading) ** 2


def plain(counts: np.ndarray) -> np.ndarray:
    """What curve_fit finds from the customary start."""
    start = (2 * counts.sum(), 0.03, 0.38)
    return curve_fit(density, np.arange(1, counts.size + 1), counts, p0=start, maxfev=20_000)[0]


def median_ms(work: Callable[[], Any]) -> tuple[Any, float]:
    times = []
    for _run in range(RUNS):
        start = time.perf_counter()
        found = work()
        times.append((time.perf_counter() - start) * 1000)
    return found, float(np.median(times))


def monthly(months: int = 120) -> np.ndarray:
    """A long made-up series: ten years of months with 3 % scatter."""
    made = bass.curve([500_000.0, 0.002, 0.07], np.arange(1, months + 1))
    return made * (1 + 0.03 * np.random.default_rng(1).standard_normal(months))


def main() -> None:
    """Fit both series both ways, print times, parameters and sums of squares."""
    for label, counts in (("VCR, 10 years", VCR), ("simulated, 120 months", monthly())):
        ours, our_ms = median_ms(lambda counts=counts: bass.fit(counts))
        theirs, their_ms = median_ms(lambda counts=counts: plain(counts))
        _draws, draw_ms = median_ms(
            lambda counts=counts, ours=ours: bass.parameter_draws(ours, counts, 2000, np.random.default_rng(1))
        )
        squares = float(np.sum((counts - density(np.arange(1, counts.size + 1), *theirs)) ** 2))
        print(f"Bass, density form, {label}; medians of {RUNS} runs")
        ours_shown, theirs_shown = (np.array2string(found, precision=5) for found in (ours.parameters, theirs))
        print(f"  Trimtab    {our_ms:8.2f} ms   SSE {ours.sse:.6g}   m p q {ours_shown}")
        print(f"             a start: {our_ms / ours.starts:.2f} ms; 2,000 draws more: {draw_ms:.1f} ms")
        print(f"  curve_fit  {their_ms:8.2f} ms   SSE {squares:.6g}   m p q {theirs_shown}")


if __name__ == "__main__":
    main()
