"""From test errors, latency and cost to F, I and the cost of a customer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.decision.quality import (
    QUALITY_ELASTICITY,
    ElasticityPrior,
    Measured,
    experience,
    functional_performance,
    interaction_experience,
    serving_cost_per_month,
    weighted_success,
)
from trimtab.economics.errors import CannotEstimate

PARTS = st.floats(0, 1)
ELASTICITIES = st.floats(0, 5)


def one(value):
    return np.array([value])


def test_halving_the_errors_halves_the_shortfall_at_elasticity_one():
    # By hand: F_0 = .6, q .8 -> .9: 1 - .4 * (.1/.2) = .8.
    assert functional_performance(one(0.6), one(0.8), one(0.9), one(1.0))[0] == pytest.approx(0.8)


def test_a_quarter_of_the_errors_halves_the_shortfall_at_elasticity_a_half():
    # By hand: 1 - .4 * (.05/.2)^.5 = .8.
    assert functional_performance(one(0.6), one(0.8), one(0.95), one(0.5))[0] == pytest.approx(0.8)


def test_four_times_the_latency_doubles_the_shortfall_at_elasticity_a_half():
    # By hand: 1 - (1 - .7) * 4^.5 = .4; at 100 times it would be -2, so 0.
    assert interaction_experience(one(0.7), one(100.0), one(400.0), one(0.5))[0] == pytest.approx(0.4)
    assert interaction_experience(one(0.7), one(100.0), one(10_000.0), one(0.5))[0] == 0


@given(PARTS, PARTS, ELASTICITIES)
def test_a_candidate_identical_to_today_gives_exactly_todays_performance(start, success, power):
    assert functional_performance(one(start), one(success), one(success), one(power))[0] == start
    assert interaction_experience(one(start), one(success + 1), one(success + 1), one(power))[0] == start


@given(PARTS, PARTS, PARTS, PARTS, ELASTICITIES)
def test_better_quality_never_lowers_performance_and_it_stays_a_part(start, today, worse, better, power):
    worse, better = sorted((worse, better))
    low = functional_performance(one(start), one(today), one(worse), one(power))[0]
    high = functional_performance(one(start), one(today), one(better), one(power))[0]
    assert 0 <= low <= high <= 1


def test_a_test_without_a_single_error_does_not_divide_by_zero():
    # By hand, with the shortfall floor .001: 1 - .4 * (.1/.001) < 0, so 0.
    assert functional_performance(one(0.6), one(1.0), one(0.9), one(1.0))[0] == 0


def test_serving_cost_is_the_cost_of_the_requests_of_a_month():
    # By hand: .50 per 1,000 requests, 300 requests a month: .15.
    assert serving_cost_per_month(one(0.5), one(300.0))[0] == pytest.approx(0.15)


def test_success_weighted_by_frequency_and_cost_of_an_error():
    # By hand: weights .9*1 and .1*9 are equal, so the mean of .95 and .55.
    recall = np.array([[0.95, 0.55]])
    assert weighted_success(recall, np.array([0.9, 0.1]), np.array([1.0, 9.0]))[0] == pytest.approx(0.75)
    assert weighted_success(recall, np.array([90, 10]))[0] == pytest.approx(0.91)


@given(st.integers(0, 2**32 - 1))
def test_recall_weighted_by_the_frequencies_of_the_test_is_its_accuracy(seed):
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(4), rng.integers(0, 4, 96)])
    right = rng.random(100) < 0.8
    recall = np.array([[right[truth == label].mean() for label in range(4)]])
    assert weighted_success(recall, np.bincount(truth))[0] == pytest.approx(right.mean())


def test_experience_of_todays_model_is_todays_experience():
    rng = np.random.default_rng(3)
    today = Measured(rng.beta(80, 20, 500), rng.lognormal(5, 0.1, 500), np.full(500, 2.0))
    start = rng.beta(60, 40, 500)
    found = experience(
        today=today,
        candidate=today,
        functional_today=start,
        interaction_today=start,
        quality_elasticity=QUALITY_ELASTICITY.draw(rng, 500),
        latency_elasticity=QUALITY_ELASTICITY.draw(rng, 500),
        requests_per_month=np.full(500, 100.0),
    )
    np.testing.assert_array_equal(found.functional, start)
    np.testing.assert_array_equal(found.interaction, start)
    np.testing.assert_allclose(found.serving_cost_per_month, 0.2)


def test_the_prior_of_the_elasticity_has_its_stated_median_and_is_graded_assumed():
    draws = ElasticityPrior(median=0.7, log_sd=0.5).draw(np.random.default_rng(4), 200_000)
    # Lognormal: quantile .9 = median exp(1.2816 * .5) = 1.8979 medians.
    np.testing.assert_allclose(np.quantile(draws, [0.5, 0.9]), [0.7, 0.7 * 1.8979], rtol=0.01)
    assert QUALITY_ELASTICITY.grade == "assumed"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: functional_performance(one(0.5), one(0.5), one(1.2), one(1.0)), "out_of_range"),
        (lambda: functional_performance(one(0.5), one(0.5), np.array([0.5, 0.6]), one(1.0)), "shape_does_not_fit"),
        (lambda: interaction_experience(one(0.5), one(0.0), one(1.0), one(1.0)), "out_of_range"),
        (lambda: interaction_experience(one(0.5), one(np.nan), one(1.0), one(1.0)), "not_finite"),
        (lambda: weighted_success(np.ones((1, 2)), np.zeros(2)), "no_class_matters"),
        (lambda: serving_cost_per_month(one(-1.0), one(1.0)), "out_of_range"),
        (lambda: ElasticityPrior(median=0, log_sd=1).draw(np.random.default_rng(1), 2), "elasticity_not_positive"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_code_and_a_remedy(call, code):
    with pytest.raises(CannotEstimate) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.remedy
