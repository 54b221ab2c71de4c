"""Residual lifetime value, its discount, and its uncertainty."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.retention.purchase_data import cdnow_log
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import bg_nbd, gamma_gamma, lifetime_value
from trimtab.economics.retention.discounting import Discount
from trimtab.economics.retention.lifetime_value import ahead, customer_values, per_period, residual_lifetime
from trimtab.economics.retention.purchases import calibrate

TENTH = Discount.yearly(0.10)
PARAMETERS = np.array([0.2426, 4.4136, 0.7929, 2.4259])
SPEND = np.array([6.25, 3.74, 15.44])


@pytest.fixture(scope="module")
def cdnow(public_data):
    return calibrate(cdnow_log(public_data), "week", until="1997-09-30")


def test_the_discounted_residual_lifetime_of_subscribers_is_the_published_one():
    # Fader & Hardie 2007, Regular, fitted on years 0-4; DERL at 10 % a year, n = 1, 2, 3.
    found = [float(residual_lifetime(np.array([[0.7637, 1.2958]]), n, TENTH, "year")[0]) for n in (1, 2, 3)]
    assert found == pytest.approx([2.8831, 3.9405, 4.6765], abs=2e-4)


def test_a_month_is_discounted_by_the_twelfth_root_and_not_by_the_yearly_rate():
    monthly = residual_lifetime(np.array([[2.0, 30.0]]), 1, TENTH, "month")[0]
    # By hand: the sum over renewals of S(t) / S(0) discounted monthly, 60 years of it.
    t = np.arange(1, 721)
    survival = np.cumprod((30.0 + t - 1) / (32.0 + t - 1))
    assert monthly == pytest.approx(float(np.sum(survival / 1.1 ** ((t - 1) / 12))), rel=1e-3)


def test_one_rate_is_the_same_over_a_year_in_any_unit():
    assert per_period(TENTH, "year") == pytest.approx(0.10)
    assert (1 + per_period(TENTH, "month")) ** 12 == pytest.approx(1.10)
    assert (1 + per_period(TENTH, "week")) ** (365.25 / 7) == pytest.approx(1.10)


def test_the_unit_of_time_does_not_change_what_a_customer_is_worth(cdnow, public_data):
    by_day = calibrate(cdnow_log(public_data), "day", until="1997-09-30")
    week = customer_values("bg_nbd", PARAMETERS, cdnow, horizon=52, discount=TENTH, spend=SPEND)
    day = customer_values("bg_nbd", PARAMETERS * [1, 7, 1, 1], by_day, horizon=364, discount=TENTH, spend=SPEND)
    assert day.value == pytest.approx(week.value, rel=1e-4)
    assert day.purchases == pytest.approx(week.purchases, rel=1e-6)


def test_possible_worlds_agree_with_the_expectations(cdnow):
    expected = customer_values("bg_nbd", PARAMETERS, cdnow, horizon=39, discount=TENTH, spend=SPEND, margin=0.3)
    worlds = np.tile(PARAMETERS, (150, 1))
    found = ahead(
        "bg_nbd", worlds, cdnow, horizon=39, discount=TENTH, rng=np.random.default_rng(1),
        spend=np.tile(SPEND, (150, 1)), margin=0.3,
    )  # fmt: skip
    pairs = [
        (found.alive, expected.p_alive),
        (found.purchases, expected.purchases),
        (found.residual, expected.residual),
        (found.value, expected.value),
    ]
    for worlds_of, each in pairs:
        assert worlds_of.mean() == pytest.approx(each.sum(), abs=4 * worlds_of.std() / np.sqrt(150) + 1e-9)


def test_a_part_of_the_customers_stands_for_all_with_the_spread_of_all(cdnow, monkeypatch):
    worlds = np.tile(PARAMETERS, (300, 1))
    options = {"horizon": 39, "discount": TENTH}
    whole = ahead("bg_nbd", worlds, cdnow, rng=np.random.default_rng(2), **options)
    monkeypatch.setattr(lifetime_value, "SIMULATED_CUSTOMERS", 600)
    part = ahead("bg_nbd", worlds, cdnow, rng=np.random.default_rng(3), **options)
    assert part.purchases.mean() == pytest.approx(whole.purchases.mean(), rel=0.08)
    assert part.purchases.std() == pytest.approx(whole.purchases.std(), rel=0.4)


def test_value_grows_with_margin_and_falls_with_the_discount(cdnow):
    few = {"horizon": 52, "spend": SPEND}
    low, high = (customer_values("bg_nbd", PARAMETERS, cdnow, discount=TENTH, margin=m, **few) for m in (0.2, 0.4))
    assert high.value == pytest.approx(2 * low.value)
    dear = customer_values("bg_nbd", PARAMETERS, cdnow, discount=Discount.yearly(0.3), margin=0.2, **few)
    assert np.all(dear.value < low.value)
    for margin in (0.0, 1.2):
        with pytest.raises(CannotEstimate, match="margin"):
            customer_values("bg_nbd", PARAMETERS, cdnow, discount=TENTH, margin=margin, **few)


def test_without_amounts_there_are_purchases_but_no_money(cdnow):
    found = customer_values("pareto_nbd", np.array([0.5533, 10.5777, 0.6063, 11.67]), cdnow, horizon=52, discount=TENTH)
    assert found.value is None
    assert found.purchases.sum() > 0


def test_the_work_can_be_followed_and_stopped(cdnow):
    class Stop(Exception):
        pass

    def stop(done: int, of: int) -> None:
        if done >= 20:
            raise Stop

    worlds = bg_nbd.parameter_draws(bg_nbd.fit(cdnow.customers), cdnow.customers, 60, np.random.default_rng(1))
    with pytest.raises(Stop):
        ahead("bg_nbd", worlds, cdnow, horizon=9, discount=TENTH, rng=np.random.default_rng(1), on_progress=stop)


def test_spend_of_those_who_bought_once_is_the_mean_of_all(cdnow):
    found = customer_values("bg_nbd", PARAMETERS, cdnow, horizon=52, discount=TENTH, spend=SPEND)
    once = cdnow.customers.frequency == 0
    assert np.unique(found.spend[once]) == pytest.approx([gamma_gamma.expected_spend(SPEND, [0], [np.nan])[0]])
