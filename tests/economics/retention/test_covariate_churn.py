"""sBG and BdW with covariates: gradient, limits to the models without, known truths, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from tests.economics.retention.leavers import mixed_leavers, monthly_leavers
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import covariate_churn as churn
from trimtab.economics.retention import sbg
from trimtab.economics.retention.covariates import code
from trimtab.economics.retention.survival import check_tenures, life_table


@pytest.mark.parametrize("family", ["sbg", "bdw"])
def test_the_gradient_is_that_of_differences(family):
    z, months, left = mixed_leavers(np.random.default_rng(1), 300)
    data = check_tenures(months, left, np.minimum(months, np.arange(300) % 4))
    problem = churn._Problem.of(code({"z": z}).standardised, data, family)
    point = np.array([-2.0, -1.0, 0.2, 0.3])[[0, 1, 2, 3] if family == "bdw" else [0, 1, 3]]
    by_differences = approx_fprime(point, lambda free: problem.loss(free, True)[0], 1e-6)
    np.testing.assert_allclose(problem.loss(point, True)[1], by_differences, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("family", ["sbg", "bdw"])
def test_a_column_that_says_nothing_leaves_the_model_without_columns(family):
    _z, months, left = mixed_leavers(np.random.default_rng(2), 6000, slope=0.0)
    noise = np.random.default_rng(3).normal(size=6000)
    fitted = churn.fit(code({"noise": noise}), months, left, family)
    plain = sbg.fit(life_table(months, left), family)
    assert abs(fitted.coefficients[0]) < 3 * fitted.standard_errors[0]
    assert plain.log_likelihood <= fitted.log_likelihood < plain.log_likelihood + 5
    np.testing.assert_allclose(fitted.shape[: len(plain.parameters)], plain.parameters, rtol=0.05)


def test_shape_and_slope_of_simulated_customers_are_found_again():
    z, months, left = mixed_leavers(np.random.default_rng(4), 30_000)
    fitted = churn.fit(code({"z": z}), months, left)
    assert fitted.coefficients[0] == pytest.approx(0.5, abs=3 * fitted.standard_errors[0])
    drawn = fitted.survival([0.0], 24, 2000, np.random.default_rng(5))
    truth = sbg.survival("bdw", np.array([[0.8, 9.0, 1.2]]), 24)[0]
    low, high = np.quantile(drawn, [0.002, 0.998], axis=0)
    assert np.all((low - 1e-12 <= truth) & (truth <= high + 1e-12))


def test_late_entry_does_not_bias_the_slope():
    z, months, left = mixed_leavers(np.random.default_rng(6), 30_000)
    entry = np.random.default_rng(7).integers(0, 5, z.size)
    seen = months > entry
    fitted = churn.fit(code({"z": z[seen]}), months[seen], left[seen], entry=entry[seen])
    assert fitted.coefficients[0] == pytest.approx(0.5, abs=3 * fitted.standard_errors[0])


def test_customers_counted_twice_make_no_interval_narrower():
    z, months, left = mixed_leavers(np.random.default_rng(8), 2000)
    once = churn.fit(code({"z": z}), months, left)
    columns, who = code({"z": np.tile(z, 2)}), np.tile(np.arange(2000), 2)
    twice = churn.fit(columns, np.tile(months, 2), np.tile(left, 2), customer=who)
    assert twice.standard_errors[0] == pytest.approx(once.standard_errors[0], rel=0.1)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 99), st.sampled_from([0.01, 40.0]))
def test_order_and_units_do_not_matter_and_nobody_comes_back(seed, unit):
    z, months, left = mixed_leavers(np.random.default_rng(9), 400)
    shuffle = np.random.default_rng(seed).permutation(400)
    one = churn.fit(code({"z": z}), months, left)
    other = churn.fit(code({"z": z[shuffle] * unit}), months[shuffle], left[shuffle])
    assert other.coefficients[0] * unit == pytest.approx(one.coefficients[0], rel=2e-3, abs=1e-4)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-4)
    kept = one.survival([1.0], 36, 100, np.random.default_rng(seed))
    assert np.all(kept[:, 0] == 1)
    assert np.all(np.diff(kept, axis=1) <= 1e-12)


def test_customers_who_do_not_differ_have_no_sbg():
    u, months, left = monthly_leavers(np.random.default_rng(10), 20_000)
    with pytest.raises(CannotEstimate) as refusal:
        churn.fit(code({"U": u}), months, left, "sbg")
    assert refusal.value.code == "churn_constant_given_columns"
    assert refusal.value.remedy


def test_a_level_of_which_all_stayed_is_refused_by_name():
    plan = np.repeat(["free", "pro"], 40)
    with pytest.raises(CannotEstimate, match="plan: pro"):
        churn.fit(code({"plan": plan}), np.tile(np.arange(1, 41), 2), np.arange(80) < 40)
