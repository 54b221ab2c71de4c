"""Intervals of the choice models, from choices of people whose part-worths are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.choice.choice_studies import answered
from trimtab.economics.choice import latent_classes, logit, mixed_logit, wtp_space

TASTE = np.array([0.8, -0.5, -0.4])
CLASSES = np.array([[1.2, -0.8, -0.3], [-0.8, 0.8, -0.9]])
WORLDS = 1000


def logit_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    draws = logit.fit(answered(np.tile(TASTE, (80, 1)), rng)).draws(WORLDS, rng)
    return {"first part-worth": (0.8, draws[:, 0]), "price coefficient": (-0.4, draws[:, 2])}


def clustered_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    """Half of the people answer every task twice: errors that take tasks as independent would be too narrow."""
    data = answered(np.tile(TASTE, (80, 1)), rng)
    again = np.repeat(np.arange(data.tasks), np.where(data.respondent < 40, 2, 1))
    rows = (data.start[again][:, None] + np.arange(3)).ravel()
    start = np.arange(len(again) + 1) * 3
    twice = type(data).of(data.X[rows], start, start[:-1] + data.picks[again], data.respondent[again], data.names)
    return {"first part-worth": (0.8, logit.fit(twice).draws(WORLDS, rng)[:, 0])}


def money_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    fit = wtp_space.fit(answered(np.tile(TASTE, (80, 1)), rng), "price")
    return {"willingness to pay": (2.0, fit.draws(WORLDS, rng)[:, 0])}


def mixed_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    partworths = np.tile(TASTE, (200, 1))
    partworths[:, 0] += rng.normal(0, 0.9, 200)
    data = answered(partworths, rng)
    draws = mixed_logit.fit(data, random={"x0": "normal"}, rng=rng, points=150, starts=1).draws(WORLDS, rng)
    return {
        "mean": (0.8, draws[:, 0]),
        "price coefficient": (-0.4, draws[:, 2]),
        "standard deviation": (0.9, draws[:, 3]),
    }


def latent_trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    kind = (rng.random(200) > 0.65).astype(int)
    fit = latent_classes.fit(answered(CLASSES[kind], rng), 2, rng=rng, starts=2)
    partworths, shares = fit.draws(WORLDS, rng)
    return {
        "part-worth of the larger class": (1.2, partworths[:, 0, 0]),
        "price coefficient of the smaller class": (-0.9, partworths[:, 1, 2]),
        "share of the larger class": (0.65, shares[:, 0]),
    }


@pytest.mark.calibration
@pytest.mark.parametrize(
    ("method", "trial", "data_sets"),
    [
        ("Choice: multinomial logit", logit_trial, 1000),
        ("Choice: multinomial logit, answers that repeat", clustered_trial, 1000),
        ("Choice: willingness-to-pay space", money_trial, 1000),
        ("Choice: mixed logit", mixed_trial, 400),
        ("Choice: latent classes", latent_trial, 400),
    ],
)
def test_an_interval_holds_the_truth_as_often_as_it_says(method, trial, data_sets, calibrated):
    calibrated(method, trial, data_sets=data_sets)
