"""Bass: the market, the next period, and the forecast from priors."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.adoption import bass, bass_prior
from trimtab.economics.adoption.bass_prior import BassPrior

pytestmark = pytest.mark.calibration
WORLDS = 1000


@pytest.mark.parametrize("form", bass.FORMS)
def test_bass_by_least_squares(calibrated, form):
    truth = np.array([10_000.0, 0.01, 0.4])

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        made = bass.curve(truth, np.arange(1, 16), form) + 40 * rng.standard_normal(15)
        counts = np.maximum(made[:14], 0)
        draws = bass.parameter_draws(bass.fit(counts, form), counts, WORLDS, rng)
        return {
            "market": (10_000.0, draws.parameters[:, 0]),
            "peak": (float(bass.peak_time(truth)), bass.peak_time(draws.parameters)),
            "next period": (max(made[14], 0.0), bass.forecast(draws, 14, 1, rng)[:, 0]),
        }

    calibrated(f"Bass, {form} form", one, data_sets=1000)


def test_bass_from_priors(calibrated):
    prior = BassPrior(10_000)

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        truth = bass_prior.posterior([], prior, 1, rng).draws.parameters[0]
        curve = bass.curve(truth, np.arange(1, 6))
        # The scatter as the prior has it: 15 % of the mean period, known to 3 degrees of freedom.
        scatter = 0.15 * curve[:4].mean() * np.sqrt(3 / rng.chisquare(3))
        made = curve + scatter * rng.standard_normal(5)
        seen = bass_prior.posterior(np.maximum(made[:4], 0), prior, WORLDS, rng)
        return {
            "market": (float(truth[0]), seen.draws.parameters[:, 0]),
            "imitation": (float(truth[2]), seen.draws.parameters[:, 2]),
            "next period": (max(made[4], 0.0), bass.forecast(seen.draws, 4, 1, rng)[:, 0]),
        }

    calibrated("Bass, from priors", one, data_sets=400)
