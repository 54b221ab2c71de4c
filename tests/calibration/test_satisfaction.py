"""U = f(F, I, C) from answers that are rounded and vary from day to day."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from trimtab.economics.satisfaction.answer_noise import ANSWER_SPREAD, noise_variance
from trimtab.economics.satisfaction.families import predict
from trimtab.economics.satisfaction.model import fit

PEOPLE, POINTS, WORLDS = 300, 10, 1000
MEANS = np.array([0.7, 0.65, 0.75])
TRUTH = {"additive": np.array([[0.05, 0.4, 0.3, 0.2]]), "cobb_douglas": np.array([[0.95, 0.5, 0.3, 0.2]])}


def people(rng: np.random.Generator, count: int) -> np.ndarray:
    """F, I and C of each, alike within a person, (count, 3)."""
    score = np.sqrt(0.4) * rng.standard_normal((count, 1)) + np.sqrt(0.6) * rng.standard_normal((count, 3))
    return norm.cdf(norm.ppf(MEANS) * np.sqrt(1.25) + 0.5 * score)


def answered(values: np.ndarray, spread: float, rng: np.random.Generator) -> np.ndarray:
    steps = (POINTS - 1) * (values + spread * rng.standard_normal(values.shape))
    return np.clip(np.rint(steps), 0, POINTS - 1) / (POINTS - 1)


@pytest.mark.calibration
@pytest.mark.parametrize(("family", "label"), [("additive", "additive"), ("cobb_douglas", "Cobb-Douglas")])
def test_what_a_better_product_does_to_satisfaction_is_as_sure_as_it_says(family, label, calibrated):
    higher = MEANS + np.array([0.1, 0, 0])
    today, better = (float(predict(family, TRUTH[family], *parts)[0]) for parts in (MEANS, higher))

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        # Nobody knows how much answers vary: the truth is drawn around what is assumed.
        true, spread = people(rng, PEOPLE), ANSWER_SPREAD * np.exp(0.3 * rng.standard_normal())
        parts = answered(true, spread, rng)
        U = answered(predict(family, TRUTH[family], *true.T[:, None, :])[0], spread, rng)
        found = fit(*parts.T, U, rng, families=(family,), worlds=WORLDS, points=POINTS, noise=noise_variance(POINTS))
        reached = predict(family, found.coef_draws, *higher) - predict(family, found.coef_draws, *MEANS)
        return {
            "U of the mean respondent": (today, found.u_reference),
            "gain of U where F rises by .1": (better - today, reached),
            "mean F": (MEANS[0], found.reference_draws[:, 0]),
        }

    calibrated(f"Satisfaction, {label}", one)
