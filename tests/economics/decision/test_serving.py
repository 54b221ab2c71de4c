"""Serving cost of uneven users against the closed forms of lognormal and Pareto use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trimtab.economics.decision.serving import (
    lognormal_use,
    rank_grid,
    relative_use,
    request_cost,
    serving,
    share_at_a_loss,
)
from trimtab.economics.errors import CannotEstimate

RANKS, WEIGHTS = rank_grid()
FAST = settings(max_examples=40, deadline=None)


def test_the_ranks_cover_everyone_once_and_are_finest_among_the_heaviest():
    assert WEIGHTS.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(RANKS) > 0)
    assert WEIGHTS[-1] < 1e-5 < WEIGHTS[0]


@FAST
@given(st.floats(0.2, 2.0), st.floats(0.05, 20))
def test_the_share_served_at_a_loss_follows_the_lognormal_law(spread, margin):
    use = lognormal_use(np.array([spread]), RANKS, WEIGHTS)
    found = serving(np.array([[10.0]]), np.array([[10.0 * margin]]), use[:, None], WEIGHTS)
    expected = share_at_a_loss(10.0, 10.0 * margin, spread)
    # Half of the widest step of ranks.
    assert found.at_a_loss[0, 0] == pytest.approx(float(expected), abs=0.0101)


@pytest.mark.parametrize("spread", [0.3, 1.0, 1.6])
def test_the_95th_percentile_follows_the_lognormal_law(spread):
    # exp(s z - s^2 / 2) with z = 1.6449 of a mean of 4.
    use = lognormal_use(np.array([spread]), RANKS, WEIGHTS)
    found = serving(np.array([[4.0]]), np.array([[5.0]]), use[:, None], WEIGHTS)
    assert found.high[0, 0] == pytest.approx(4 * np.exp(spread * stats.norm.ppf(0.95) - spread**2 / 2), rel=0.01)
    assert found.mean[0, 0] == 4.0


def test_the_grid_reaches_far_enough_for_the_mean_of_a_heavy_tail():
    # Pareto from 1 with index 1.5: mean 1.5 / .5 = 3.
    use = (1 - RANKS) ** (-1 / 1.5)
    assert float(use @ WEIGHTS) == pytest.approx(3.0, rel=0.03)


def test_retries_cost_as_requests_do():
    # 2 currency for 1,000 requests, 400 requests, one in four sent again: 1 currency a month.
    assert request_cost(np.array([2.0]), np.array([400.0]), 0.25)[0] == pytest.approx(1.0)


@FAST
@given(st.floats(0.1, 100), st.floats(1.0, 3.0))
def test_who_pays_more_or_costs_less_is_less_often_served_at_a_loss(payment, factor):
    use = lognormal_use(np.array([1.1]), RANKS, WEIGHTS)[:, None]

    def lost(cost, pays):
        return serving(np.array([[cost]]), np.array([[pays]]), use, WEIGHTS).at_a_loss[0, 0]

    assert lost(10.0, payment * factor) <= lost(10.0, payment) + 1e-12
    assert lost(10.0 * factor, payment) >= lost(10.0, payment) - 1e-12


def test_nobody_is_served_at_a_loss_for_nothing_and_everyone_where_nobody_pays():
    use = lognormal_use(np.array([1.0]), RANKS, WEIGHTS)[:, None]
    found = serving(np.array([[0.0, 3.0]]), np.array([[0.0, 0.0]]), use, WEIGHTS)
    np.testing.assert_array_equal(found.at_a_loss, [[0.0, 1.0]])


def test_segments_may_use_it_each_in_their_own_way():
    use = np.stack([lognormal_use(np.array([s]), RANKS, WEIGHTS)[0] for s in (0.5, 1.5)])[None]
    found = serving(np.full((1, 2), 5.0), np.full((1, 2), 10.0), use, WEIGHTS)
    np.testing.assert_allclose(found.at_a_loss[0], share_at_a_loss(5.0, 10.0, np.array([0.5, 1.5])), atol=0.004)


def test_a_sheet_in_which_nobody_uses_anything_is_refused():
    with pytest.raises(CannotEstimate) as told:
        relative_use(np.zeros((1, RANKS.size)), WEIGHTS)
    assert told.value.code == "no_usage"
