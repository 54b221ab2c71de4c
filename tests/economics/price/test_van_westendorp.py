import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.price.price_surveys import load
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.van_westendorp import POINTS, PlateauRule, RangeDefinition, price_sensitivity

# Printed by the R package pricesensitivitymeter 1.3.3, vignette weighted-data; a range is printed to two decimals.
CENT = 0.0051


def fit(answers, seed=1, worlds=400, **options):
    return price_sensitivity(answers, worlds=worlds, rng=np.random.default_rng(seed), **options)


def rising(seed, respondents=40):
    return np.cumsum(np.random.default_rng(seed).uniform(0.5, 5, (respondents, 4)), axis=1)


@pytest.mark.parametrize(
    ("survey", "kept", "lower", "upper", "idp", "opp"),
    [
        ("seed20", 250, 7.17, 16.82, 12.055, 7.995),
        ("seed20_manipulated", 240, 7.22, 17.03, 12.0725, 7.995),
    ],
)
def test_the_unweighted_vignette_examples_are_reproduced(public_data, survey, kept, lower, upper, idp, opp):
    result = fit(load(public_data, survey).answers)
    assert result.answers.kept == kept
    assert len(result.answers.intransitive_rows) == 250 - kept
    assert result.points["pmc"].price == pytest.approx(lower, abs=CENT)
    assert result.points["pme"].price == pytest.approx(upper, abs=CENT)
    assert result.points["idp"].price == pytest.approx(idp, abs=1e-6)
    assert result.points["opp"].price == pytest.approx(opp, abs=1e-6)


def test_the_weighted_vignette_example_is_reproduced(public_data):
    survey = load(public_data, "seed1976")
    result = fit(survey.answers, weights=survey.balanced_weights, plateau=PlateauRule.MIDDLE)
    assert (result.answers.kept, result.answers.given) == (228, 250)
    assert result.points["pmc"].price == pytest.approx(11.9, abs=CENT)
    assert result.points["pme"].price == pytest.approx(15.62, abs=CENT)
    assert result.points["idp"].price == pytest.approx(13.68877, abs=5e-6)
    # Between 13.62 and 13.64 nobody says too cheap or too expensive: every price there is an optimum. R prints 13.63.
    assert result.points["opp"].price == pytest.approx(13.63, abs=1e-6)
    assert (result.points["opp"].flat_from, result.points["opp"].flat_to) == pytest.approx((13.62, 13.64))
    assert result.points["opp"].is_flat


def test_the_narrow_range_crosses_expensive_and_cheap_themselves(public_data):
    # By hand from the curves of seed20: nobody of 250 says too cheap above 7.995 or too expensive below 14.055.
    narrow = fit(load(public_data, "seed20").answers, range_definition=RangeDefinition.NARROW)
    assert narrow.points["pmc"].price == pytest.approx(7.995)
    assert narrow.points["pme"].price == pytest.approx(14.055)
    assert narrow.range_definition == "narrow"


def test_four_curves_drawn_by_hand_cross_where_a_ruler_says():
    # Five people answer (p, p + 2, p + 4, p + 6), p = 1..5. At 6 cheap is 1/5 and expensive 2/5, at 5 they are 2/5
    # and 1/5: they cross halfway at 5.5. Too cheap is 0 from 5 on, too expensive only rises at 7: flat from 5 to 6.
    points = fit(np.arange(1, 6)[:, None] + np.array([0, 2, 4, 6])).points
    assert points["idp"].price == pytest.approx(5.5)
    assert not points["idp"].is_flat
    assert (points["opp"].price, points["opp"].flat_from, points["opp"].flat_to) == (5, 5, 6)
    # Too cheap 2/5, not cheap 1/5 at 3; 1/5 and 2/5 at 4. Mirrored at the upper end.
    assert points["pmc"].price == pytest.approx(3.5)
    assert points["pme"].price == pytest.approx(7.5)


def test_rows_that_contradict_themselves_are_listed_and_not_used():
    answers = rising(3)
    spoiled = np.insert(answers, 7, [9, 5, 20, 30], axis=0)
    spoiled = np.insert(spoiled, 0, [10, 10, 10, 10], axis=0)
    result = fit(spoiled)
    assert list(result.answers.intransitive_rows) == [0, 8]
    assert list(result.answers.tied_rows) == [0]
    assert result.points == fit(answers).points


def test_the_interval_covers_the_point_and_narrows_with_more_answers():
    answers = rising(5, 40) * np.random.default_rng(5).lognormal(0, 0.8, (40, 1))
    few, many = fit(answers, worlds=1000), fit(np.tile(answers, (16, 1)), worlds=1000)
    for name in POINTS:
        low, high = np.quantile(few.draws[name], [0.1, 0.9])
        assert low <= few.points[name].price <= high
        # 16 times the customers: a quarter of the width, give or take the bootstrap's own noise.
        assert np.std(many.draws[name]) < 0.45 * np.std(few.draws[name])


def test_repeated_answers_of_the_same_customers_do_not_narrow_the_interval():
    answers, customer = rising(6, 60), np.arange(60)
    once = fit(answers, worlds=1500)
    copied = fit(np.tile(answers, (4, 1)), customer=np.tile(customer, 4), worlds=1500)
    assert np.std(copied.draws["idp"]) == pytest.approx(np.std(once.draws["idp"]), rel=0.1)


def test_a_weight_of_two_is_the_same_as_answering_twice():
    answers = rising(8, 30)
    weights = np.where(np.arange(30) < 10, 2.0, 1.0)
    doubled = fit(np.vstack([answers, answers[:10]]))
    weighted = fit(answers, weights=weights)
    for name in POINTS:
        assert weighted.points[name].price == pytest.approx(doubled.points[name].price)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_neither_the_order_of_rows_nor_the_currency_matters(seed, rate):
    answers = rising(seed, 25)
    shuffled = np.random.default_rng(seed).permutation(answers) * rate
    before, after = fit(answers, worlds=20), fit(shuffled, worlds=20)
    for name in POINTS:
        assert after.points[name].price == pytest.approx(before.points[name].price * rate, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_narrow_range_lies_within_the_original_and_all_points_within_what_was_named(seed):
    answers = rising(seed, 25)
    wide, narrow = fit(answers, worlds=20), fit(answers, worlds=20, range_definition=RangeDefinition.NARROW)
    assert wide.points["pmc"].price <= narrow.points["pmc"].price + 1e-9
    assert narrow.points["pme"].price <= wide.points["pme"].price + 1e-9
    for name in POINTS:
        assert np.all((wide.draws[name] >= answers.min()) & (wide.draws[name] <= answers.max()))


def test_the_curves_of_the_chart_fall_and_rise_inside_their_bands():
    curves = fit(rising(9, 80)).curves
    for name, direction in {"too_cheap": -1, "cheap": -1, "expensive": 1, "too_expensive": 1}.items():
        assert np.all(direction * np.diff(curves.share[name]) >= -1e-12)
        assert np.all(curves.low[name] <= curves.high[name] + 1e-12)
        assert np.mean((curves.low[name] <= curves.share[name]) & (curves.share[name] <= curves.high[name])) > 0.9
    assert curves.share["too_cheap"][0] == 1
    assert curves.share["too_expensive"][-1] == 1


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([[1, 2, 3, 4]], "too_few_answers"),
        ([[5, 5, 5, 5]] * 30, "no_transitive_answers"),
        ([[1, 2, 3, 4]] * 29 + [[-1, 2, 3, 4]], "negative_price"),
        ([[1, 2, 3, 4]] * 29 + [[np.nan, 2, 3, 4]], "price_not_finite"),
        ([[1, 2, 3, np.inf]] * 30, "price_not_finite"),
        ([[1, 2, 3]] * 30, "four_prices_needed"),
        (np.empty((0, 4)), "too_few_answers"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_with_a_remedy(answers, code):
    with pytest.raises(CannotEstimate) as refusal:
        fit(answers)
    assert refusal.value.code == code
    assert refusal.value.remedy


@pytest.mark.parametrize("weights", [[-1.0] + [1.0] * 24, [np.nan] + [1.0] * 24, [0.0] * 25, [1.0] * 3])
def test_weights_that_cannot_be_used_are_refused(weights):
    with pytest.raises(CannotEstimate, match="weight") as refusal:
        fit(rising(1, 25), weights=weights)
    assert refusal.value.code == "weights_not_usable"


def test_answers_that_all_agree_give_the_agreed_prices_without_a_spread():
    result = fit([[10, 20, 30, 40]] * 8)
    assert result.points["idp"].price == 20
    assert np.ptp(result.draws["idp"]) == 0
