"""BG/NBD, Pareto/NBD and gamma-gamma beside lifetimes: the same customers, the same likelihood, in one run.

The CDNOW sample first, then a million simulated customers for BG/NBD. Both get the three columns frequency, recency and
age; what each does with them, compressing included, is in its time. Where the peer cannot do a million within a
couple of minutes it is asked for as many as it can, and the line says so. TRIMTAB_PUBLIC_DATA names the data's folder.
"""

from __future__ import annotations

import os
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trimtab.economics.retention import bg_nbd, gamma_gamma, pareto_nbd
from trimtab.economics.retention.purchases import Customers, calibrate, customers, purchase_log

MANY, PEER_MOST, PEER_SECONDS = 1_000_000, 1_000_000, 150.0
RUNS = 9
TRUTH = (0.25, 4.4, 0.8, 2.4)


def cdnow() -> tuple[Customers, np.ndarray]:
    """The sample of 2,357 customers as of 30 September 1997, and the mean spend of each."""
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    rows = np.genfromtxt(folder / "cdnow" / "cdnowElog.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    text = rows["date"].astype(str)
    days = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in text]
    found = calibrate(purchase_log(rows["sampleid"], days, rows["sales"]), "week", until="1997-09-30")
    return found.customers, found.spend


def simulated(size: int, seed: int = 1) -> Customers:
    """Customers of the BG/NBD model who came on one of 180 days and are known for up to a year; times in whole days."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = TRUTH
    rate, leave = rng.gamma(r, 1 / alpha, size) / 7, rng.beta(a, b, size)
    age = rng.integers(185, 365, size).astype(float)
    x, last, clock, alive = np.zeros(size), np.zeros(size), np.zeros(size), np.ones(size, dtype=bool)
    while alive.any():
        clock = np.where(alive, np.ceil(clock + rng.standard_exponential(size) / np.maximum(rate, 1e-12)), np.inf)
        alive &= clock <= age
        x, last = x + alive, np.where(alive, clock, last)
        alive &= rng.random(size) >= leave
    return customers(x, last / 7, age / 7, unit="week")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def peer(name: str, data: Customers, spend: np.ndarray | None = None) -> tuple[float, list[float]]:
    """Seconds and parameters of the fitter of lifetimes, without a penaliser.

    It keeps a likelihood of its own scale of time, so that ours is asked what its parameters are worth.
    """
    import lifetimes

    fitter = getattr(lifetimes, name)(penalizer_coef=0.0)
    columns = (data.frequency, spend) if spend is not None else (data.frequency, data.recency, data.age)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        _done, seconds = timed(lambda: fitter.fit(*columns))
    return seconds, [float(value) for value in fitter.params_]


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(label: str, seconds: float, ll: float, parameters: Any) -> None:
    shown = " ".join(f"{value:.4f}" for value in parameters)
    print(f"  {label:<10} {seconds:9.3f} s   LL {ll:16.3f}   {shown}")


def in_turns(ours: Callable[[], Any], theirs: Callable[[], tuple[float, Any]]) -> tuple[Any, float, float, Any]:
    """Our result and median time, the peer's median time and result; in turns, so that a busy machine hits both."""
    found: Any = None
    times = []
    for _run in range(RUNS):
        found, seconds = timed(ours)
        their_seconds, parameters = theirs()
        times.append((seconds, their_seconds))
    mine, other = np.median(np.array(times), axis=0)
    return found, float(mine), float(other), parameters


def small() -> None:
    data, spend = cdnow()
    again = data.frequency > 0
    print(f"CDNOW, {data.frequency.size:,} customers, unit week; medians of {RUNS} runs in turns")
    for label, name, rules in (("BG/NBD", "BetaGeoFitter", bg_nbd), ("Pareto/NBD", "ParetoNBDFitter", pareto_nbd)):
        ours, seconds, other, theirs = in_turns(lambda rules=rules: rules.fit(data), lambda name=name: peer(name, data))
        print(f" {label}: Trimtab {other / seconds:.1f} times as fast")
        line("Trimtab", seconds, ours.log_likelihood, ours.parameters)
        line("lifetimes", other, rules.log_likelihood(theirs, data), theirs)
    ours, seconds, other, theirs = in_turns(
        lambda: gamma_gamma.fit(gamma_gamma.spend(data.frequency, spend)),
        lambda: peer("GammaGammaFitter", data.of(again), spend[again]),
    )
    print(f" Gamma-gamma: Trimtab {other / seconds:.1f} times as fast")
    line("Trimtab", seconds, ours.log_likelihood, ours.parameters)
    line("lifetimes", other, gamma_gamma.log_likelihood(theirs, gamma_gamma.spend(data.frequency, spend)), theirs)


def large() -> None:
    data = simulated(MANY)
    before = peak_mib()
    ours, seconds = timed(lambda: bg_nbd.fit(data))
    after = peak_mib()
    different = data.compressed().age.size
    print(f"BG/NBD, {MANY:,} simulated customers, {different:,} different histories, unit week; truth {TRUTH}")
    line("Trimtab", seconds, ours.log_likelihood, ours.parameters)
    print(f"  peak memory of the process: {before:.0f} MiB when the data is made, {after:.0f} MiB after Trimtab's fit")
    size, theirs = 50_000, peer("BetaGeoFitter", data.of(slice(0, 50_000)))
    while size < PEER_MOST and theirs[0] * 4.5 < PEER_SECONDS:
        size = min(size * 4, PEER_MOST)
        theirs = peer("BetaGeoFitter", data.of(slice(0, size)))
    same, again = timed(lambda: bg_nbd.fit(data.of(slice(0, size))))
    print(f" the first {size:,} of them: Trimtab {theirs[0] / again:.1f} times as fast")
    line("Trimtab", again, same.log_likelihood, same.parameters)
    line("lifetimes", theirs[0], bg_nbd.log_likelihood(theirs[1], data.of(slice(0, size))), theirs[1])
    print(f"  peak memory of the process with lifetimes: {peak_mib():.0f} MiB")


if __name__ == "__main__":
    small()
    large()
