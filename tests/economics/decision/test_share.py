"""The simulated share of preference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.decision.share import preference, share_by_plan
from trimtab.economics.errors import CannotEstimate

SEEDS = st.integers(0, 2**32 - 1)


def worth_it(price):
    """A falling acceptability curve: logistic around 30."""
    return 1 / (1 + np.exp((np.asarray(price, dtype=float) - 30) / 8))


def test_shares_are_proportional_to_attractions():
    # By hand: attractions exp(ln 2 * 1) * .5 = 1, exp(0) * 1 = 1, none 2: shares 1/4 1/4 1/2.
    found = preference(np.array([[1.0, 0.0]]), np.array([0.5, 1.0]), np.log(2), 2.0)
    np.testing.assert_allclose(found.share, [[0.25, 0.25]])
    np.testing.assert_allclose(found.none, [0.5])
    assert found.grade == "assumed"


def test_without_sensitivity_and_with_equal_prices_everyone_is_equal():
    found = preference(np.array([[9.0, 0.0, -9.0]]), np.ones(3), 0.0, 1.0)
    np.testing.assert_allclose(found.share, [[0.25, 0.25, 0.25]])


@given(SEEDS)
def test_shares_and_none_sum_to_one_in_every_world(seed):
    rng = np.random.default_rng(seed)
    found = preference(rng.normal(0, 300, (20, 4)), rng.random((20, 4)), rng.gamma(2, 1, 20), rng.gamma(2, 1, 20))
    np.testing.assert_allclose(found.share.sum(axis=1) + found.none, 1)
    assert np.all(found.share >= 0)


@given(SEEDS, st.floats(0, 60), st.floats(0, 60))
def test_a_dearer_offer_loses_share_and_its_rivals_win(seed, price, other):
    cheap, dear = sorted((price, other))
    score = np.random.default_rng(seed).normal(0, 1, (5, 3))
    before = preference(score, worth_it([cheap, 20, 25]), 1.5, 0.5).share
    after = preference(score, worth_it([dear, 20, 25]), 1.5, 0.5).share
    assert np.all(after[:, 0] <= before[:, 0] + 1e-12)
    assert np.all(after[:, 1:] >= before[:, 1:] - 1e-12)


def test_an_offer_that_nobody_finds_worth_its_price_has_no_share():
    found = preference(np.array([[5.0, 0.0]]), np.array([0.0, 1.0]), 1.0, 1.0)
    np.testing.assert_allclose(found.share, [[0, 0.5]])


def test_plans_part_the_share_of_their_offer():
    found = share_by_plan(np.array([[0.4, 0.2]]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(found, [[[0.3, 0.1], [0.15, 0.05]]])


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: preference(np.zeros((1, 2)), np.zeros(2), 1.0, 0.0), "nothing_attracts"),
        (lambda: preference(np.zeros((1, 2)), np.ones(3), 1.0, 1.0), "shape_does_not_fit"),
        (lambda: preference(np.full((1, 2), np.nan), np.ones(2), 1.0, 1.0), "not_finite"),
        (lambda: preference(np.zeros((1, 2)), np.ones(2), -1.0, 1.0), "out_of_range"),
        (lambda: share_by_plan(np.array([0.5]), np.zeros(2)), "plan_mix_empty"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_a_remedy(call, code):
    with pytest.raises(CannotEstimate) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.remedy
