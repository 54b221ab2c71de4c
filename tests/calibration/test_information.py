"""Worth of knowing and Sobol's effects: intervals of what a simulation of 2,000 worlds leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.decision.sensitivity import over_draws, sobol_effects
from trimtab.economics.decision.value_of_information import Worth, information, normal_value

pytestmark = pytest.mark.calibration
WORLDS = 2000
# Four options whose gains are lines in three inputs.
SLOPES = np.random.default_rng(5).normal(0, 0.5, (3, 4))
MEANS = np.array([0.3, 0.1, -0.2, 0.0])


def spread(low: float, middle: float, high: float) -> np.ndarray:
    """Draws whose 10th, 50th and 90th percentile are those given."""
    return np.interp(np.linspace(0, 1, 101), [0, 0.1, 0.5, 0.9, 1], [low, low, middle, high, high])


def of(worth: Worth) -> np.ndarray:
    return spread(worth.low, worth.value, worth.high)


def test_worth_of_knowing_for_one_option(calibrated):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        x, y = rng.standard_normal((2, WORLDS))
        found = information((0.4 + x + 0.7 * y)[:, None], {"x": x, "y": y})
        return {
            "everything": (normal_value(0.4, np.sqrt(1.49)), of(found.perfect)),
            "the stronger input": (normal_value(0.4, 1.0), of(found.groups[0])),
            "the weaker input": (normal_value(0.4, 0.7), of(found.groups[1])),
        }

    calibrated("Value of information, one option", one, data_sets=1000)


def test_worth_of_knowing_a_group_for_four_options(calibrated):
    known = np.random.default_rng(6).standard_normal((1_000_000, 3))
    truth = float(np.maximum((MEANS + known @ SLOPES).max(axis=1), 0).mean() - MEANS.max())

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        x = rng.standard_normal((WORLDS, 3))
        gains = MEANS + x @ SLOPES + 0.5 * rng.standard_normal((WORLDS, 4)) + rng.standard_normal((WORLDS, 1))
        return {"a group of three inputs": (truth, of(information(gains, {"x": x}).groups[0]))}

    calibrated("Value of information, four options", one, data_sets=400)


def test_effects_of_price_share_and_reach(calibrated):
    first = {"price": 0.1401, "share": 0.3350, "reach": 0.4475}
    total = {"price": 0.1739, "share": 0.3941, "reach": 0.5112}

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        inputs = {
            "price": rng.lognormal(np.log(20), 0.2, WORLDS),
            "share": rng.beta(8, 32, WORLDS),
            "reach": rng.lognormal(np.log(1e6), 0.35, WORLDS),
        }
        evaluate = over_draws(lambda x: x["price"] * x["share"] * x["reach"], inputs)
        found = sobol_effects(evaluate, list(inputs), rng).effects
        alone = {f"{e.name}, alone": (first[e.name], spread(e.first_low, e.first, e.first_high)) for e in found}
        return alone | {f"{e.name}, in all": (total[e.name], spread(e.total_low, e.total, e.total_high)) for e in found}

    calibrated("Sobol's effects of price x share x reach", one, data_sets=3000)
