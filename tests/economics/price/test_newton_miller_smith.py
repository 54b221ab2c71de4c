import numpy as np
import pytest

from tests.economics.price.price_surveys import load
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import price_answers
from trimtab.economics.price.newton_miller_smith import acceptance_bands, market_acceptance


def test_the_vignette_optima_of_reach_and_revenue_are_reproduced(public_data):
    # Printed by pricesensitivitymeter 1.3.3: reach 11.99, revenue 17.8 on prices rounded to cents (unrounded 17.805).
    survey = load(public_data, "seed1976")
    used = price_answers(survey.answers, weights=survey.balanced_weights)
    found = market_acceptance(used, survey.intent[:, 0], survey.intent[:, 1])
    assert found.best_reach_price == pytest.approx(11.99, abs=1e-6)
    assert found.best_revenue_price == pytest.approx(17.8, abs=0.0051)


def test_reach_is_the_mean_of_straight_lines_drawn_by_hand():
    # Five alike: 0 at 10, .7 at 20, .3 at 30, 0 at 40; a sixth pins the price 15: halfway to .7, so .35 each.
    used = price_answers([[10, 20, 30, 40]] * 5 + [[15, 20, 30, 40]])
    found = market_acceptance(used, [5] * 6, [3] * 6)
    assert list(found.price) == [10, 15, 20, 30, 40]
    assert found.reach == pytest.approx([0, 5 * 0.35 / 6, 0.7, 0.3, 0])
    assert (found.best_reach_price, found.best_revenue_price) == (20, 20)


def test_an_intent_off_the_scale_is_refused():
    used = price_answers([[1, 2, 3, 4]] * 6)
    with pytest.raises(CannotEstimate) as refusal:
        market_acceptance(used, [5] * 5 + [9], [3] * 6)
    assert refusal.value.code == "intent_off_scale"
    with pytest.raises(CannotEstimate) as refusal:
        market_acceptance(used, np.ones(5), np.ones(6))
    assert refusal.value.code == "intent_does_not_fit"


def test_the_bands_hold_the_curve_and_both_best_prices_of_the_answers(public_data):
    survey = load(public_data, "seed1976")
    used = price_answers(survey.answers, weights=survey.balanced_weights)
    intents = survey.intent[:, 0], survey.intent[:, 1]
    point, grid = market_acceptance(used, *intents), np.linspace(0, 30, 31)
    bands = acceptance_bands(used, *intents, grid=grid, worlds=400, rng=np.random.default_rng(1))
    low, high = np.quantile(bands.reach, [0.01, 0.99], axis=0)
    at = np.interp(grid, point.price, point.reach, left=0, right=0)
    # Between two named prices reach is a straight line, so that the point's curve may be read in between.
    assert np.all((low - 1e-9 <= at) & (at <= high + 1e-9))
    for found, best in (("best_reach_price", 11.99), ("best_revenue_price", 17.805)):
        ends = np.quantile(getattr(bands, found), [0.05, 0.95])
        assert ends[0] <= best <= ends[1]
