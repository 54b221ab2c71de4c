"""Purchases ahead and mean spend: do the intervals hold what then happens, and the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.retention.purchase_data import simulate_bg_nbd, simulate_pareto_nbd, simulate_spend
from trimtab.economics.retention import bg_nbd, gamma_gamma, pareto_nbd
from trimtab.economics.retention.discounting import Discount
from trimtab.economics.retention.lifetime_value import ahead
from trimtab.economics.retention.purchases import Calibration

pytestmark = pytest.mark.calibration
CUSTOMERS, WEEKS, AHEAD = 500, 52, 26


def trial(rules, simulate, truth, worlds):
    parameters = np.array(truth)

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        data, later = simulate(truth, CUSTOMERS, rng.integers(10, WEEKS + 1, CUSTOMERS).astype(float), AHEAD, rng)
        fitted = rules.fit(data)
        draws = rules.parameter_draws(fitted, data, worlds, rng)
        nobody = np.full(CUSTOMERS, np.nan)
        known = Calibration(
            data, np.arange(CUSTOMERS).astype(str), nobody, nobody, later, np.datetime64("2026-01-01"), AHEAD
        )
        found = ahead(rules.MODEL, draws, known, horizon=AHEAD, discount=Discount.yearly(0.1), rng=rng)
        expected = rules.expected_since_first(parameters, [52.0])[0]
        return {
            "purchases of the cohort in the next 26 weeks": (later.sum(), found.purchases),
            "expected purchases in a year": (float(expected), rules.expected_since_first(draws, [52.0])[:, 0]),
        }

    return one


def test_bg_nbd(calibrated):
    calibrated("BG/NBD", trial(bg_nbd, simulate_bg_nbd, (0.6, 5.0, 0.8, 2.5), 500))


def test_pareto_nbd(calibrated):
    calibrated("Pareto/NBD", trial(pareto_nbd, simulate_pareto_nbd, (0.6, 8.0, 0.7, 12.0), 500))


def test_gamma_gamma(calibrated):
    truth = np.array([5.0, 4.0, 20.0])

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        count = rng.geometric(0.4, 300).astype(float)
        data = gamma_gamma.spend(count, simulate_spend(truth, count, rng))
        draws = gamma_gamma.parameter_draws(gamma_gamma.fit(data), data, 500, rng)
        p, q, gamma = draws.T
        return {
            "mean spend of all": (5.0 * 20.0 / 3.0, p * gamma / np.maximum(q - 1, 0.05)),
            "expected spend after two purchases of 30": (
                float(gamma_gamma.expected_spend(truth, [2.0], [30.0])[0]),
                gamma_gamma.expected_spend(draws, [2.0], [30.0])[:, 0],
            ),
        }

    calibrated("Gamma-gamma", one)
