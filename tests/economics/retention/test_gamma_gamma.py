"""Spend per purchase against the published fit and simulated customers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.retention.purchase_data import cdnow_log, simulate_spend
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import gamma_gamma
from trimtab.economics.retention.purchases import calibrate


@pytest.fixture(scope="module")
def cdnow(public_data):
    found = calibrate(cdnow_log(public_data), "week", until="1997-09-30")
    return gamma_gamma.spend(found.customers.frequency, found.spend)


def test_cdnow_is_the_published_fit(cdnow):
    found = gamma_gamma.fit(cdnow)
    # Fader & Hardie 2013: 946 repeaters, p 6.25, q 3.74, gamma 15.44, LL -4055.918.
    assert found.customers == 946
    assert found.parameters == pytest.approx([6.25, 3.74, 15.44], abs=0.006)
    assert found.log_likelihood == pytest.approx(-4055.918, abs=1e-3)
    assert found.agreeing == found.starts


def test_a_customer_is_pulled_to_the_mean_of_all_the_less_the_more_they_bought(cdnow):
    found = gamma_gamma.fit(cdnow)
    seen = gamma_gamma.expected_spend(found.parameters, [0, 1, 5, 500], [np.nan, 100.0, 100.0, 100.0])
    assert seen[0] == pytest.approx(found.population_mean)
    assert seen[0] < seen[1] < seen[2] < seen[3] < 100.5
    assert seen[3] == pytest.approx(100, rel=0.01)


def test_another_currency_scales_gamma_and_leaves_the_shapes(cdnow):
    cents = gamma_gamma.fit(gamma_gamma.spend(cdnow.count, cdnow.mean * 100))
    found = gamma_gamma.fit(cdnow)
    assert cents.parameters == pytest.approx(found.parameters * [1, 1, 100], rel=1e-3)
    assert cents.log_likelihood == pytest.approx(found.log_likelihood - 946 * np.log(100), abs=1e-3)


def test_the_gradient_is_that_of_the_likelihood(cdnow):
    likelihood = gamma_gamma._Likelihood(cdnow)
    point = np.array([0.4, 0.9, -0.3])
    numeric = [(likelihood(point + e)[0] - likelihood(point - e)[0]) / 2e-6 for e in np.eye(3) * 1e-6]
    assert likelihood(point)[1] == pytest.approx(numeric, rel=1e-5)


def test_simulated_customers_give_their_parameters_back():
    rng = np.random.default_rng(7)
    truth = np.array([5.0, 4.0, 20.0])
    count = rng.integers(1, 8, 20_000).astype(float)
    data = gamma_gamma.spend(count, simulate_spend(truth, count, rng))
    found = gamma_gamma.fit(data)
    assert found.parameters == pytest.approx(truth, rel=0.1)
    possible = gamma_gamma.future_spend(truth, data.count, data.mean, rng)
    assert possible.mean() == pytest.approx(gamma_gamma.expected_spend(truth, data.count, data.mean).mean(), rel=0.02)


def test_spend_that_goes_with_frequency_is_noticed():
    rng = np.random.default_rng(8)
    count = rng.integers(1, 10, 400).astype(float)
    apart = gamma_gamma.spend(count, rng.gamma(5, 4, 400))
    together = gamma_gamma.spend(count, rng.gamma(5, 4, 400) * count)
    assert not gamma_gamma.independence(apart).doubtful
    assert gamma_gamma.independence(together).doubtful
    assert gamma_gamma.independence(gamma_gamma.spend([2, 2, 2], [1.0, 2.0, 3.0])).correlation == 0


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([1, 2, 3], [5.0, -1.0, 2.0]), "spend_negative"),
        (([1, 2, 3], [5.0, 0.0, 2.0]), "spend_zero"),
        (([1, 2, 0], [5.0, 4.0, 9.0]), "too_few_repeaters"),
        (([1, 2, 3], [5.0, 5.0, 5.0]), "spend_all_alike"),
        (([1, 2], [5.0]), "lengths_differ"),
    ],
)
def test_spend_that_cannot_be_used_is_refused_by_name(columns, code):
    with pytest.raises(CannotEstimate) as refusal:
        gamma_gamma.spend(*columns)
    assert refusal.value.code == code
    assert refusal.value.remedy
