"""Verdicts, the value of information, and what would settle an open question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trimtab.economics.decision.break_even import break_even
from trimtab.economics.decision.value_of_information import expected_regret, explained, value_of_knowing
from trimtab.economics.decision.verdict import Input, Thresholds, decide, needed_observations
from trimtab.economics.errors import CannotEstimate

WORLDS = 40_000


def standard(seed, worlds=WORLDS):
    """Normal draws with exactly mean 0 and sd 1, so that closed forms hold to the noise of the shape alone."""
    x = np.random.default_rng(seed).standard_normal(worlds)
    return (x - x.mean()) / x.std()


def positive_part(mean, sd):
    """E[max(0, X)] of X ~ Normal(mean, sd): sd phi(mean/sd) + mean Phi(mean/sd)."""
    return sd * stats.norm.pdf(mean / sd) + mean * stats.norm.cdf(mean / sd)


def only(decision):
    return decision.verdicts[0]


def test_a_sure_gain_ships_a_sure_loss_holds_and_the_rest_cannot_be_told():
    # By hand: P(Normal(mean, 1) > 0) is .9 at mean 1.2816.
    base = np.full(WORLDS, 100.0)
    found = decide(
        base, {"good": base + 1.4 + standard(1), "bad": base - 1.4 + standard(1), "open": base + standard(1)}
    )
    assert [(v.candidate, v.verdict, v.reason) for v in found.verdicts] == [
        ("good", "ship", "surely_better"),
        ("bad", "hold", "surely_worse"),
        ("open", "cannot_tell", "too_uncertain"),
    ]
    assert found.verdicts[0].p_better == pytest.approx(stats.norm.cdf(1.4), abs=0.005)
    assert found.verdicts[0].expected_gain == pytest.approx(1.4)
    assert found.best == "good"


def test_a_candidate_that_equals_today_is_held_because_it_changes_nothing():
    base = 100 + standard(1)
    found = decide(base, {"same": base})
    assert (only(found).verdict, only(found).reason, only(found).p_better) == ("hold", "practically_nothing", 0)
    assert (found.best, found.p_today_best, found.expected_regret) == ("", 1, 0)


def test_a_gain_that_is_sure_but_practically_nothing_is_held():
    base = np.full(1000, 100_000.0)
    assert only(decide(base, {"tiny": base + 1})).verdict == "hold"
    assert only(decide(base, {"tiny": base + 1}, thresholds=Thresholds(negligible_share=0))).verdict == "ship"


def test_chances_of_being_best_sum_to_one():
    found = decide(standard(1), {"a": standard(2), "b": standard(3)})
    assert found.p_today_best + sum(v.p_best for v in found.verdicts) == pytest.approx(1)
    assert found.p_today_best == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize("mean", [-1.0, 0.0, 0.5, 2.0])
def test_expected_regret_of_a_gaussian_gain_has_its_closed_form(mean):
    # E[max(0, X)] - max(0, mean), the unit normal loss of Raiffa & Schlaifer 1961.
    gain = mean + 2 * standard(4)
    assert expected_regret(gain[:, None]) == pytest.approx(positive_part(mean, 2) - max(0, mean), abs=0.01)


def test_expected_regret_among_two_equal_independent_gaussians():
    # E[max(A, B)] of two standard normals is 1/sqrt(pi); today far below never wins.
    gains = 100 + np.column_stack([standard(5), standard(6)])
    assert expected_regret(gains) == pytest.approx(1 / np.sqrt(np.pi), abs=0.01)


@pytest.mark.parametrize("mean", [-0.5, 0.0, 1.0])
def test_value_of_knowing_one_of_two_gaussian_inputs_has_its_closed_form(mean):
    # gain = mean + 2 x + y: E[gain | x] ~ Normal(mean, 2).
    x, y = standard(7), standard(8)
    gain = (mean + 2 * x + y)[:, None]
    assert value_of_knowing(gain, x) == pytest.approx(positive_part(mean, 2) - max(0, mean), abs=0.015)
    assert value_of_knowing(gain, y) == pytest.approx(positive_part(mean, 1) - max(0, mean), abs=0.015)


def test_a_group_of_inputs_is_worth_what_all_of_it_explains():
    x = np.column_stack([standard(9), standard(10)])
    gain = (0.3 + x @ [1.0, 1.0] + standard(11))[:, None]
    assert value_of_knowing(gain, x) == pytest.approx(positive_part(0.3, np.sqrt(2)) - 0.3, abs=0.015)


def test_a_curved_influence_is_found_by_the_regression():
    # E[gain | x] = x^2 - 1, which no straight line sees: value = E[max(0, x^2 - 1)] = 2 phi(1).
    x = standard(12)
    gain = (x**2 - 1 + standard(13))[:, None]
    assert value_of_knowing(gain, x) == pytest.approx(2 * stats.norm.pdf(1), abs=0.03)


def test_an_input_that_explains_nothing_is_worth_next_to_nothing():
    gain = standard(14, 2000)[:, None]
    unrelated = [value_of_knowing(gain, standard(seed, 2000)) for seed in range(100, 120)]
    assert np.mean(unrelated) <= 0.02 * positive_part(0, 1)
    assert value_of_knowing(gain, np.full(2000, 7.0)) == 0


def test_an_input_of_two_values_is_worth_what_the_two_means_say():
    # gain is -1 + noise or +2 + noise, each in half of the worlds: E[max(0, mean)] - max(0, .5) = 1 - .5.
    coin = np.arange(WORLDS) % 2
    gain = (3.0 * coin - 1 + 0.1 * standard(23))[:, None]
    assert value_of_knowing(gain, coin) == pytest.approx(0.5, abs=0.005)
    assert value_of_knowing(gain, np.column_stack([coin, 1 - coin])) == pytest.approx(0.5, abs=0.005)


def test_a_group_of_more_inputs_than_the_worlds_can_part_is_read_by_its_main_directions():
    # 200 columns that all follow one hidden x: knowing them is knowing x.
    x = standard(24, 2000)
    group = x[:, None] * np.linspace(1, 2, 200) + 0.01 * np.random.default_rng(25).normal(size=(2000, 200))
    gain = (x + standard(26, 2000))[:, None]
    assert value_of_knowing(gain, group) == pytest.approx(positive_part(0, 1), abs=0.04)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_knowing_a_part_is_never_worth_more_than_knowing_everything(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(500, 2))
    gains = np.column_stack([x[:, 0] + rng.normal(size=500), x[:, 1] ** 2 - 1])
    assert 0 <= value_of_knowing(gains, x) <= expected_regret(gains) + 0.02


def test_what_would_settle_is_ordered_by_its_worth_and_explains_the_variance():
    # gain = .8 + 2x + y: x explains 4/5 of the variance, y 1/5.
    x, y = standard(15), standard(16)
    base = np.zeros(WORLDS)
    inputs = (Input("y", y, 100), Input("x", x, 100), Input("elasticity", standard(17)))
    found = only(decide(base, {"c": 0.8 + 2 * x + y}, inputs))
    assert [s.name for s in found.settle] == ["x", "y", "elasticity"]
    np.testing.assert_allclose([s.explained for s in found.settle], [0.8, 0.2, 0], atol=0.01)
    assert found.settle[2].needed_observations is None


def test_needed_observations_follow_the_closed_form_of_a_gaussian_gain():
    # gain = 2 + 2x + y with 100 observations of x. Settled when 2 / sqrt(1 + 4 * 100/(100 + m)) >= z_.9 = 1.28155:
    # 4 * 100/(100 + m) <= 2.43552 - 1, so m >= 178.6.
    x, y = standard(18, 400_000), standard(19, 400_000)
    found = needed_observations(2 + 2 * x + y, 2 + 2 * x, 100, Thresholds())
    assert found == pytest.approx(179, abs=6)


def test_no_number_of_observations_settles_what_another_input_leaves_open():
    x, y = standard(20), standard(21)
    assert needed_observations(0.5 + x + y, 0.5 + x, 100, Thresholds()) is None


def test_a_loss_is_settled_towards_hold():
    x, y = standard(18), standard(19)
    found = needed_observations(-2 - 2 * x - y, -2 - 2 * x, 100, Thresholds())
    assert found == pytest.approx(179, abs=20)


def test_only_an_open_verdict_asks_what_would_settle_it():
    base = np.zeros(WORLDS)
    assert only(decide(base, {"c": base + 5 + standard(1)}, (Input("x", standard(1), 10),))).settle == ()


def test_the_regression_returns_the_mean_gain_on_average():
    x = standard(22, 500)
    gains = np.column_stack([np.exp(x), x**3])
    np.testing.assert_allclose(explained(gains, x).mean(axis=0), gains.mean(axis=0))


def test_break_even_is_the_smallest_quality_gain_without_a_loss():
    # By hand: median gain = 50 q - 1, zero at q = .02.
    spread = np.linspace(-3, 3, 101)
    found = break_even(lambda q: 50 * q - 1 + spread, 0.0, 0.2, tolerance=1e-6)
    assert found == pytest.approx(0.02, abs=1e-6)
    assert found >= 0.02


def test_break_even_is_the_low_end_or_none_where_there_is_no_crossing():
    assert break_even(lambda q: np.ones(3), 0.0, 0.1) == 0.0
    assert break_even(lambda q: -np.ones(3), 0.0, 0.1) is None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: decide(np.zeros(3), {}), "no_candidates"),
        (lambda: decide(np.zeros(0), {"c": np.zeros(0)}), "no_draws"),
        (lambda: decide(np.zeros(3), {"c": np.zeros(4)}), "shape_does_not_fit"),
        (lambda: decide(np.zeros(3), {"c": np.array([0, np.nan, 1])}), "not_finite"),
        (lambda: Thresholds(ship_at=0.2, hold_at=0.5), "thresholds_cross"),
        (lambda: value_of_knowing(np.zeros((5, 1)), np.arange(5.0)), "too_few_worlds"),
        (lambda: break_even(lambda q: np.zeros(1), 1.0, 0.0), "range_empty"),
    ],
)
def test_questions_without_an_answer_are_refused_with_a_code_and_a_remedy(call, code):
    with pytest.raises(CannotEstimate) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.remedy
