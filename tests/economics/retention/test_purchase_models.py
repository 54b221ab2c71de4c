"""BG/NBD and Pareto/NBD against published numbers, other forms of the same formulas, and simulated customers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from tests.economics.retention.purchase_data import cdnow_log, simulate_bg_nbd, simulate_pareto_nbd
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import bg_nbd, pareto_nbd
from trimtab.economics.retention.purchases import calibrate, customers

MODELS = {"bg_nbd": bg_nbd, "pareto_nbd": pareto_nbd}
# Fader, Hardie & Lee 2005, table 2; the same by independent implementations, see the provenance of the data.
BG_NBD = (0.2426, 4.4136, 0.7929, 2.4259)
PARETO_NBD = (0.5533, 10.5777, 0.6063, 11.672)
both = pytest.mark.parametrize("rules", MODELS.values(), ids=MODELS)


@pytest.fixture(scope="module")
def cdnow(public_data):
    return calibrate(cdnow_log(public_data), "week", until="1997-09-30")


@pytest.fixture(scope="module")
def fitted(cdnow):
    return {name: rules.fit(cdnow.customers) for name, rules in MODELS.items()}


def test_bg_nbd_on_cdnow_is_the_published_fit(fitted):
    found = fitted["bg_nbd"]
    assert found.parameters == pytest.approx(BG_NBD, abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.429, abs=1e-3)
    assert (found.unit, found.customers, found.repeaters) == ("week", 2357, 946)
    assert found.agreeing == found.starts


def test_pareto_nbd_on_cdnow_is_the_published_fit(fitted):
    found = fitted["pareto_nbd"]
    assert found.parameters == pytest.approx(PARETO_NBD, rel=1e-3)
    assert found.log_likelihood == pytest.approx(-9594.976, abs=1e-3)


def test_the_published_customer_is_expected_to_buy_so_often(fitted):
    one = customers([2], [30.43], [38.86], unit="week")
    expected = bg_nbd.expected_purchases(fitted["bg_nbd"].parameters, one, 39)
    # The authors of the model print 1.226 for this customer.
    assert expected[0] == pytest.approx(1.226, abs=5e-4)


def test_another_unit_moves_the_likelihood_by_the_repeats_and_scales_the_times(cdnow, public_data, fitted):
    by_day = bg_nbd.fit(calibrate(cdnow_log(public_data), "day", until="1997-09-30").customers)
    week = fitted["bg_nbd"]
    assert by_day.parameters == pytest.approx(week.parameters * [1, 7, 1, 1], rel=1e-4)
    # The density of x times in days is that in weeks over 7^x.
    repeats = cdnow.customers.frequency.sum()
    assert by_day.log_likelihood == pytest.approx(week.log_likelihood - repeats * np.log(7), abs=1e-3)


@both
def test_the_gradient_is_that_of_the_likelihood(rules, cdnow):
    likelihood = rules._Likelihood(cdnow.customers.of(slice(0, 300)).compressed(), 10.0)
    for point in (np.zeros(4), np.array([0.3, -1.0, 0.8, 0.2])):
        steps = np.eye(4) * 1e-6
        numeric = [(likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-6 for step in steps]
        assert likelihood(point)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-4)


@given(
    st.floats(0.1, 5),
    st.floats(0.5, 30),
    st.floats(0.1, 5),
    st.floats(0.5, 30),
    st.integers(0, 12),
    st.floats(0.05, 0.95),
)
@settings(deadline=None, max_examples=60)
def test_the_pareto_nbd_likelihood_is_the_published_form_with_2f1(r, alpha, s, beta, x, part):
    age = 40.0
    last = age * part if x else 0.0
    whole = r + s + x

    def front(t):  # Fader & Hardie 2005, the case alpha >= beta, and its mirror.
        if alpha >= beta:
            return hyp2f1(whole, s + 1, whole + 1, (alpha - beta) / (alpha + t)) / (alpha + t) ** whole
        return hyp2f1(whole, r + x, whole + 1, (beta - alpha) / (beta + t)) / (beta + t) ** whole

    a0 = front(last) - front(age)
    bracket = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s) + s / whole * a0
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(bracket)
    found = pareto_nbd.log_likelihood([r, alpha, s, beta], customers([x], [last], [age], unit="week"))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


@both
def test_thousands_of_purchases_do_not_overflow(rules):
    data = customers([4000, 300, 0, 2], [365.0, 20.0, 0.0, 100.0], [365.0, 365.0, 365.0, 200.0], unit="day")
    parameters = np.array([0.7, 9.0, 0.8, 30.0])
    assert np.isfinite(rules.log_likelihood(parameters, data))
    for values in (rules.p_alive(parameters, data), rules.expected_purchases(parameters, data, 100.0)):
        assert np.all(np.isfinite(values))
    assert rules.p_alive(parameters, data)[0] > 0.99
    assert rules.p_alive(parameters, data)[1] < 1e-6


@pytest.mark.parametrize(
    ("rules", "simulate", "truth"),
    [(bg_nbd, simulate_bg_nbd, (0.8, 6.0, 0.8, 2.5)), (pareto_nbd, simulate_pareto_nbd, (0.9, 8.0, 0.7, 15.0))],
    ids=["bg_nbd", "pareto_nbd"],
)
def test_simulated_customers_buy_and_stay_as_often_as_expected(rules, simulate, truth):
    data, later = simulate(truth, 60_000, 40.0, 30.0, np.random.default_rng(3))
    parameters = np.array(truth)
    expected = rules.expected_purchases(parameters, data, 30.0)
    # Four standard errors of a sum of 60,000 counts.
    assert later.sum() == pytest.approx(expected.sum(), abs=4 * np.sqrt(60_000 * later.var()))
    for history in (data.frequency == 0, data.frequency == 1, data.frequency >= 4):
        assert later[history].mean() == pytest.approx(expected[history].mean(), rel=0.06)
    assert data.frequency.mean() == pytest.approx(float(rules.expected_since_first(parameters, [40.0])[0]), rel=0.03)
    possible = rules.future_buyers(parameters, data, np.random.default_rng(5))
    assert possible.alive.mean() == pytest.approx(rules.p_alive(parameters, data).mean(), abs=0.01)
    assert possible.purchases(30.0, np.random.default_rng(6)).mean() == pytest.approx(later.mean(), rel=0.05)
    residual = rules.residual_purchases(parameters, data, 0.01)
    assert possible.residual(0.01).mean() == pytest.approx(residual.mean(), rel=0.05)


@both
def test_residual_purchases_are_the_discounted_growth_of_the_expected_ones(rules):
    data = customers([0, 1, 6], [0.0, 12.0, 30.0], [38.0, 38.0, 38.0], unit="week")
    parameters, discount = np.array([0.6, 7.0, 0.9, 5.0]), 0.004
    # By parts: the integral of e^(-du) dE(u) is d times the integral of e^(-du) E(u).
    expected = [
        discount
        * quad(
            lambda u, one=one: np.exp(-discount * u) * rules.expected_purchases(parameters, one, u)[0],
            0, 60 / discount, limit=400, points=[10, 100, 1000],
        )[0]
        for one in (data.of([place]) for place in range(3))
    ]  # fmt: skip
    assert rules.residual_purchases(parameters, data, discount) == pytest.approx(expected, rel=1e-5)


def test_at_a_equal_to_1_the_expected_purchases_are_continuous():
    data = customers([3], [20.0], [30.0], unit="week")
    values = [bg_nbd.expected_purchases(np.array([0.5, 6.0, a, 2.0]), data, 26.0)[0] for a in (0.999, 1.0, 1.001)]
    assert values[1] == pytest.approx((values[0] + values[2]) / 2, rel=1e-5)


@pytest.mark.parametrize("parameters", [(1.0, 5.0, 10.0, 30.0), (0.3, 5.0, 0.4, 3.0), (1.0, 5.0, 29.0, 200.0)])
def test_both_ways_to_average_over_leaving_agree(parameters, monkeypatch):
    data = customers([0, 1, 20, 200], [0, 5, 30, 37.5], [38.0] * 4, unit="week")
    point = np.array(parameters)
    found = [bg_nbd.expected_purchases(point, data, 90.0), bg_nbd.residual_purchases(point, data, 0.002)]
    monkeypatch.setattr(bg_nbd, "MANY", 0.0)
    again = [bg_nbd.expected_purchases(point, data, 90.0), bg_nbd.residual_purchases(point, data, 0.002)]
    for first, second in zip(found, again, strict=True):
        assert first == pytest.approx(second, rel=2e-4)


def test_people_who_all_leave_alike_have_finite_expectations():
    data = customers([0, 1, 20, 200], [0, 5, 30, 37.5], [38.0] * 4, unit="week")
    for point in ([1.0, 5.0, 8000.0, 8000.0], [1.0, 5.0, 1e-3, 8000.0], [8000.0, 8000.0, 1.0, 2.0]):
        for values in (
            bg_nbd.expected_purchases(np.array(point), data, 52.0),
            bg_nbd.residual_purchases(np.array(point), data, 0.002),
        ):
            assert np.all(np.isfinite(values) & (values >= 0))


@both
def test_more_time_never_takes_purchases_away_and_silence_never_helps(rules):
    parameters = np.array([0.5, 8.0, 0.7, 6.0])
    data = customers([3, 3, 3], [10.0, 20.0, 35.0], [38.0] * 3, unit="week")
    assert np.all(np.diff(rules.p_alive(parameters, data)) > 0)
    ahead = np.stack([rules.expected_purchases(parameters, data, horizon) for horizon in (0.0, 5.0, 20.0, 80.0)])
    assert ahead[0] == pytest.approx(0, abs=1e-9)
    assert np.all(np.diff(ahead, axis=0) > 0)


@both
def test_rows_in_any_order_and_counted_by_weight_give_the_same_fit(rules):
    rng = np.random.default_rng(1)
    data, _ = simulate_bg_nbd((0.8, 6.0, 0.8, 2.5), 400, np.repeat([20.0, 30.0], 200), 1.0, rng)
    data = customers(data.frequency, np.round(data.recency), data.age, unit="week")
    mixed = data.of(rng.permutation(400))
    doubled = customers(data.frequency, data.recency, data.age, unit="week", weight=np.full(400, 2.0))
    one, other, twice = rules.fit(data), rules.fit(mixed), rules.fit(doubled)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    assert twice.log_likelihood == pytest.approx(2 * one.log_likelihood, abs=1e-5)
    assert twice.parameters == pytest.approx(one.parameters, rel=1e-3)


@both
def test_draws_lie_around_the_fit_and_follow_the_seed(rules, cdnow, fitted):
    found = fitted[rules.MODEL]
    few = cdnow.customers
    draws = [rules.parameter_draws(found, few, 300, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert draws[0].shape == (300, 4)
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])
    low, high = np.quantile(draws[0], [0.05, 0.95], axis=0)
    assert np.all((low < found.parameters) & (found.parameters < high))


@both
@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([0, 0, 0], [0, 0, 0], [10, 20, 30]), "nobody_bought_again"),
        (([2, 2], [5, 5], [9, 9]), "everybody_alike"),
        (([2], [5], [9]), "everybody_alike"),
        (([1], [0], [0]), "no_time_observed"),
    ],
)
def test_histories_that_say_nothing_of_repeat_buying_are_refused(rules, columns, code):
    with pytest.raises(CannotEstimate) as refusal:
        rules.fit(customers(*columns, unit="week"))
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_customers_who_hardly_differ_leave_a_parameter_at_the_edge_and_say_so():
    rng = np.random.default_rng(4)
    x = rng.poisson(4.0, 2000)
    last = np.where(x > 0, 40 * rng.random(2000) ** (1 / np.maximum(x, 1)), 0.0)
    found = pareto_nbd.fit(customers(x, last, np.full(2000, 40.0), unit="week"))
    # All buy alike and nobody leaves: the spread of rates and the leaving have no finite estimate.
    assert found.at_edge
