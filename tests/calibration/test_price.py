"""Price studies: over data sets with a known truth, how often the intervals hold it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import lognorm, norm

from trimtab.economics.price.answers import price_answers
from trimtab.economics.price.demand import best_price, demand
from trimtab.economics.price.gabor_granger import Family, fit
from trimtab.economics.price.ladder_answers import ladder_answers
from trimtab.economics.price.token_usage import token_usage
from trimtab.economics.price.van_westendorp import price_sensitivity

pytestmark = pytest.mark.calibration
WORLDS = 1000
ASKED = np.array([12.0, 20.0, 28.0, 38.0, 52.0, 70.0])
# Each question's prices are log-normal with these medians: a person's answers share one level and rise strictly.
STEPS = np.log([12.0, 20.0, 34.0, 50.0])
LEVEL, NOISE = 0.35, 0.08
PEOPLE = 250


def four_prices(rng):
    """Four rising prices a person: a level of their own, and steps whose spread cannot turn them around."""
    level = rng.normal(0, LEVEL, (PEOPLE, 1))
    return np.exp(STEPS + level + np.clip(rng.normal(0, NOISE, (PEOPLE, 4)), -0.17, 0.17))


def spread_of_one_question():
    """Level and clipped noise together, as a large sample of one question gives it."""
    sample = np.random.default_rng(0)
    return sample.normal(0, LEVEL, 2_000_000) + np.clip(sample.normal(0, NOISE, 2_000_000), -0.17, 0.17)


SPREAD = np.sort(spread_of_one_question())


def upto(question, price):
    return np.searchsorted(SPREAD, np.log(price) - STEPS[question]) / SPREAD.size


CROSSINGS = {
    "opp": brentq(lambda p: upto(3, p) - (1 - upto(0, p)), 5, 80),
    "idp": brentq(lambda p: upto(2, p) - (1 - upto(1, p)), 5, 80),
    "pmc": brentq(lambda p: upto(1, p) - (1 - upto(0, p)), 5, 80),
    "pme": brentq(lambda p: upto(3, p) - (1 - upto(2, p)), 5, 80),
}


def test_the_four_points_of_van_westendorp(calibrated):
    def trial(rng):
        fitted = price_sensitivity(four_prices(rng), worlds=WORLDS, rng=rng)
        return {name: (truth, fitted.draws[name]) for name, truth in CROSSINGS.items()}

    calibrated("Van Westendorp", trial, data_sets=400)


def test_demand_of_a_price_survey(calibrated):
    # Worth of a very large sample stands for the truth; its best price is found on the same grid.
    many = np.random.default_rng(1)
    grid = np.linspace(0, 120, 241)
    level = many.normal(0, LEVEL, (200_000, 1))
    prices = np.exp(STEPS + level + np.clip(many.normal(0, NOISE, (200_000, 4)), -0.17, 0.17))
    truth = demand(price_answers(prices), worlds=1, rng=many, grid=grid)
    best, at_40 = best_price(truth).point, float(np.interp(40, grid, truth.point))

    def trial(rng):
        curve = demand(price_answers(four_prices(rng)), worlds=WORLDS, rng=rng, grid=grid)
        return {"worth at 40": (at_40, curve.worth_at(40.0)), "best price": (best, best_price(curve).price)}

    calibrated("Demand of a price survey", trial, data_sets=400)


def ladder_of(most):
    says = most[:, None] >= ASKED
    return ladder_answers(np.tile(ASKED, most.size), says.ravel(), np.repeat(np.arange(most.size), ASKED.size))


def best_log_normal(median, deviation, cost):
    fine = np.linspace(max(cost, 1.0), 200, 400_000)
    return float(fine[np.argmax((fine - cost) * lognorm.sf(fine, deviation, scale=median))])


def test_log_normal_price_ladders(calibrated):
    free, dear = (best_log_normal(32, 0.5, cost) for cost in (0.0, 10.0))
    share = float(norm.sf(np.log(40 / 32) / 0.5))

    def trial(rng):
        found = fit(
            ladder_of(np.exp(rng.normal(np.log(32), 0.5, 200))), worlds=WORLDS, rng=rng, family=Family.LOG_NORMAL
        )
        return {
            "median": (32.0, found.median),
            "would buy at 40": (share, found.share_at(np.array([40.0]))[:, 0]),
            "best price": (free, found.best_price().price),
            "best price at a cost of 10": (dear, found.best_price(10.0).price),
        }

    calibrated("Price ladder, log-normal", trial, data_sets=600)


def test_logistic_price_ladders(calibrated):
    # a = 4, b = .125: the median is 32; the best price solves p = (1 + exp(a - b p)) / b.
    best = brentq(lambda p: p - (1 + np.exp(4 - 0.125 * p)) / 0.125, 8, 100)

    def trial(rng):
        found = fit(ladder_of(rng.logistic(32, 8, 200)), worlds=WORLDS, rng=rng, family=Family.LOGISTIC)
        return {"median": (32.0, found.median), "best price": (best, found.best_price().price)}

    calibrated("Price ladder, logistic", trial, data_sets=600)


def test_the_heavy_tail_of_token_usage(calibrated):
    # Body and tail as the model has them, so that the quantiles are known.
    def tokens(rank):
        body = 11 + 1.1 * norm.ppf(np.minimum(rank, 0.9))
        return np.exp(body + np.where(rank > 0.9, (np.log(0.1) - np.log1p(-rank)) / 2.2, 0))

    def trial(rng):
        found = token_usage(tokens(rng.uniform(size=400)), worlds=WORLDS, rng=rng)
        ranks = np.array([0.5, 0.95])
        drawn = found.at(ranks)
        return {
            "median": (float(tokens(ranks)[0]), drawn[:, 0]),
            "95th percentile": (float(tokens(ranks)[1]), drawn[:, 1]),
        }

    calibrated("Token usage", trial, data_sets=600)
