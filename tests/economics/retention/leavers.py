"""Simulated customers with covariates, of whom it is known what goes with leaving."""

from __future__ import annotations

import numpy as np


def monthly_leavers(rng: np.random.Generator, n: int, slope: float = -1.5, late_slope: float | None = None):
    """U 0..1, months and left: log(-log(1 - p)) = log(.08) + slope (U - .6), one slope up to month 6, one after."""
    u = rng.beta(6, 4, n)
    after = slope if late_slope is None else late_slope
    hazard = 0.08 * np.exp(np.where(np.arange(60) < 6, slope, after) * (u[:, None] - 0.6))
    left = rng.random((n, 60)) < -np.expm1(-hazard)
    month = np.where(left.any(axis=1), left.argmax(axis=1) + 1, 61)
    seen = rng.integers(3, 31, n)
    return u, np.minimum(month, seen), month <= seen


def mixed_leavers(rng: np.random.Generator, n: int, slope: float = 0.5, shape=(0.8, 9.0, 1.2)):
    """z normal, months and left, from the beta-discrete-Weibull with A(t) = t^c exp(slope z)."""
    gamma, delta, c = shape
    z, theta = rng.normal(size=n), rng.beta(gamma, delta, n)
    clock = np.log(rng.random(n)) / np.log1p(-theta) / np.exp(slope * z)
    month = np.minimum(np.ceil(clock ** (1 / c)), 1e6)
    seen = rng.integers(3, 31, n)
    return z, np.minimum(month, seen), month <= seen


def telco(public_data):
    """Columns Contract, MonthlyCharges and SeniorCitizen, tenure and left of the telephone company."""
    import csv

    with (public_data / "telco_churn_ibm" / "Telco-Customer-Churn.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {
        "Contract": np.array([row["Contract"] for row in rows]),
        "MonthlyCharges": np.array([float(row["MonthlyCharges"]) for row in rows]),
        "SeniorCitizen": np.array([float(row["SeniorCitizen"]) for row in rows]),
    }
    return columns, np.array([float(row["tenure"]) for row in rows]), np.array([row["Churn"] == "Yes" for row in rows])
