"""Cox's model: a published maximum, lifelines as peer where it can be one, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.statistics import proportional_hazard_test
from statsmodels.duration.hazard_regression import PHReg

from tests.economics.retention.leavers import monthly_leavers, telco
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import cox
from trimtab.economics.retention.covariates import code, independent
from trimtab.economics.retention.hazard import split_at
from trimtab.economics.retention.link import partial_likelihood
from trimtab.economics.retention.survival import check_tenures


def test_the_telco_maximum_is_the_published_one(public_data):
    columns, months, left = telco(public_data)
    fitted = cox.fit(code(columns), months, left)
    # ORACLES: Cox, Efron's ties, LL -14343.456, which is that of contract, monthly charges and senior citizen.
    assert fitted.log_likelihood == pytest.approx(-14343.456, abs=5e-4)
    assert fitted.ties == "efron"
    assert (fitted.customers, fitted.events) == (7043, 1869)
    assert fitted.names == ("Contract: One year", "Contract: Two year", "MonthlyCharges", "SeniorCitizen")
    # The contracts' ratios change with tenure: one number is only their average.
    assert set(fitted.changing) == {"Contract: One year", "Contract: Two year", "MonthlyCharges"}


@pytest.mark.parametrize(("ties", "log_likelihood"), [("efron", -14343.456), ("breslow", -14376.849)])
def test_the_published_figures_differ_only_by_how_ties_are_taken(public_data, ties, log_likelihood):
    # ORACLES gives both; statsmodels knows both, and ours says that it is Efron's.
    columns, months, left = telco(public_data)
    model = PHReg(months, code(columns).values, status=left.astype(int), ties=ties)
    assert model.fit().llf == pytest.approx(log_likelihood, abs=1e-3)


def two_columns(rng, n=600):
    x = rng.normal(size=(n, 2))
    lives, seen = rng.exponential(np.exp(-0.5 * x[:, 0])), rng.exponential(1.5, n)
    return {"a": x[:, 0], "b": x[:, 1]}, np.minimum(lives, seen), lives <= seen


def test_errors_clustered_by_customer_and_schoenfeld_p_are_those_of_lifelines():
    columns, months, left = two_columns(np.random.default_rng(0))
    customer = np.arange(600) // 3
    fitted = cox.fit(code(columns), months, left, customer=customer)
    frame = pd.DataFrame(columns).assign(T=months, E=left)
    peer = CoxPHFitter().fit(frame, "T", "E")
    clustered = CoxPHFitter().fit(frame.assign(g=customer), "T", "E", cluster_col="g")
    np.testing.assert_allclose(fitted.coefficients, peer.params_, rtol=1e-6)
    np.testing.assert_allclose(fitted.standard_errors, clustered.standard_errors_, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.plain_covariance)), peer.standard_errors_, rtol=1e-6)
    tested = proportional_hazard_test(peer, frame, time_transform="rank")
    np.testing.assert_allclose(fitted.proportional_p, tested.p_value, rtol=1e-4)


def test_a_stay_cut_in_two_parts_says_the_same_as_the_whole():
    columns, months, left = two_columns(np.random.default_rng(1))
    whole = cox.fit(code(columns), months, left)
    rows, parts = split_at(code(columns), months, left, 0.4)
    cut = cox.fit(
        code(columns).take(rows), parts.duration, parts.event, entry=parts.entry, customer=np.arange(600)[rows]
    )
    np.testing.assert_allclose(cut.coefficients, whole.coefficients, atol=1e-5)
    assert cut.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-5)
    assert (cut.customers, cut.rows) == (600, rows.size)
    np.testing.assert_allclose(cut.proportional_p, whole.proportional_p, rtol=1e-3)


def test_one_column_gives_the_slope_of_the_retention_link():
    u, months, left = monthly_leavers(np.random.default_rng(2), 800)
    ours, link = cox.fit(code({"U": u}), months, left), partial_likelihood(u, check_tenures(months, left))
    assert ours.coefficients[0] == pytest.approx(link.coefficient, abs=1e-5)
    assert ours.log_likelihood == pytest.approx(link.log_likelihood, abs=1e-5)


def test_a_ratio_that_fades_with_tenure_is_noticed():
    u, months, left = monthly_leavers(np.random.default_rng(3), 6000, -4.0, late_slope=0.0)
    assert cox.fit(code({"U": u}), months, left).changing == ("U",)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 99), st.sampled_from([0.01, 7.0, 1000.0]))
def test_order_does_not_matter_and_a_unit_only_scales(seed, unit):
    columns, months, left = two_columns(np.random.default_rng(4), 200)
    shuffle = np.random.default_rng(seed).permutation(200)
    one = cox.fit(code(columns), months, left)
    other = cox.fit(
        code({"a": columns["a"][shuffle] * unit, "b": columns["b"][shuffle]}), months[shuffle], left[shuffle]
    )
    assert other.coefficients[0] * unit == pytest.approx(one.coefficients[0], rel=1e-5)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(other.hazard_ratios([unit, 1])[1], one.hazard_ratios()[1], rtol=1e-5)


def plans(*counts):
    return np.repeat(["free", "pro", "team"][: len(counts)], counts)


@pytest.mark.parametrize(
    ("code_", "columns", "left"),
    [
        ("no_covariates", {}, np.ones(60)),
        ("covariate_constant", {"plan": plans(60)}, np.ones(60)),
        ("covariate_constant", {"seats": np.full(60, 3.0)}, np.ones(60)),
        ("covariate_missing", {"seats": np.append(np.arange(59.0), np.nan)}, np.ones(60)),
        ("too_many_levels", {"city": np.arange(60).astype(str)}, np.ones(60)),
        ("covariates_collinear", {"plan": plans(30, 30), "pro": np.arange(60) >= 30}, np.ones(60)),
        ("too_few_endings", {"plan": plans(30, 30)}, np.arange(60) < 9),
        ("covariate_separates", {"plan": plans(20, 20, 20)}, np.arange(60) < 40),
        ("covariate_separates", {"plan": plans(30, 30)}, np.arange(60) >= 30),
        ("cox_not_converged", {"seats": np.arange(60.0)}, np.ones(60)),
    ],
)
def test_columns_that_identify_nothing_are_refused_with_a_remedy(code_, columns, left):
    with pytest.raises(CannotEstimate) as refusal:
        cox.fit(code(columns), np.arange(1.0, 61.0), left)
    assert refusal.value.code == code_
    assert refusal.value.remedy


def test_a_refusal_names_the_column_at_fault():
    with pytest.raises(CannotEstimate, match="plan: team"):
        cox.fit(code({"plan": plans(20, 20, 20)}), np.arange(1.0, 61.0), np.arange(60) < 40)


def test_of_two_columns_that_always_come_together_one_is_kept():
    service = np.array(["none", "cable", "fibre"])[np.arange(90) % 3]
    film = np.where(service == "none", "no service", np.where(np.arange(90) % 2, "yes", "no"))
    both = code({"service": service}).beside(code({"film": film}))
    kept, gone = independent(both)
    assert [term.name for term in gone] in (["film: no service"], ["film: no"], ["film: yes"])
    assert np.linalg.matrix_rank(np.column_stack([np.ones(90), both.values])) == 1 + len(kept.terms)
