"""Scores of a forecast against closed forms, and what past errors do to the next forecast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from trimtab.economics.decision.forecast_scores import crps, score, skill
from trimtab.economics.decision.past_errors import Correction, correction, factors, standardised_error
from trimtab.economics.errors import CannotEstimate

WORLDS = 20_001
numbers = st.floats(-1e6, 1e6)


def normal(mean, sd):
    """Draws that stand evenly over Normal(mean, sd), so that only the closed form is tested."""
    return stats.norm.ppf((np.arange(WORLDS) + 0.5) / WORLDS, mean, sd)[:, None]


@pytest.mark.parametrize("happened", [80.0, 100.0, 103.0, 131.0])
def test_crps_of_a_normal_forecast_has_its_closed_form(happened):
    # Gneiting & Raftery 2007: s [z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)] with z = (y - m) / s.
    z = (happened - 100) / 10
    expected = 10 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(normal(100, 10), [happened])[0] == pytest.approx(expected, abs=0.01)


def test_crps_by_hand():
    # x = 0, 4; y = 1: E|X - y| = (1 + 3) / 2 = 2; E|X - X'| over the two pairs = 4; 2 - 4 / 2 = 0.
    assert crps([[0.0], [4.0]], [1.0])[0] == pytest.approx(0)
    assert crps([[7.0]], [4.0])[0] == 3


@given(arrays(float, (30, 3), elements=numbers), arrays(float, 3, elements=numbers))
def test_crps_depends_on_differences_alone_and_not_on_the_order_of_the_worlds(draws, happened):
    plain = crps(draws, happened)
    np.testing.assert_allclose(crps(draws[::-1] + 5, happened + 5), plain, atol=1e-6)
    np.testing.assert_allclose(crps(3 * draws, 3 * happened), 3 * plain, atol=1e-6)


def test_a_forecast_that_is_too_narrow_or_too_wide_scores_worse_than_an_honest_one():
    happened = np.random.default_rng(3).normal(0, 1, 4_000)

    def mean_score(sd):
        return crps(np.repeat(normal(0, sd), 1, axis=1) + np.zeros((1, 400)), happened[:400]).mean()

    assert mean_score(1) < mean_score(0.3)
    assert mean_score(1) < mean_score(3)


def test_an_honest_forecast_is_held_by_its_interval_in_four_of_five():
    happened = np.random.default_rng(4).normal(100, 10, 2_000)
    found = score(np.broadcast_to(normal(100, 10), (WORLDS, 1)) + np.zeros((1, 1)), happened[:1])
    held = [score(normal(100, 10), [y]).held[0] for y in happened[:500]]
    assert np.mean(held) == pytest.approx(0.8, abs=0.05)
    assert found.rank[0] == pytest.approx(stats.norm.cdf((happened[0] - 100) / 10), abs=1e-3)


def test_bias_is_the_log_of_what_happened_over_what_was_foretold():
    draws = np.full((10, 4), 25.0)
    assert score(draws, [30.0, 30.0, 30.0, 30.0]).bias == pytest.approx(np.log(1.2))
    assert np.isnan(score(draws, [0.0, 0.0, 0.0, 0.0]).bias)


def test_skill_compares_with_the_naive_forecast():
    assert skill(np.full((5, 2), 10.0), [10.0, 10.0], [8.0, 8.0]) == 1
    assert skill(np.full((5, 2), 8.0), [10.0, 10.0], [8.0, 8.0]) == 0
    assert skill(np.full((5, 2), 4.0), [10.0, 10.0], [8.0, 8.0]) == pytest.approx(1 - 6 / 2)
    assert np.isnan(skill(np.full((5, 1), 4.0), [10.0], [10.0]))


def test_facts_of_another_length_are_refused_by_name():
    with pytest.raises(CannotEstimate, match="draws of the forecast") as refusal:
        score(np.ones((5, 3)), [1.0, 2.0])
    assert refusal.value.code == "shape_does_not_fit"


def test_no_scored_decision_changes_nothing():
    assert correction([]) == Correction(0.0, 1.0, 0)
    assert correction([]).changes_nothing
    np.testing.assert_array_equal(factors(np.exp(normal(0, 1)[:, 0]), Correction()), 1)


def test_correction_by_hand():
    # z = 2, 2: shift = 4 / (4 + 2); v = (8 * .8 + 0 + 2 * 4 / 6 * 4) / 10 = 1.17333; widen^2 = 1.17333 * 7 / 6.
    found = correction([2.0, 2.0])
    assert found.shift == pytest.approx(2 / 3)
    assert found.widen == pytest.approx(np.sqrt(1.1733333333 * 7 / 6))


def test_forecasts_that_were_right_are_never_narrowed():
    assert correction(np.zeros(50)).widen == 1.0


@pytest.mark.parametrize(("bias", "spread"), [(0.0, 1.0), (1.5, 1.0), (-1.0, 2.5)])
def test_many_past_errors_make_the_next_forecast_honest(bias, spread):
    errors = np.random.default_rng(5).normal(bias, spread, 400)
    found = correction(errors)
    assert found.shift == pytest.approx(bias, abs=0.15)
    assert found.widen == pytest.approx(max(1, spread), abs=0.15)


@given(st.floats(-3, 3), st.floats(1, 3))
def test_a_correction_moves_the_median_and_widens_the_log_interval_by_its_factor(shift, widen):
    draws = np.exp(normal(2, 0.4)[:, 0])
    after = np.log(draws * factors(draws, Correction(shift, widen, 3)))
    before = np.log(draws)
    assert np.median(after) - np.median(before) == pytest.approx(shift * before.std(), abs=1e-6)
    assert np.ptp(np.quantile(after, [0.1, 0.9])) == pytest.approx(widen * np.ptp(np.quantile(before, [0.1, 0.9])))
    assert (np.diff(after) >= 0).all()


def test_a_standardised_error_counts_in_spreads_of_the_log():
    assert standardised_error(np.exp(normal(0, 0.5)[:, 0]), float(np.exp(1.0))) == pytest.approx(2.0, abs=1e-3)
    with pytest.raises(CannotEstimate):
        standardised_error([1.0, 2.0], 0.0)
