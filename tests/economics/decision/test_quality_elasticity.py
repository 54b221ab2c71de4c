"""Elasticities from classes, from requests and from experiments, and the price of an error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from trimtab.economics.decision.latency_elasticity import observed_latency_elasticity
from trimtab.economics.decision.quality import ElasticityPrior
from trimtab.economics.decision.quality_elasticity import observed_elasticity
from trimtab.economics.decision.quality_error_price import error_price, failure_time
from trimtab.economics.decision.quality_experiment import Arm, design_effect, elasticity_of_arms
from trimtab.economics.errors import CannotEstimate

WIDE = ElasticityPrior(median=1.0, log_sd=1.0)
RATIO = np.log(np.full(50, 0.5))


def classes(rng, *, slope, count=40, texts=400, answered=4000):
    error = rng.uniform(0.03, 0.35, count)
    failing = 0.3 * (error / 0.15) ** slope
    return rng.binomial(texts, error), np.full(count, texts), rng.binomial(answered, failing), np.full(count, answered)


def test_the_slope_between_classes_is_found_again_with_little_noise():
    rng = np.random.default_rng(1)
    found = observed_elasticity(*classes(rng, slope=0.7), worlds=1000, rng=rng, prior=WIDE)
    low, middle, high = np.quantile(found.elasticity, [0.1, 0.5, 0.9])
    assert low < 0.7 < high
    assert middle == pytest.approx(0.7, abs=0.06)
    assert found.r_hat < 1.2
    assert found.learned > 0.95
    # By hand: at the error of .15 the failing share is .3, at twice that .3 * 2^.7.
    assert np.median(found.failing([0.15, 0.3]), axis=0) == pytest.approx([0.3, 0.3 * 2**0.7], rel=0.06)


def test_noise_in_a_small_test_flattens_the_slope_far_less_than_a_plain_regression():
    # The truth is 1. With 30 texts a class the log of what was seen varies as much by chance as by class.
    plain, ours = [], []
    for seed in range(2):
        rng = np.random.default_rng([2, seed])
        error = np.exp(rng.normal(np.log(0.15), 0.35, 60)).clip(0.02, 0.6)
        wrong, failed = rng.binomial(30, error), rng.binomial(3000, np.minimum(1.5 * error, 0.95))
        x = np.log((wrong + 0.5) / 31)
        plain.append(np.polyfit(x, np.log((failed + 0.5) / 3001), 1)[0])
        ours.append(
            np.median(observed_elasticity(wrong, [30] * 60, failed, [3000] * 60, worlds=500, rng=rng).elasticity)
        )
    assert np.mean(plain) < 0.45
    assert np.mean(ours) > 0.7


def test_classes_in_which_nearly_everything_fails_do_not_flatten_the_slope():
    # The truth is 2, and from an error of .24 on all but 5 % of the requests fail: a plain regression sees far less.
    rng = np.random.default_rng(21)
    error = np.linspace(0.06, 0.5, 24)
    wrong, failed = rng.binomial(500, error), rng.binomial(2000, np.minimum((error / 0.24) ** 2, 0.95))
    plain = np.polyfit(np.log(wrong / 500), np.log(failed / 2000), 1)[0]
    found = observed_elasticity(wrong, [500] * 24, failed, [2000] * 24, worlds=1000, rng=rng, prior=WIDE)
    low, high = np.quantile(found.elasticity, [0.1, 0.9])
    assert plain < 1.5
    assert low < 2 < high
    assert found.failing([0.5]).max() <= 0.95


def test_two_arms_give_the_ratio_of_their_logs():
    # By hand: failing .4 -> .2 while errors halve: eps = ln 2 / ln 2 = 1; .4 -> .2828 gives a half.
    for failed, slope in ((20_000, 1.0), (28_284, 0.5)):
        rng = np.random.default_rng(3)
        found = elasticity_of_arms(Arm(40_000, 1e5), Arm(failed, 1e5), RATIO, prior=WIDE, worlds=2000, rng=rng)
        assert np.median(found.elasticity) == pytest.approx(slope, abs=0.02)
        assert found.grade == "tested"


def test_a_small_experiment_hardly_moves_the_prior_and_a_large_one_does():
    # 12 of 40 against 4 of 40 look like an elasticity of 1.6; the prior holds it back.
    rng = np.random.default_rng(4)
    prior = ElasticityPrior(median=1.0, log_sd=0.3)
    small = elasticity_of_arms(Arm(12, 40), Arm(4, 40), RATIO, prior=prior, worlds=4000, rng=rng)
    large = elasticity_of_arms(Arm(12_000, 40_000), Arm(4_000, 40_000), RATIO, prior=prior, worlds=4000, rng=rng)
    assert 1.0 < np.median(small.elasticity) < 1.2
    assert small.learned < 0.4
    assert np.median(large.elasticity) == pytest.approx(np.log(3) / np.log(2), abs=0.05)
    assert large.learned > 0.95


def test_the_posterior_of_an_experiment_is_the_one_on_a_grid():
    # First share known by a million requests to be .3, errors halved: p(eps) Binomial(30; 200, .3 * .5^eps), by sums.
    rng = np.random.default_rng(5)
    prior = ElasticityPrior(median=1.0, log_sd=0.5)
    found = elasticity_of_arms(Arm(3e5, 1e6), Arm(30, 200), RATIO, prior=prior, worlds=20_000, rng=rng)
    logs = np.linspace(-2.5, 2.5, 2001)
    weight = np.exp(-0.5 * (logs / 0.5) ** 2) * binom.pmf(30, 200, 0.3 * 0.5 ** np.exp(logs))
    weight /= weight.sum()
    assert np.log(found.elasticity).mean() == pytest.approx((weight * logs).sum(), abs=0.02)
    assert np.log(found.elasticity).std() == pytest.approx(
        np.sqrt((weight * logs**2).sum() - (weight * logs).sum() ** 2), rel=0.05
    )


def test_latency_is_found_again_from_single_requests():
    rng = np.random.default_rng(6)
    latency = np.exp(rng.normal(np.log(800), 0.5, 40_000))
    unhappy = rng.random(40_000) < 0.3 * (latency / 800) ** 0.3
    found = observed_latency_elasticity(
        latency, unhappy, np.arange(40_000), worlds=2000, rng=rng, prior=ElasticityPrior(0.3, 0.8)
    )
    assert np.median(found.elasticity) == pytest.approx(0.3, abs=0.03)
    assert np.exp(found.centre) == pytest.approx(800, rel=0.01)


@given(st.integers(1, 40), st.integers(2, 30))
@settings(max_examples=20)
def test_customers_who_always_ask_alike_count_once(repeats, customers):
    # By hand: n customers with m equal answers each: the variance is that of n answers, deff = m (n / (n - 1)).
    failed = np.repeat(np.arange(customers) % 2, repeats)
    found = design_effect(failed, np.repeat(np.arange(customers), repeats))
    assert found == pytest.approx(max(1.0, repeats * customers / (customers - 1)))


def test_customer_months_before_and_after_a_failure_by_hand():
    # a: from 0 to 10, leaves, fails in class 0 at 4 and 6; b: 0 to 12, stays; c: 2 to 8, leaves, fails in class 1 at 3.
    seen = failure_time([0, 0, 2], [10, 12, 8], [1, 0, 1], [0, 0, 2, 1], [0, 0, 1, 1], [4, 6, 3, 20], 2)
    assert (seen.left_before, seen.months_before) == (0, 4 + 12 + 1)
    assert list(seen.left_after) == [1, 1]
    assert list(seen.months_after) == [6, 5]
    assert list(seen.failures) == [2, 1]


def test_a_class_whose_failures_drive_customers_away_costs_what_is_lost():
    # Closed form: 2 % leave a month without a failure, 6 % after one in class 0, 2 % after one in class 1; half a
    # failure a month after the first: k_0 = .04 * 500 / .5 = 40, k_1 = 0.
    rng = np.random.default_rng(7)
    n = 60_000
    kind = rng.integers(0, 2, n)
    at = rng.uniform(0, 6, n)
    calm = rng.exponential(1 / 0.02, n)
    after = at + rng.exponential(1 / np.where(kind == 0, 0.06, 0.02), n)
    leave = np.where(calm < at, calm, after)
    end, left = np.minimum(leave, 24.0), leave < 24
    more = rng.poisson(0.5 * np.maximum(end - at, 0))
    who = np.concatenate([np.arange(n), np.repeat(np.arange(n), more)])
    when = np.concatenate([at, rng.uniform(np.repeat(at, more), np.maximum(np.repeat(end, more), np.repeat(at, more)))])
    seen = failure_time(np.zeros(n), end, left, who, kind[who], when, 2)
    first = (seen.months_after * 0.5 + (at <= end).sum() / 2) / seen.months_after
    found = error_price(seen, 500.0, worlds=2000, rng=rng)
    assert found.grade == "observed"
    assert np.median(found.price[:, 0]) == pytest.approx(0.04 * 500 / first[0], rel=0.06)
    assert np.median(found.price[:, 1]) < 2
    assert np.median(found.excess, axis=0) == pytest.approx([0.04, 0.0], abs=0.003)


def test_where_failures_drive_nobody_away_the_price_holds_nothing_and_classes_stay_alike():
    rng = np.random.default_rng(15)
    n, classes = 6000, 12
    kind, at = rng.integers(0, classes, n), rng.uniform(0, 6, n)
    leave = rng.exponential(1 / 0.03, n)
    end = np.minimum(leave, 18.0)
    seen = failure_time(np.zeros(n), end, leave < 18, np.arange(n), kind, at, classes)
    found = error_price(seen, 500.0, worlds=2000, rng=rng)
    low, high = np.quantile(found.mean, [0.05, 0.95])
    assert low < 0 < high
    assert np.all(np.quantile(found.excess, 0.05, axis=0) < 0)
    assert np.median(found.excess, axis=0).std() < 0.002


def test_too_few_leavers_give_equal_and_assumed_prices_with_the_reason():
    seen = failure_time([0, 0], [5, 6], [1, 0], [0], [1], [2.0], 3)
    found = error_price(seen, 100.0, worlds=50, rng=np.random.default_rng(8))
    assert found.grade == "assumed"
    assert found.reason.code == "too_few_leavers"
    assert np.all(found.price == 1)


RNG = {"worlds": 10, "rng": np.random.default_rng(9)}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: observed_elasticity([1] * 4, [9] * 4, [2] * 4, [9] * 4, **RNG), "too_few_classes"),
        (lambda: observed_elasticity([4] * 9, [40] * 9, range(9), [50] * 9, **RNG), "no_variation"),
        (lambda: observed_elasticity([0] * 9, [40] * 9, range(9), [50] * 9, **RNG), "no_variation"),
        (lambda: observed_elasticity([50] * 9, [40] * 9, range(9), [50] * 9, **RNG), "out_of_range"),
        (lambda: elasticity_of_arms(Arm(2, 9), Arm(5, 90), RATIO, prior=WIDE, **RNG), "arm_too_small"),
        (lambda: elasticity_of_arms(Arm(9, 90), Arm(5, 90), [-0.1, 0.1] * 9, prior=WIDE, **RNG), "arms_too_alike"),
        (lambda: observed_latency_elasticity([5] * 9, [1] * 9, range(9), **RNG), "too_few_requests"),
        (lambda: observed_latency_elasticity([5] * 90, [1] * 90, range(90), **RNG), "all_alike"),
        (lambda: observed_latency_elasticity([5] * 90, [1, 0] * 45, range(90), **RNG), "no_latency_variation"),
        (lambda: observed_latency_elasticity([0] * 90, [1, 0] * 45, range(90), **RNG), "out_of_range"),
    ],
)
def test_what_cannot_tell_an_elasticity_is_refused_with_a_code_and_a_remedy(call, code):
    with pytest.raises(CannotEstimate) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.remedy
