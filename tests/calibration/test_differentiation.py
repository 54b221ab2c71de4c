"""Differentiation: offers with known ratings are read with an error; how often the intervals hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.differentiation.ahp import ahp_draws
from trimtab.economics.differentiation.position import position, rating_draws
from trimtab.economics.differentiation.strategy_canvas import strategy_canvas
from trimtab.economics.differentiation.white_spaces import white_spaces

pytestmark = pytest.mark.calibration
WORLDS, OFFERS, CRITERIA, ERROR = 1000, 4, 8, 0.05
DATA_SETS = 400


def market(rng):
    """True ratings inside the scale, the sheet's reading of them, and weights as they are."""
    truth = rng.uniform(0.15, 0.85, (OFFERS, CRITERIA))
    read = np.clip(truth + ERROR * rng.standard_normal(truth.shape), 0, 1)
    return truth, read, rng.dirichlet(np.full(CRITERIA, 3.0))


def test_lead_and_divergence_hold_the_truth(calibrated):
    def trial(rng):
        truth, read, weights = market(rng)
        drawn_weights = np.repeat(weights[None], WORLDS, axis=0)
        error = np.full(read.shape, ERROR)
        score = truth @ weights
        found = position(read, drawn_weights, rng, error)
        canvas = strategy_canvas(rating_draws(read, WORLDS, rng, error), drawn_weights, error)
        apart = np.sqrt(((truth[:1] - truth[1:]) ** 2) @ weights)
        return {
            "our score": (score[0], found.score[:, 0]),
            "lead over one rival": (score[0] - score[1], found.score[:, 0] - found.score[:, 1]),
            "divergence from one rival": (apart[0], canvas.divergence[:, 0]),
            "divergence from the most similar offer": (apart.min(), canvas.nearest),
        }

    calibrated("Position and strategy canvas", trial, data_sets=DATA_SETS)


def test_the_chance_of_being_first_comes_true_as_often_as_it_says():
    # By chance stated, in fifths: the share of markets in which ours truly is first.
    rng = np.random.default_rng(20260102)
    stated, came = [], []
    for _market in range(2000):
        truth, read, weights = market(rng)
        found = position(read, np.repeat(weights[None], 300, axis=0), rng, np.full(read.shape, ERROR))
        stated.append(found.p_first[0])
        came.append(float(np.argmax(truth @ weights) == 0))
    bins = np.digitize(stated, [0.2, 0.4, 0.6, 0.8])
    for one in range(5):
        inside = bins == one
        error = np.sqrt(0.25 / inside.sum())
        assert np.mean(np.array(came)[inside]) == pytest.approx(np.mean(np.array(stated)[inside]), abs=0.06 + 2 * error)


def test_an_unserved_need_holds_the_truth(calibrated):
    def trial(rng):
        truth, read, _weights = market(rng)
        people = rng.uniform(0.1, 0.7)
        raised = rng.binomial(200, people)
        share = rng.beta(raised + 0.5, 200 - raised + 0.5, (WORLDS, 1))
        served = rating_draws(read[:1, :1].repeat(2, axis=0), WORLDS, rng, np.full((2, 1), ERROR))[:, :1]
        found = white_spaces(share, served, rng)
        return {"unserved share": (people * (1 - truth[0, 0]), found.unserved[:, 0])}

    calibrated("White spaces", trial, data_sets=DATA_SETS)


def test_judged_weights_hold_what_people_would_say_without_noise(calibrated):
    def trial(rng):
        weights = rng.dirichlet(np.full(6, 3.0)) * 0.7 + 0.05
        weights /= weights.sum()
        ratio = weights[:, None] / weights
        noisy = np.triu(ratio * np.exp(0.3 * rng.standard_normal(ratio.shape)), 1)
        table = noisy + np.tril(1 / np.where(noisy.T > 0, noisy.T, 1.0), -1) + np.eye(6)
        drawn = ahp_draws([table], WORLDS, rng)
        return {"weight of the first criterion": (weights[0], drawn[:, 0])}

    calibrated("AHP, one person", trial, data_sets=DATA_SETS)
