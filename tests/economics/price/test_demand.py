import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import price_answers
from trimtab.economics.price.demand import Ceiling, best_price, demand, earnings, logistic_best_price


def rng(seed=1):
    return np.random.default_rng(seed)


def survey(seed, respondents=40):
    return price_answers(np.cumsum(rng(seed).uniform(0.5, 5, (respondents, 4)), axis=1))


def test_one_kind_of_customer_accepts_on_a_straight_line_between_expensive_and_too_expensive():
    used = price_answers([[5, 10, 20, 40]] * 6)
    curve = demand(used, worlds=50, rng=rng(), grid=[0, 10, 20, 25, 30, 40, 50])
    assert curve.point == pytest.approx([1, 1, 1, 0.75, 0.5, 0, 0])
    assert np.allclose(curve.worth, curve.point)
    cautious = demand(used, worlds=50, rng=rng(), grid=[20, 21, 40], ceiling=Ceiling.EXPENSIVE)
    assert list(cautious.point) == [1, 0, 0]
    bold = demand(used, worlds=50, rng=rng(), grid=[20, 39.9, 40], ceiling=Ceiling.TOO_EXPENSIVE)
    assert list(bold.point) == [1, 1, 0]


def test_the_best_price_of_a_straight_line_is_the_textbook_one():
    # C(p) = (40 - p) / 20 above 20: revenue p C(p) is largest at 20 (its corner), margin at unit cost 10 at 25.
    curve = demand(price_answers([[5, 10, 20, 40]] * 6), worlds=20, rng=rng(), grid=[0, 20, 40])
    revenue, margin = best_price(curve), best_price(curve, unit_cost=10)
    assert revenue.price == pytest.approx(np.full(20, 20.0))
    assert revenue.earns == pytest.approx(np.full(20, 20.0))
    assert margin.price == pytest.approx(np.full(20, 25.0))
    assert margin.point == pytest.approx(25)
    assert margin.earns == pytest.approx(np.full(20, 15 * 0.75))


def test_the_best_price_is_where_a_fine_search_finds_it():
    curve = demand(survey(4), worlds=200, rng=rng())
    found = best_price(curve, unit_cost=2)
    fine = np.linspace(0, curve.grid[-1], 20_001)
    for world in range(0, 200, 20):
        earned = (fine - 2) * np.interp(fine, curve.grid, curve.worth[world])
        assert found.earns[world] == pytest.approx(earned.max(), rel=1e-5)
        assert found.earns[world] >= earned.max() - 1e-12


@pytest.mark.parametrize(("unit_cost", "expected"), [(0, 16.0397), (10, 20.0)])
def test_the_closed_form_of_logistic_demand_is_reproduced(unit_cost, expected):
    # ORACLES, Pricing, Gabor-Granger: a = 4, b = .2.
    assert logistic_best_price(4, 0.2, unit_cost) == pytest.approx(expected, abs=5e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(-5, 20), st.floats(0.05, 5), st.floats(0, 20))
def test_the_closed_form_agrees_with_a_numeric_search(intercept, slope, unit_cost):
    found = logistic_best_price(intercept, slope, unit_cost)

    def loss(price):
        return -np.log(max(price - unit_cost, 1e-300)) + np.logaddexp(0, -(intercept - slope * price))

    # The closed form must not be beaten by more than the search's own precision.
    best = minimize_scalar(loss, bounds=(unit_cost, found * 3 + 10), method="bounded", options={"xatol": 1e-10})
    assert loss(found) <= best.fun + 1e-9


def test_a_huge_intercept_does_not_overflow_the_closed_form():
    assert np.isfinite(logistic_best_price(2000, 0.1))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(Ceiling))
def test_a_higher_price_is_never_worth_it_to_more_people_in_any_world(seed, ceiling):
    curve = demand(survey(seed, 12), worlds=100, rng=rng(seed), ceiling=ceiling)
    assert np.all(np.diff(curve.worth, axis=1) <= 0)
    assert np.all(curve.worth[:, 0] == 1)
    assert np.all((curve.worth >= 0) & (curve.worth <= 1))
    assert curve.grade == "observed"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_order_of_rows_changes_nothing_and_another_currency_only_scales(seed, rate):
    used = survey(seed, 20)
    other = price_answers(rng(seed).permutation(used.prices) * rate)
    before, after = demand(used, worlds=5, rng=rng()), demand(other, worlds=5, rng=rng())
    assert after.point == pytest.approx(before.point, abs=1e-9)
    assert best_price(after).earns.shape == (5,)
    assert (best_price(after).point * np.interp(best_price(after).point, after.grid, after.point)) == pytest.approx(
        rate * best_price(before).point * np.interp(best_price(before).point, before.grid, before.point), rel=1e-9
    )


def test_worth_at_a_price_lies_on_the_curve_and_is_held_beyond_it():
    curve = demand(price_answers([[5, 10, 20, 40]] * 6), worlds=3, rng=rng(), grid=[0, 20, 40])
    assert curve.worth_at(30) == pytest.approx([0.5] * 3)
    assert curve.worth_at(-1) == pytest.approx([1] * 3)
    assert curve.worth_at(99) == pytest.approx([0] * 3)
    assert earnings(curve, 30, 10, rng()) == pytest.approx([10] * 3)
    assert earnings(curve, 30, [10, 20, 30], rng()) == pytest.approx([10, 5, 0])


def test_the_interval_at_a_price_is_that_of_a_share():
    # Half of 400 people hold a price of 15 worth it: standard error sqrt(.25 / 400) = .025.
    used = price_answers([[1, 2, 10, 11]] * 200 + [[1, 2, 20, 21]] * 200)
    curve = demand(used, worlds=4000, rng=rng(), grid=[0, 15, 30])
    assert np.std(curve.worth_at(15)) == pytest.approx(0.025, rel=0.05)
    assert curve.worth_at(15).mean() == pytest.approx(0.5, abs=0.003)


@pytest.mark.parametrize("grid", [[10, 5], [1], [-1, 2], [0, np.nan], [1, 1]])
def test_a_grid_that_does_not_rise_is_refused(grid):
    with pytest.raises(CannotEstimate) as refusal:
        demand(survey(1), worlds=5, rng=rng(), grid=grid)
    assert refusal.value.code == "grid_not_usable"


@pytest.mark.parametrize(
    ("unit_cost", "code"),
    [(1000, "cost_above_all_prices"), (-1, "unit_cost_not_usable"), (np.nan, "unit_cost_not_usable")],
)
def test_a_cost_that_no_price_covers_is_said_so(unit_cost, code):
    with pytest.raises(CannotEstimate) as refusal:
        best_price(demand(survey(1), worlds=5, rng=rng()), unit_cost)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_demand_that_does_not_fall_is_refused():
    with pytest.raises(CannotEstimate) as refusal:
        logistic_best_price(4, 0)
    assert refusal.value.code == "demand_does_not_fall"
