"""Who stays, what goes with leaving and what revenue is retained: do the intervals hold the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.retention.leavers import mixed_leavers, monthly_leavers
from trimtab.economics.retention import covariate_churn, cox, hazard, sbg
from trimtab.economics.retention.covariates import code
from trimtab.economics.retention.recurring_revenue import revenue_log
from trimtab.economics.retention.revenue_retention import revenue_retention
from trimtab.economics.retention.survival import kaplan_meier, life_table

pytestmark = pytest.mark.calibration
CUSTOMERS, WORLDS, DATA_SETS = 800, 1000, 400
SHAPES = {"sbg": (0.8, 9.0, 1.0), "bdw": (0.8, 9.0, 1.2)}


def leavers(rng, family):
    """Months and left, from the beta-discrete-Weibull of SHAPES; everyone is seen for 3 to 30 months."""
    gamma, delta, c = SHAPES[family]
    theta = rng.beta(gamma, delta, CUSTOMERS)
    clock = np.log(rng.random(CUSTOMERS)) / np.log1p(-theta)
    month, seen = np.minimum(np.ceil(clock ** (1 / c)), 1e6), rng.integers(3, 31, CUSTOMERS)
    return np.minimum(month, seen), month <= seen


def stays(family, months):
    return float(sbg.survival("bdw", np.array([SHAPES[family]]), months)[0, -1])


def test_kaplan_meier(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        seen = kaplan_meier(*leavers(rng, "bdw"))
        place = int(np.searchsorted(seen.times, 12, side="right")) - 1
        share, error = seen.survival[place], seen.standard_error[place]
        # The distribution whose ends ``interval`` gives.
        spread = error / (share * abs(np.log(share)))
        return {"share retained after 12 months": (stays("bdw", 12), share ** np.exp(spread * rng.normal(size=WORLDS)))}

    calibrated("Kaplan-Meier", one, data_sets=DATA_SETS)


@pytest.mark.parametrize(("family", "label"), [("sbg", "Shifted beta-geometric"), ("bdw", "Beta-discrete-Weibull")])
def test_churn_models(calibrated, family, label):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        table = life_table(*leavers(rng, family))
        fitted = sbg.fit_or_mean(table, family)
        draws = sbg.parameter_draws(fitted, table, WORLDS, rng)
        return {"share retained after 24 months": (stays(family, 24), sbg.survival(fitted.family, draws, 24)[:, 24])}

    calibrated(label, one, data_sets=DATA_SETS)


def test_monthly_hazard(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        u, months, left = monthly_leavers(rng, CUSTOMERS)
        fitted = hazard.fit(code({"U": u}), months, left, link="cloglog")
        return {"slope of the log hazard in U": (-1.5, fitted.draws(WORLDS, rng)[:, 0])}

    calibrated("Discrete-time hazard", one, data_sets=DATA_SETS)


def test_cox(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        z = rng.normal(size=300)
        lives, seen = rng.exponential(12 * np.exp(-0.5 * z)), rng.uniform(2, 24, 300)
        # Days, as logs have them, so that a few endings tie.
        days = np.ceil(np.minimum(lives, seen) * 30.44)
        fitted = cox.fit(code({"z": z}), days / 30.44, lives <= seen)
        return {"slope of the log hazard": (0.5, fitted.draws(WORLDS, rng)[:, 0])}

    calibrated("Cox", one)


def test_churn_with_columns(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        z, months, left = mixed_leavers(rng, CUSTOMERS)
        fitted = covariate_churn.fit(code({"z": z}), months, left)
        return {
            "slope of the log clock": (0.5, fitted.draws(WORLDS, rng)[:, 0]),
            "share retained after 24 months at the mean": (
                stays("bdw", 24), fitted.survival([0.0], 24, WORLDS, rng)[:, 24],
            ),
        }  # fmt: skip

    calibrated("Beta-discrete-Weibull with columns", one, data_sets=DATA_SETS)


LEAVE, UP, DOWN = 0.03, 0.015, 0.02


def payers(rng):
    """What 500 customers pay in 25 months, (500, 25): who stays doubles at times, or goes down to half."""
    start = rng.integers(0, 19, 500)
    pays = np.zeros((500, 25))
    first = rng.choice([20.0, 50.0, 100.0], 500)
    for month in range(25):
        luck, change = rng.random(500), rng.random(500)
        factor = np.where(change < UP, 2.0, np.where(change < UP + DOWN, 0.5, 1.0))
        before = pays[:, month - 1] if month else np.zeros(500)
        pays[:, month] = np.where(start == month, first, before * factor * (luck >= LEAVE))
    return pays


def test_retained_revenue(calibrated):
    steps = np.array([1.0])
    for _month in range(12):
        steps = np.convolve(steps, [DOWN, 1 - UP - DOWN, UP])
    kept, levels = (1 - LEAVE) ** 12, 2.0 ** np.arange(-12, 13)
    truth = kept * float(steps @ levels), kept * float(steps @ np.minimum(levels, 1))

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        pays = payers(rng)
        who, month = np.nonzero(pays)
        start = np.datetime64("2024-01", "M") + month
        log = revenue_log(
            who, start.astype("datetime64[D]"), (start + 1).astype("datetime64[D]"), pays[who, month],
            last_month=2024 * 12 + 24,
        )  # fmt: skip
        found = revenue_retention(log, rng, worlds=WORLDS)
        return {
            "net revenue retention in 12 months": (truth[0], found.net[1]),
            "gross revenue retention in 12 months": (truth[1], found.gross[1]),
            "customers retained in 12 months": (kept, found.retained[1]),
        }

    calibrated("Retained revenue", one, data_sets=DATA_SETS)
