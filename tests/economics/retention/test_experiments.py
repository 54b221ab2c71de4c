"""Tested changes: the winner's curse is taken off, arms give log hazards, and experiments move the link."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.retention.test_link import customers
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.experiments import (
    SlopeEvidence,
    fewer_leave,
    fewer_leave_from_shares,
    shrink,
    with_experiments,
)
from trimtab.economics.retention.link import assumed_link, fit_link


def selected(rng, tried, true_spread, repeats, **options):
    """How far the best of ``tried`` lies above its truth: as measured and as believed, means over ``repeats``."""
    raw, believed = [], []
    for _ in range(repeats):
        truth = true_spread * rng.standard_normal(tried)
        y = truth + rng.standard_normal(tried)
        best = int(np.argmax(y))
        found = shrink(y, np.ones(tried), rng, scale=1.0, worlds=2, **options)
        raw.append(y[best] - truth[best])
        believed.append(found.shrunk[best] - truth[best])
    return np.mean(raw), np.mean(believed), np.std(believed) / np.sqrt(repeats)


def test_with_the_stated_spread_the_picked_winner_is_believed_without_bias():
    raw, believed, error = selected(np.random.default_rng(1), 20, 0.7, 600, spread=0.7)
    # Of 20 the best lies sqrt(1 + .7^2) 1.867 / (1 + .7^2) = 1.53 standard errors above its truth.
    assert raw == pytest.approx(1.53, abs=0.1)
    assert abs(believed) < 3 * error


def test_with_an_estimated_spread_hardly_any_of_the_winners_curse_is_left():
    raw, believed, _error = selected(np.random.default_rng(2), 20, 0.7, 400)
    assert abs(believed) < 0.12 * raw


@pytest.mark.parametrize(("tried", "left"), [(5, 0.32), (20, 0.20), (200, 0.09)])
def test_where_nothing_works_the_best_is_drawn_to_nothing_the_more_the_more_are_seen(tried, left):
    raw, believed, _error = selected(np.random.default_rng(3), tried, 0.0, 150)
    assert raw > 1.0
    assert 0 <= believed < left * raw


def test_a_winner_of_many_is_believed_less_than_a_lone_result():
    rng = np.random.default_rng(4)
    alone, best_of_20 = (shrink([2.0], [1.0], rng, scale=1.0, tried=n).shrunk[0] for n in (1, 20))
    assert 0 < best_of_20 < 0.7 * alone < alone < 2.0


lifts = st.lists(st.floats(-3, 3), min_size=1, max_size=6)


@settings(deadline=None, max_examples=40)
@given(lifts, st.floats(0.1, 2))
def test_shrinking_never_turns_a_lift_round_nor_makes_it_larger(values, error):
    found = shrink(values, np.full(len(values), error), np.random.default_rng(0), scale=1.0, worlds=10)
    assert np.all(found.shrunk * found.raw >= 0)
    assert np.all(np.abs(found.shrunk) <= np.abs(found.raw))


def test_arms_give_the_log_of_their_hazards_ratio():
    # By hand: H = -ln(1 - .2) = .22314 and -ln(1 - .1) = .10536, ratio 2.1179, its log .75043.
    lift, error = fewer_leave((1000, 200), (1000, 100))
    assert lift == pytest.approx(0.75043, abs=1e-5)
    # Var ln H = p / (n (1 - p) H^2): .0050211 + .0100094.
    assert error == pytest.approx(np.sqrt(0.0050211 + 0.0100094), rel=1e-3)
    shares, _error = fewer_leave_from_shares(0.8, 0.1, 0.01)
    assert shares == pytest.approx(lift)


@pytest.mark.parametrize("arms", [((100, 0), (100, 5)), ((100, 5), (100, 100)), ((0, 0), (10, 1))])
def test_an_arm_in_which_nobody_left_or_nobody_stayed_is_refused(arms):
    with pytest.raises(CannotEstimate) as refusal:
        fewer_leave(*arms)
    assert refusal.value.code == "arm_not_usable"


def test_lifts_without_a_standard_error_are_refused():
    for lift, error in (([1.0], [0.0]), ([np.nan], [1.0])):
        with pytest.raises(CannotEstimate) as refusal:
            shrink(lift, error, np.random.default_rng(0), scale=1.0)
        assert refusal.value.code == "lift_not_usable"
    with pytest.raises(CannotEstimate) as refusal:
        shrink([], [], np.random.default_rng(0), scale=1.0)
    assert refusal.value.code == "no_experiments"


def test_an_exact_lift_of_satisfaction_joins_by_precision():
    """Normal times normal: slope 3 +- .5 observed; staying .2 +- .05 at a lift of U by .1 says 2 +- .5; 2.5 +- .354."""
    rng = np.random.default_rng(5)
    link = fit_link(*customers(rng, 800, 3.0), rng, worlds=20_000)
    link = type(link)(**{**vars(link), "estimate": 3.0, "standard_error": 0.5, "slope": rng.normal(3.0, 0.5, 20_000)})
    found = with_experiments(link, [SlopeEvidence(0.1, 1e-9, 0.2, 0.05)], rng)
    assert found.link.slope.mean() == pytest.approx(2.5, abs=0.02)
    assert found.link.slope.std() == pytest.approx(0.5 / np.sqrt(2), rel=0.03)
    assert found.weight == pytest.approx(0.5, abs=0.03)
    assert found.apart == pytest.approx(-1 / np.hypot(0.5, 0.5), abs=0.05)
    np.testing.assert_allclose(found.alone, [2.0, 2 - 0.641, 2 + 0.641], atol=0.02)


def test_a_sharp_experiment_makes_an_assumed_link_tested_and_a_weak_one_does_not():
    rng = np.random.default_rng(6)
    link = assumed_link(2.0, 0.8, 0.7, 4000, rng)
    sharp = with_experiments(link, [SlopeEvidence(0.1, 0.005, 0.4, 0.03)], rng)
    assert (sharp.link.grade, sharp.experiments) == ("tested", 1)
    assert np.median(sharp.link.slope) == pytest.approx(4.0, abs=0.3)
    weak = with_experiments(link, [SlopeEvidence(0.01, 0.02, 0.0, 0.5)], rng)
    assert weak.link.grade == "assumed"
    assert np.median(weak.link.slope) == pytest.approx(2.0, rel=0.2)


def test_the_order_of_the_worlds_stays():
    rng = np.random.default_rng(7)
    link = assumed_link(2.0, 0.8, 0.7, 500, rng)
    after = with_experiments(link, [SlopeEvidence(0.1, 0.01, 0.3, 0.1)], rng).link.slope
    assert np.all(np.diff(after[np.argsort(link.slope)]) >= 0)
