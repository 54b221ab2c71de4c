"""Purchases for tests: the CDNOW sample, and histories simulated from known parameters."""

from __future__ import annotations

import csv

import numpy as np

from trimtab.economics.retention.purchases import Customers, PurchaseLog, customers, purchase_log


def cdnow_log(public_data) -> PurchaseLog:
    with (public_data / "cdnow" / "cdnowElog.csv").open() as file:
        rows = list(csv.DictReader(file))
    days = [f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:]}" for row in rows]
    return purchase_log([row["sampleid"] for row in rows], days, [float(row["sales"]) for row in rows])


def simulate_bg_nbd(parameters, size: int, age, ahead: float, rng) -> tuple[Customers, np.ndarray]:
    """Histories up to ``age`` purchase by purchase, and each one's purchases in the ``ahead`` after it."""
    r, alpha, a, b = parameters
    rate, leave = rng.gamma(r, 1 / alpha, size), rng.beta(a, b, size)
    age = np.broadcast_to(np.asarray(age, dtype=float), (size,))
    x, last, later = np.zeros(size), np.zeros(size), np.zeros(size)
    clock, alive = np.zeros(size), np.ones(size, dtype=bool)
    while alive.any():
        clock = np.where(alive, clock + rng.standard_exponential(size) / rate, np.inf)
        alive = clock <= age + ahead
        seen = alive & (clock <= age)
        x, last, later = x + seen, np.where(seen, clock, last), later + (alive & ~seen)
        alive &= rng.random(size) >= leave
    return customers(x, last, age, "week"), later


def simulate_pareto_nbd(parameters, size: int, age, ahead: float, rng) -> tuple[Customers, np.ndarray]:
    r, alpha, s, beta = parameters
    rate, stay = rng.gamma(r, 1 / alpha, size), rng.standard_exponential(size) / rng.gamma(s, 1 / beta, size)
    age = np.broadcast_to(np.asarray(age, dtype=float), (size,))
    seen_for = np.minimum(stay, age)
    x = rng.poisson(rate * seen_for)
    # The last of x uniform times is u^(1/x) of the way.
    last = np.where(x > 0, seen_for * rng.random(size) ** (1 / np.maximum(x, 1)), 0.0)
    later = rng.poisson(rate * np.clip(stay - age, 0, ahead))
    return customers(x, last, age, "week"), later.astype(float)


def simulate_spend(parameters, count, rng) -> np.ndarray:
    """Mean of ``count`` amounts of each customer; NaN where there are none."""
    p, q, gamma = parameters
    nu = rng.gamma(q, 1 / gamma, np.shape(count))
    total = rng.gamma(np.maximum(p * np.asarray(count), 1e-9)) / nu
    return np.where(np.asarray(count) > 0, total / np.maximum(count, 1), np.nan)
