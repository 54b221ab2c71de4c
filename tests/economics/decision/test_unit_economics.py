"""Unit economics against closed forms of a constant rate of leaving, and the rules that hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.decision import unit_economics as unit
from trimtab.economics.errors import CannotEstimate

FAST = settings(max_examples=40, deadline=None)
CHURN = st.floats(0.005, 0.6)
MONEY = st.floats(0.5, 500)


def kept(churn, months=24):
    return (1 - churn) ** np.arange(months + 1)[None]


@FAST
@given(CHURN, MONEY, st.floats(0, 0.5), st.integers(1, 60))
def test_lifetime_value_is_the_geometric_series(churn, margin, discount, months):
    # m / (1 - (1 - c) v), v = (1 + d)^(-1/12): summed by hand, whatever the months that are known.
    v = (1 + discount) ** (-1 / 12)
    found = unit.lifetime_value(np.array([margin]), kept(churn, months), discount)
    assert found[0] == pytest.approx(margin / (1 - (1 - churn) * v), rel=1e-9)


@FAST
@given(CHURN, MONEY, st.floats(0.01, 0.99), st.integers(1, 60))
def test_payback_is_in_closed_form_within_and_beyond_the_known_months(churn, margin, part, months):
    cost = part * margin / churn  # less than a customer ever brings
    found = unit.payback_months(np.array([cost]), np.array([margin]), kept(churn, months))
    assert found[0] == pytest.approx(np.log(1 - churn * cost / margin) / np.log(1 - churn), rel=1e-6)


def test_payback_by_hand():
    # 100 a month, half leave after each: 100 + 50 + 25 = 175 after three months, 200 at last.
    margin, share = np.full(4, 100.0), np.repeat(kept(0.5, 6), 4, axis=0)
    found = unit.payback_months(np.array([0.0, 175.0, 200.0, np.nan]), margin, share)
    np.testing.assert_allclose(found, [0, 3, np.inf, np.nan])
    assert unit.payback_months(np.array([10.0]), np.array([-1.0]), kept(0.1))[0] == np.inf


def test_a_customer_who_never_leaves_pays_back_in_a_straight_line():
    found = unit.payback_months(np.array([250.0]), np.array([10.0]), np.ones((1, 13)))
    assert found[0] == pytest.approx(25.0)
    assert unit.lifetime_value(np.array([10.0]), np.ones((1, 13)), 0.0)[0] == np.inf


@FAST
@given(st.integers(0, 2**32 - 1), st.floats(1.01, 3))
def test_a_dearer_customer_pays_back_later_and_a_better_margin_sooner(seed, factor):
    rng = np.random.default_rng(seed)
    share = np.exp(-np.cumsum(np.concatenate([np.zeros((5, 1)), rng.gamma(2, 0.05, (5, 18))], axis=1), axis=1))
    cost, margin = rng.uniform(10, 300, 5), rng.uniform(1, 60, 5)
    now = unit.payback_months(cost, margin, share)
    assert np.all(unit.payback_months(cost * factor, margin, share) >= now - 1e-9)
    assert np.all(unit.payback_months(cost, margin * factor, share) <= now + 1e-9)
    np.testing.assert_allclose(
        unit.lifetime_value(margin * factor, share, 0.1), factor * unit.lifetime_value(margin, share, 0.1), rtol=1e-12
    )


def test_cost_of_a_customer_is_all_that_was_spent_over_all_who_came():
    spent, came = np.array([[300.0, 500.0], [10.0, 0.0]]), np.array([[2.0, 6.0], [0.0, 0.0]])
    np.testing.assert_allclose(unit.acquisition_cost(spent, came), [100.0, np.nan])
    np.testing.assert_allclose(
        unit.ltv_to_cac(np.array([300.0, 1.0, 5.0]), np.array([100.0, np.nan, 0.0])), [3, np.nan, np.inf]
    )


def test_gross_margin_is_a_share_of_revenue_and_unknown_where_nothing_came_in():
    np.testing.assert_allclose(
        unit.gross_margin_share(np.array([80.0, -5.0, 0.0]), np.array([100.0, 10, 0])), [0.8, -0.5, np.nan]
    )


def test_cash_lasts_until_the_first_month_that_ends_below_zero():
    cash = np.array([[5.0, 1.0, -1.0, 4.0], [5.0, 6.0, 7.0, 8.0], [-1.0, 2.0, 3.0, 4.0]])
    np.testing.assert_array_equal(unit.runway_months(cash), [2, np.inf, 0])
    np.testing.assert_array_equal(unit.lowest_cash(cash, 3.0), [-1, 3, -1])


def test_a_choice_breaks_even_in_the_month_from_which_its_gain_stays():
    # Up for a month, down, and up for good from the end of the fourth.
    gain = np.array([[1.0, -2.0, -1.0, 0.0, 3.0], [0.0, 1, 2, 3, 4], [-1.0, -1, -1, 2, -1]])
    np.testing.assert_array_equal(unit.months_to_break_even(gain), [4, 0, np.inf])


@pytest.mark.parametrize(
    ("margin", "share"), [(np.ones(2), kept(0.1)), (np.ones(1), np.ones((1, 1))), (np.ones(1), np.full((1, 3), 1.2))]
)
def test_bad_input_is_refused_by_name(margin, share):
    with pytest.raises(CannotEstimate):
        unit.lifetime_value(margin, share)
