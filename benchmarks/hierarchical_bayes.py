"""Hierarchical Bayes on the camera study (332 people x 16 tasks x 5 alternatives, full covariance), and at scale.

Ours against the same model sampled the plain way: one chain, a random walk, one respondent after the other. Both make
sweeps: new part-worths of every respondent, and a new mean and covariance. A sweep of ours also follows the gradient,
so that it is worth more; only their number is compared. Sweeps are counted over all chains, which ours runs side by
side in one array, in one process. pymc-marketing is not among what the project installs and is not run; the output says
whether it is there. TRIMTAB_PUBLIC_DATA names the data's folder.
"""

from __future__ import annotations

import gzip
import os
import resource
import time
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.stats import invwishart

from trimtab.economics.choice import hierarchical_bayes
from trimtab.economics.choice.data import ChoiceData

PLAIN_SWEEPS = 60
PEOPLE, TASKS, OFFERS, COLUMNS = 2_000, 12, 4, 8
STEP = 0.55


def camera() -> ChoiceData:
    folder = Path(os.environ.get("TRIMTAB_PUBLIC_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    with gzip.open(folder / "bayesm_camera" / "camera_long.csv.gz", "rt") as file:
        names = file.readline().strip().split(",")[4:]
        rows = np.loadtxt(file, delimiter=",")
    people = np.unique(rows[::5, 0], return_inverse=True)[1]
    return ChoiceData.of(rows[:, 4:], np.arange(0, len(rows) + 1, 5), np.flatnonzero(rows[:, 3]), people, tuple(names))


def plain_sweeps(data: ChoiceData, sweeps: int, rng: np.random.Generator) -> float:
    """Seconds of the plain sampler: a random walk for each respondent in turn, then conjugate draws."""
    cube = data.X.reshape(data.respondent_count, -1, 5, data.coefficients)
    picks = (data.chosen - data.start[:-1]).reshape(data.respondent_count, -1)
    beta = np.zeros((data.respondent_count, data.coefficients))
    mean, covariance = np.zeros(data.coefficients), np.eye(data.coefficients)

    def fit(person: int, candidate: np.ndarray) -> float:
        utility = cube[person] @ candidate
        top = utility.max(axis=1, keepdims=True)
        chosen = utility[np.arange(len(utility)), picks[person]]
        return float((chosen - top[:, 0] - np.log(np.exp(utility - top).sum(axis=1))).sum())

    began = time.perf_counter()
    for _ in range(sweeps):
        root, precision = np.linalg.cholesky(covariance), np.linalg.inv(covariance)
        for person in range(len(beta)):
            candidate = beta[person] + STEP * root @ rng.standard_normal(len(mean))
            now, then = beta[person] - mean, candidate - mean
            gain = fit(person, candidate) - fit(person, beta[person])
            if np.log(rng.random()) < gain - 0.5 * (then @ precision @ then - now @ precision @ now):
                beta[person] = candidate
        spread = beta - beta.mean(axis=0)
        degrees = len(mean) + 3
        covariance = invwishart(degrees + len(beta), 2 * np.eye(len(mean)) + spread.T @ spread).rvs(random_state=rng)
        mean = rng.multivariate_normal(beta.mean(axis=0), covariance / len(beta))
    return time.perf_counter() - began


def large() -> ChoiceData:
    rng = np.random.default_rng(7)
    partworths = rng.normal(0.5, 1.0, (PEOPLE, COLUMNS))
    X = rng.choice([-1.0, 0.0, 1.0], (PEOPLE, TASKS, OFFERS, COLUMNS))
    pick = (np.einsum("ntjk,nk->ntj", X, partworths) + rng.gumbel(size=X.shape[:3])).argmax(axis=2).ravel()
    first = np.arange(PEOPLE * TASKS) * OFFERS
    names = tuple(f"x{place}" for place in range(COLUMNS))
    start = np.append(first, PEOPLE * TASKS * OFFERS)
    return ChoiceData.of(X.reshape(-1, COLUMNS), start, first + pick, np.repeat(np.arange(PEOPLE), TASKS), names)


def at_scale(_: int) -> tuple[float, ...]:
    """Seconds, this process's highest memory in MiB, fewest effective draws, largest R-hat, mean part-worth."""
    data = large()
    began = time.perf_counter()
    fit = hierarchical_bayes.fit(data, rng=np.random.default_rng(1))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds, peak, fit.effective_size.min(), fit.r_hat.max(), fit.mean.mean()


def main() -> None:
    with get_context("spawn").Pool(1) as pool:
        seconds, peak, effective, r_hat, mean = pool.map(at_scale, [0])[0]
    data = camera()
    began = time.perf_counter()
    prior = hierarchical_bayes.bayesm_prior(data.coefficients)
    fit = hierarchical_bayes.fit(data, rng=np.random.default_rng(1), prior=prior)
    ours = 4 * 4000 / (time.perf_counter() - began)
    plain = PLAIN_SWEEPS / plain_sweeps(data, PLAIN_SWEEPS, np.random.default_rng(1))
    found = dict(zip(fit.names, fit.mean.mean(axis=0), strict=True))
    spread = dict(zip(fit.names, fit.mean.std(axis=0), strict=True))
    print("Camera study, 4 chains of 1,000 + 3,000 sweeps")
    print(f"  Trimtab          {ours:8.0f} sweeps a second, pooled logit and diagnostics included")
    peer = "is installed, but not run" if find_spec("pymc_marketing") else "is not installed: not compared"
    print(f"  pymc-marketing   {peer}")
    print(f"  the plain way    {plain:8.0f} sweeps a second   ratio {ours / plain:.0f}")
    print(
        f"  price {found['price']:.3f} (sd {spread['price']:.3f}), wifi {found['wifi']:.3f}, zoom {found['zoom']:.3f}"
        f"; published -3.48 (.175), 1.16, 1.70; largest R-hat {fit.r_hat.max():.3f}"
        f", fewest effective draws {fit.effective_size.min():.0f}"
    )
    print(f"{PEOPLE:,} people x {TASKS} tasks x {OFFERS} offers, {COLUMNS} columns, 4 x 4,000 sweeps")
    print(
        f"  {seconds:.1f} s, {16_000 / seconds:.0f} sweeps a second, peak {peak:.0f} MiB, largest R-hat {r_hat:.3f}"
        f", fewest effective draws {effective:.0f}, mean part-worth {mean:.3f} (truth .5)"
    )


if __name__ == "__main__":
    main()
