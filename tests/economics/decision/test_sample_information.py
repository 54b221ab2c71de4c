"""Worth of a study of a given size: the closed form of a normal prior, its best size, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trimtab.economics.decision.sample_information import (
    Cost,
    study_worth,
    value_of_more_options,
    value_of_sample,
)
from trimtab.economics.decision.value_of_information import information, normal_value
from trimtab.economics.errors import CannotEstimate

SIZES = np.array([0, 1, 5, 20, 80, 320, 10_000])


def linear_model(seed=1, worlds=20_000, mean=0.3):
    """gain = mean + 2 x + y: x ~ N(0, 1) is what a study tells of, y is not."""
    rng = np.random.default_rng(seed)
    x, y = ((one - one.mean()) / one.std() for one in rng.standard_normal((2, worlds)))
    gains = (mean + 2 * x + y)[:, None]
    return gains, x, information(gains, {"x": x}).groups[0]


def sampled(gains, worth, prior=20):
    return lambda sizes: value_of_sample(gains, worth.expected, prior, sizes)


def test_a_normal_prior_and_normal_answers_have_the_closed_form_at_every_size():
    # Prior N(0, 1) worth n0 = 20 answers of sd sqrt(20): the mean after n answers has sd 2 sqrt(n / (n + 20)).
    gains, _x, worth = linear_model()
    found = value_of_sample(gains, worth.expected, 20, SIZES)
    closed = [normal_value(0.3, 2 * np.sqrt(n / (n + 20))) for n in SIZES]
    np.testing.assert_allclose(found, closed, atol=0.02)
    assert found[0] == 0


def test_it_agrees_with_studies_that_are_really_drawn_and_learned_from():
    # 40,000 studies of 30 answers with sd sqrt(20) on a drawn truth; Bayes' rule for the mean; then the better option.
    rng = np.random.default_rng(2)
    truth = rng.standard_normal(40_000)
    seen = truth + np.sqrt(20 / 30) * rng.standard_normal(40_000)
    learned = seen * 30 / (30 + 20)
    brute = np.maximum(0, 0.3 + 2 * learned).mean() - 0.3
    gains, _x, worth = linear_model()
    assert value_of_sample(gains, worth.expected, 20, [30])[0] == pytest.approx(brute, abs=0.02)


def test_a_share_that_is_counted_is_close_to_what_beta_and_binomial_say():
    # gain = 10 (p - .55) with p ~ Beta(12, 8), worth 20 answers; 40 more yes-or-no answers, drawn and learned from.
    rng = np.random.default_rng(3)
    p = rng.beta(12, 8, 20_000)
    yes = rng.binomial(40, p)
    exact = np.maximum(0, 10 * ((12 + yes) / 60 - 0.55)).mean() - max(0, 10 * (0.6 - 0.55))
    gains = (10 * (p - 0.55))[:, None]
    worth = information(gains, {"p": p}).groups[0]
    assert value_of_sample(gains, worth.expected, 20, [40])[0] == pytest.approx(exact, abs=0.015)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 500), st.integers(1, 5))
def test_it_never_falls_with_size_and_stays_below_knowing_for_certain(seed, prior, options):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((300, 2))
    gains = np.sin(x @ rng.standard_normal((2, options))) + 0.3 * rng.standard_normal((300, options))
    worth = information(gains, {"x": x}).groups[0]
    found = value_of_sample(gains, worth.expected, prior, SIZES)
    assert found[0] == 0
    assert np.all(np.diff(found) >= -1e-9)
    assert found[-1] <= worth.value + 1e-9


def test_the_best_size_is_the_one_that_every_size_tried_confirms():
    gains, _x, worth = linear_model(worlds=2000)
    cost = Cost(fixed=0.01, unit=0.0015)
    found = study_worth(sampled(gains, worth), cost, 400)
    tried = np.arange(1, 401)
    net = value_of_sample(gains, worth.expected, 20, tried) - cost.fixed - cost.unit * tried
    assert found.best_size == tried[net.argmax()]
    assert found.best_net == pytest.approx(net.max())
    spent = cost.fixed + cost.unit * found.best_size
    assert found.per_cost == pytest.approx((net.max() + spent) / spent)


def test_a_study_that_costs_more_than_it_is_worth_is_not_made_and_says_how_near_it_came():
    gains, _x, worth = linear_model(worlds=2000)
    found = study_worth(sampled(gains, worth), Cost(fixed=10), 400)
    assert (found.best_size, found.best_value, found.best_net) == (0, 0.0, 0.0)
    assert 0 < found.per_cost < 1
    assert found.nearest == 400


def test_one_result_that_serves_ten_decisions_is_worth_ten_times_as_much():
    gains, _x, worth = linear_model(worlds=2000)
    once = study_worth(sampled(gains, worth), Cost(unit=0.01), 1000)
    ten = study_worth(sampled(gains, worth), Cost(unit=0.01, decisions=10), 1000)
    np.testing.assert_allclose(ten.net, 10 * once.value - 0.01 * ten.sizes)
    assert ten.best_size > once.best_size
    assert study_worth(sampled(gains, worth), Cost(), 1000).best_size == 1000


@pytest.mark.parametrize("tries", [1, 3, 20])
def test_more_options_of_the_same_kind_are_worth_their_expected_improvement(tries):
    # E[max(0, max of n - best)] by 400,000 draws; one try is the unit normal loss.
    drawn = np.random.default_rng(4).normal(-1, 2, (400_000 // tries, tries)).max(axis=1)
    found = value_of_more_options(1.0, -1.0, 2.0, tries)
    assert found == pytest.approx(np.maximum(0, drawn - 1).mean(), abs=4 * drawn.std() / np.sqrt(drawn.size))
    if tries == 1:
        assert found == pytest.approx(2 * (stats.norm.pdf(1) - stats.norm.sf(1)), rel=1e-4)


def test_more_options_without_spread_are_worth_their_lead_only():
    assert value_of_more_options(1.0, 1.5, 0.0, 5) == 0.5
    assert value_of_more_options(1.0, 0.5, 0.0, 5) == 0.0
    assert value_of_more_options(1.0, 5.0, 1.0, 0) == 0.0


def test_nonsense_is_refused_by_name():
    gains, _x, worth = linear_model(worlds=200)
    for work, code in (
        (lambda: value_of_sample(gains, worth.expected, 0, [1]), "prior_size_unknown"),
        (lambda: value_of_sample(gains, worth.expected, 5, [-1]), "out_of_range"),
        (lambda: study_worth(sampled(gains, worth), Cost(), 0), "no_study"),
        (lambda: Cost(unit=-1), "out_of_range"),
    ):
        with pytest.raises(CannotEstimate) as refused:
            work()
        assert refused.value.code == code
