"""The discrete-time hazard: statsmodels on the months of all customers as peer, known truths, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.retention.leavers import monthly_leavers
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import cox, hazard
from trimtab.economics.retention.covariates import code
from trimtab.economics.retention.survival import life_table


def months_of(values, months, left, basis):
    """The same data with a row for each month of each customer, as text books write it."""
    who = np.repeat(np.arange(months.size), months)
    tenure = np.concatenate([np.arange(1, last + 1) for last in months])
    ended = (tenure == months[who]) & left[who]
    return np.column_stack([values[who], basis[tenure - 1]]), ended, who


@pytest.mark.parametrize("link", ["logit", "cloglog"])
@pytest.mark.parametrize("shape", ["bands", "spline"])
def test_estimates_errors_and_likelihood_are_those_of_statsmodels(link, shape):
    u, months, left = monthly_leavers(np.random.default_rng(1), 400)
    pro = np.random.default_rng(2).random(400) < 0.4
    customer = np.arange(400) // 2
    covariates = code({"U": u, "pro": pro})
    ours = hazard.fit(covariates, months, left, customer=customer, link=link, shape=shape)
    x, ended, who = months_of(covariates.values, months, left, ours.basis)
    family = sm.families.Binomial(sm.families.links.Logit() if link == "logit" else sm.families.links.CLogLog())
    model = sm.GLM(ended.astype(float), x, family=family)
    plain = model.fit(tol=1e-12)
    assert ours.log_likelihood == pytest.approx(plain.llf, abs=1e-6)
    np.testing.assert_allclose(ours.coefficients, plain.params[:2], rtol=1e-5)
    if link == "logit":
        # Observed and expected information agree for the logit, so the peer's clustered errors compare.
        clustered = model.fit(
            tol=1e-12, cov_type="cluster", cov_kwds={"groups": customer[who], "use_correction": False}
        )
        factor = np.sqrt(200 / 199)
        np.testing.assert_allclose(ours.standard_errors, clustered.bse[:2] * factor, rtol=1e-4)


def test_without_a_real_effect_the_months_are_those_of_the_life_table():
    _u, months, left = monthly_leavers(np.random.default_rng(3), 30_000, 0.0)
    coin = np.random.default_rng(4).random(30_000) < 0.5
    fitted = hazard.fit(code({"coin": coin}), months, left)
    middle = np.median(fitted.leaving(fitted.centre, 2000, np.random.default_rng(5)), axis=0)
    table = life_table(months, left)
    np.testing.assert_allclose(middle[:12], table.churn[:12], atol=2e-3)


def test_the_complementary_log_log_link_is_the_cox_model_seen_monthly():
    u, months, left = monthly_leavers(np.random.default_rng(6), 5000)
    covariates = code({"U": u})
    ours, peer = hazard.fit(covariates, months, left, link="cloglog"), cox.fit(covariates, months, left)
    assert ours.coefficients[0] == pytest.approx(-1.5, abs=3 * ours.standard_errors[0])
    assert ours.coefficients[0] == pytest.approx(peer.coefficients[0], abs=0.6 * ours.standard_errors[0])


def test_an_effect_that_fades_is_seen_before_and_after_the_cut():
    u, months, left = monthly_leavers(np.random.default_rng(7), 12_000, -3.0, late_slope=-0.5)
    whole = code({"U": u})
    rows, parts = hazard.split_at(whole, months, left, 6)
    early = (parts.duration <= 6).astype(float)
    both = whole.take(rows).beside(whole.take(rows).times(early, "first 6 months"))
    fitted = hazard.fit(both, parts.duration, parts.event, entry=parts.entry, customer=rows, link="cloglog")
    assert fitted.names == ("U", "U × first 6 months")
    assert fitted.coefficients[0] == pytest.approx(-0.5, abs=3 * fitted.standard_errors[0])
    assert fitted.coefficients[1] == pytest.approx(-2.5, abs=3 * fitted.standard_errors[1])
    assert fitted.customers == 12_000


def test_customers_counted_twice_make_no_interval_narrower():
    u, months, left = monthly_leavers(np.random.default_rng(8), 1000)
    once = hazard.fit(code({"U": u}), months, left)
    twice = hazard.fit(
        code({"U": np.tile(u, 2)}), np.tile(months, 2), np.tile(left, 2), customer=np.tile(np.arange(1000), 2)
    )
    assert twice.standard_errors[0] == pytest.approx(once.standard_errors[0], rel=1e-3)
    assert twice.plain_covariance[0, 0] == pytest.approx(once.plain_covariance[0, 0] / 2, rel=1e-3)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 99), st.sampled_from([0.01, 30.0]))
def test_order_does_not_matter_a_unit_only_scales_and_chances_stay_chances(seed, unit):
    u, months, left = monthly_leavers(np.random.default_rng(9), 300)
    shuffle = np.random.default_rng(seed).permutation(300)
    one = hazard.fit(code({"U": u}), months, left)
    other = hazard.fit(code({"U": u[shuffle] * unit}), months[shuffle], left[shuffle])
    assert other.coefficients[0] * unit == pytest.approx(one.coefficients[0], rel=1e-6)
    chance = one.leaving([0.6], 50, np.random.default_rng(seed))
    assert np.all((chance >= 0) & (chance <= 1))


def test_parts_of_a_month_count_for_the_part_that_was_seen():
    rng = np.random.default_rng(10)
    lives, seen = rng.exponential(10, 40_000), rng.uniform(0.2, 6, 40_000)
    coin = rng.random(40_000) < 0.5
    fitted = hazard.fit(code({"coin": coin}), np.minimum(lives, seen), lives <= seen, link="cloglog")
    chance = fitted.leaving(fitted.centre, 4000, rng)
    # A tenth of a month's lives end in it: 1 - exp(-.1), in every month.
    low, high = np.quantile(chance[:, :5], [0.001, 0.999], axis=0)
    assert np.all((low < 1 - np.exp(-0.1)) & (1 - np.exp(-0.1) < high))


def test_a_level_that_nobody_left_is_refused_by_name():
    plan = np.repeat(["free", "pro", "team"], 40)
    with pytest.raises(CannotEstimate, match="plan: team") as refusal:
        hazard.fit(code({"plan": plan}), np.tile(np.arange(1, 41), 3), np.arange(120) < 80)
    assert refusal.value.code == "covariate_separates"


def test_a_number_that_separates_is_refused():
    x = np.concatenate([np.linspace(0, 1, 60), np.linspace(2, 3, 60)])
    with pytest.raises(CannotEstimate) as refusal:
        hazard.fit(code({"x": x}), np.full(120, 1), np.arange(120) < 60)
    assert refusal.value.code == "covariate_separates"
