"""Kaplan-Meier, shifted beta-geometric and beta-discrete-Weibull beside others: the same customers, one run.

A million simulated subscribers, who came over five years and of whom seven in ten have left. Kaplan-Meier stands beside
lifelines, with stays in whole days and in parts of months. No package fits the two churn models, so a plain fit with
scipy stands for what one writes by hand: the likelihood of each customer, summed, the optimiser from as good a start.
Both sides get the months and the flag of each customer; ours makes the table of months within its time. The
likelihoods of both sides must agree.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln

from trimtab.economics.draws import Array
from trimtab.economics.retention import sbg
from trimtab.economics.retention.survival import SurvivalCurve, kaplan_meier, life_table

MANY, FEW = 1_000_000, 10_000
RUNS, SLOW_RUNS = 25, 3
TRUTH = (0.8, 9.0, 1.2)
SHOWN = (1, 12, 24, 48)
DAYS_A_MONTH = 30.4375


def subscribers(size: int, seed: int = 1) -> tuple[Array, Array, Array, Array]:
    """Stays in days and whether they ended, the same in whole months, (size,) each; beta-discrete-Weibull of TRUTH."""
    rng = np.random.default_rng(seed)
    gamma, delta, c = TRUTH
    own = -np.log1p(-np.clip(rng.beta(gamma, delta, size), 1e-12, 1 - 1e-12))
    lasts = np.minimum((rng.standard_exponential(size) / own) ** (1 / c), 1e6)
    seen = rng.integers(30, 60 * 30, size) / DAYS_A_MONTH
    days = np.ceil(np.minimum(lasts, seen) * DAYS_A_MONTH)
    whole = np.maximum(np.floor(seen), 1)
    left = np.ceil(lasts) <= whole
    return days, lasts <= seen, np.where(left, np.ceil(lasts), whole), left


def by_hand(family: sbg.Family, months: Array, left: Array) -> tuple[Array, float]:
    """Parameters and log-likelihood of a fit that asks each customer: L-BFGS-B on the logs of the parameters."""

    def survival(parameters: Array, at: Array) -> Array:
        first, second = parameters[:2]
        clock = at ** parameters[2] if family == "bdw" else at
        return np.asarray(betaln(first, second + clock) - betaln(first, second))

    def loss(logs: Array) -> float:
        parameters = np.exp(logs)
        stays = survival(parameters, months)
        before = survival(parameters, months - 1)
        each = np.where(left, before + np.log(-np.expm1(np.minimum(stays - before, -1e-300))), stays)
        return -float(each.sum()) / months.size

    found = minimize(loss, np.log([1.0, 10.0, 1.0][: 3 if family == "bdw" else 2]), method="L-BFGS-B")
    return np.exp(found.x), -float(found.fun) * months.size


def peer_curve(stays: Array, ended: Array) -> Any:
    from lifelines import KaplanMeierFitter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KaplanMeierFitter().fit(stays, ended)


def in_turns(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> tuple[Any, float, Any, float]:
    """Each side's result and median seconds; in turns, so that a busy machine hits both."""
    found: list[Any] = [None, None]
    times = np.empty((runs, 2))
    for run in range(runs):
        for side, work in enumerate((ours, theirs)):
            start = time.perf_counter()
            found[side] = work()
            times[run, side] = time.perf_counter() - start
    mine, other = np.median(times, axis=0)
    return found[0], float(mine), found[1], float(other)


def nonparametric_likelihood(at_risk: Array, events: Array) -> float:
    """sum of d log(d / n) + (n - d) log((n - d) / n): what Kaplan-Meier makes as large as can be."""
    from scipy.special import xlogy

    left = at_risk - events
    return float(np.sum(xlogy(events, events / at_risk) + xlogy(left, left / at_risk)))


def peak_mib() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(label: str, seconds: float, ll: float, values: Any) -> None:
    shown = " ".join(f"{value:.4f}" for value in values)
    print(f"  {label:<10} {seconds:9.4f} s   LL {ll:16.3f}   {shown}")


def curve(unit: str, stays: Array, ended: Array, runs: int, month: float) -> None:
    ours, seconds, theirs, other = in_turns(lambda: kaplan_meier(stays, ended), lambda: peer_curve(stays, ended), runs)
    at = np.array(SHOWN) * month
    print(f" Kaplan-Meier, stays in {unit}: Trimtab {other / seconds:.1f} times as fast; S after {SHOWN} months")
    line("Trimtab", seconds, nonparametric_likelihood(ours.at_risk, ours.events), ours.at(at))
    table = theirs.event_table
    table = table[table["observed"] > 0]
    ll = nonparametric_likelihood(table["at_risk"].to_numpy(float), table["observed"].to_numpy(float))
    line("lifelines", other, ll, theirs.predict(at))
    print(f"  largest difference of the two curves: {_difference(ours, theirs):.1e}")


def _difference(ours: SurvivalCurve, theirs: Any) -> float:
    steps = theirs.survival_function_
    return float(np.abs(ours.at(steps.index.to_numpy(float)) - steps.iloc[:, 0].to_numpy()).max())


def family(name: sbg.Family, label: str, months: Array, left: Array, runs: int) -> None:
    def ours() -> sbg.ChurnFit:
        return sbg.fit(life_table(months, left), name)

    fitted, seconds, theirs, other = in_turns(ours, lambda: by_hand(name, months, left), runs)
    print(f" {label}: Trimtab {other / seconds:.1f} times as fast")
    line("Trimtab", seconds, fitted.log_likelihood, fitted.parameters)
    line("by hand", other, theirs[1], theirs[0])


def both(size: int, runs: int, slow_runs: int) -> None:
    days, ended, months, left = subscribers(size)
    print(
        f"{size:,} simulated subscribers, {ended.mean():.0%} have left; medians of {runs} and {slow_runs} runs in turns"
    )
    begin = peak_mib()
    kaplan_meier(days, ended)
    table = life_table(months, left)
    for each in ("sbg", "bdw"):
        sbg.fit(table, each)
    after = peak_mib()
    curve("whole days", days, ended, runs, DAYS_A_MONTH)
    curve("parts of months", days / DAYS_A_MONTH, ended, runs, 1.0)
    family("sbg", "Shifted beta-geometric", months, left, slow_runs)
    family("bdw", "Beta-discrete-Weibull", months, left, slow_runs)
    print(
        f"  peak memory: {begin:.0f} MiB with the data, {after:.0f} after Trimtab's, {peak_mib():.0f} after the others"
    )


if __name__ == "__main__":
    both(FEW, RUNS, RUNS)
    both(MANY, RUNS, SLOW_RUNS)
