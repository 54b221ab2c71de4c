"""Choice models beside their peers on the same data at the same likelihood, in one run, and 100,000 tasks alone.

The electricity study (361 people, 4,308 tasks of 4 suppliers): multinomial logit against the conditional logit of
statsmodels, mixed logit with six independent normals against xlogit on the CPU at 100 and 500 Halton points, panels on
both sides. xlogit's errors are those of the outer product; ours are robust by person, which takes 2 P more gradients
and is in our time. The large study is made up; each model is fitted in a process of its own, whose peak memory is
shown. TRIMTAB_PUBLIC_DATA names the data's folder.
"""

from __future__ import annotations

import os
import resource
import time
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from trimtab.economics.choice import Attribute, ChoiceData, Coding, choice_data, latent_classes, logit, mixed_logit

NAMES = ("pf", "cl", "loc", "wk", "tod", "seas")
RUNS = 3
PEOPLE, TASKS, OFFERS, LARGE_POINTS = 10_000, 10, 4, 100


def electricity() -> tuple[pd.DataFrame, ChoiceData]:
    """The rows as they are, for the peers, and as choice data."""
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    rows = pd.read_csv(folder / "train_electricity" / "electricity_long.csv")
    coding = Coding(tuple(Attribute(name, "number") for name in NAMES))
    columns = {name: rows[name] for name in NAMES}
    return rows, choice_data(rows["id"], rows["chid"], rows["choice"], columns=columns, coding=coding)


def large() -> ChoiceData:
    """100,000 tasks of people with known normal part-worths in six columns."""
    rng = np.random.default_rng(7)
    partworths = rng.normal([1, -0.5, 0.5, -1, 0.3, -0.6], [0.8, 0.5, 0.5, 0.8, 0.4, 0.3], (PEOPLE, 6))
    X = rng.normal(size=(PEOPLE, TASKS, OFFERS, 6))
    pick = (np.einsum("ntjk,nk->ntj", X, partworths) + rng.gumbel(size=X.shape[:3])).argmax(axis=2).ravel()
    first = np.arange(PEOPLE * TASKS) * OFFERS
    start = np.append(first, PEOPLE * TASKS * OFFERS)
    return ChoiceData.of(X.reshape(-1, 6), start, first + pick, np.repeat(np.arange(PEOPLE), TASKS), NAMES)


def ours(data: ChoiceData, points: int) -> float:
    random = dict.fromkeys(NAMES, "normal")
    fit = mixed_logit.fit(data, random=random, rng=np.random.default_rng(1), points=points, starts=1)
    return fit.log_likelihood


def xlogit(rows: pd.DataFrame, points: int) -> float:
    from xlogit import MixedLogit

    model = MixedLogit()
    model.fit(
        X=rows[list(NAMES)],
        y=rows["choice"],
        varnames=list(NAMES),
        ids=rows["chid"],
        panels=rows["id"],
        alts=rows["alt"],
        randvars=dict.fromkeys(NAMES, "n"),
        n_draws=points,
        verbose=0,
    )
    return float(model.loglikelihood)


def statsmodels(rows: pd.DataFrame) -> float:
    from statsmodels.discrete.conditional_models import ConditionalLogit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(ConditionalLogit(rows["choice"], rows[list(NAMES)], groups=rows["chid"]).fit(disp=False).llf)


def in_turns(*works: Callable[[], float], runs: int = RUNS) -> tuple[list[float], list[float]]:
    """The median seconds and the last likelihood of each work, run in turns so that a busy machine hits all alike."""
    seconds, values = [[] for _ in works], [0.0] * len(works)
    for _ in range(runs):
        for place, work in enumerate(works):
            start = time.perf_counter()
            values[place] = work()
            seconds[place].append(time.perf_counter() - start)
    return [float(np.median(taken)) for taken in seconds], values


def compare(title: str, peer: str, mine: Callable[[], float], theirs: Callable[[], float], runs: int = RUNS) -> None:
    (us, them), (value, other) = in_turns(mine, theirs, runs=runs)
    if abs(value - other) > 0.01:
        raise AssertionError(f"{title}: LL {value:.4f} is not LL {other:.4f}")
    print(f"{title}")
    print(f"  Trimtab     {us:8.3f} s   LL {value:.4f}")
    print(f"  {peer:<11} {them:8.3f} s   LL {other:.4f}   {them / us:.1f} times ours")


def on_many(model: str) -> tuple[str, float, float, float]:
    """Fit one model on 100,000 tasks: what it found, its seconds, this process's highest memory before and after."""
    data = large()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    found: Any
    if model == "multinomial logit":
        found = logit.fit(data).log_likelihood
    elif model == "latent classes, 3, one start":
        found = latent_classes.fit(data, 3, rng=np.random.default_rng(1), starts=1).log_likelihood
    else:
        found = ours(data, LARGE_POINTS)
    seconds = time.perf_counter() - start
    return f"LL {found:.2f}", seconds, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """The large study first, while this process is small, as a new process takes over its parent's mark; then peers."""
    print(f"{PEOPLE * TASKS:,} tasks of {OFFERS} offers, {PEOPLE:,} people, 6 columns; each in a process of its own")
    for model in (
        "multinomial logit",
        f"mixed logit, 6 normals, {LARGE_POINTS} points",
        "latent classes, 3, one start",
    ):
        with get_context("spawn").Pool(1) as pool:
            found, seconds, before, after = pool.apply(on_many, (model,))
        print(f"  {model:<36} {seconds:7.1f} s   {found}   peak {after:.0f} MiB ({before:.0f} before the fit)")
    rows, data = electricity()
    compare(
        "Multinomial logit, 4,308 tasks",
        "statsmodels",
        lambda: logit.fit(data).log_likelihood,
        lambda: statsmodels(rows),
    )
    for points in (100, 500):
        title = f"Mixed logit, 6 normals, {points} Halton points"
        compare(title, "xlogit", lambda p=points: ours(data, p), lambda p=points: xlogit(rows, p))


if __name__ == "__main__":
    main()
