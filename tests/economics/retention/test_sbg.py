"""Shifted beta-geometric and beta-discrete-Weibull against the papers that introduced them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import sbg
from trimtab.economics.retention.backtest import backtest, fit_best
from trimtab.economics.retention.survival import LifeTable, life_table

# Fader & Hardie 2007, J. Interactive Marketing 21(1), table 1 (data of Berry & Linoff): survivors per 1000, years 0-12.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]

shapes = st.floats(0.05, 20)


def years(survivors: list[int], last: int) -> LifeTable:
    return LifeTable.from_survivors(survivors[: last + 1])


@pytest.mark.parametrize(
    ("survivors", "last", "alpha", "beta", "log_likelihood"),
    [
        # Years 0-7: Fader & Hardie 2007. Years 0-4: Fader et al. 2018.
        (REGULAR, 7, 0.7041, 1.1820, -1680.265),
        (HIGH_END, 7, 0.668, 3.806, -1611.158),
        (REGULAR, 4, 0.7637, 1.2958, -1401.5594),
        (HIGH_END, 4, 1.2809, 7.7898, -1225.1349),
    ],
)
def test_sbg_finds_the_published_maximum(survivors, last, alpha, beta, log_likelihood):
    fitted = sbg.fit(years(survivors, last))
    np.testing.assert_allclose(fitted.parameters, [alpha, beta], rtol=2e-4)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=6e-4)


@pytest.mark.parametrize(
    ("survivors", "parameters", "log_likelihood"),
    [
        # Fader, Hardie, Liu, Davin & Steenburgh 2018, J. Interactive Marketing 43, years 0-4.
        (REGULAR, [0.5231, 0.8944, 1.1963], -1401.383),
        (HIGH_END, [0.2593, 1.7225, 1.5844], -1222.749),
    ],
)
def test_bdw_finds_the_published_maximum(survivors, parameters, log_likelihood):
    fitted = sbg.fit(years(survivors, 4), "bdw")
    np.testing.assert_allclose(fitted.parameters, parameters, rtol=3e-4)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=6e-4)


def test_from_five_points_sbg_undershoots_high_end_in_year_12():
    # Fader et al. 2018: 30.7 % projected against 39.4 % counted.
    fitted = sbg.fit(years(HIGH_END, 4))
    assert sbg.survival("sbg", fitted.parameters, 12)[0, -1] == pytest.approx(0.307, abs=5e-4)


def test_the_backtest_prefers_bdw_on_high_end_and_never_the_geometric():
    result = backtest(LifeTable.from_survivors(HIGH_END), np.random.default_rng(4), origins=(4,))
    assert result.best == "bdw"
    assert result.scores[-1].family == "geometric"
    by_family = {score.family: score for score in result.scores}
    # Of those still here in year 4, sBG loses by year 12 more than a tenth that stayed (.307 against .394 of all).
    assert by_family["sbg"].worst_error > 0.1 > by_family["bdw"].worst_error
    assert by_family["sbg"].coverage < by_family["bdw"].coverage


def test_a_backtest_begins_once_somebody_has_left():
    # Contracts of a year: nobody can leave in the first eleven months, nothing could be fitted on them.
    churn = np.where(np.arange(24) < 11, 0.0, 0.04)
    tested = backtest(
        LifeTable.from_survivors(np.round(2000 * np.cumprod(np.append(1.0, 1 - churn)))), np.random.default_rng(3)
    )
    assert min(tested.origins) == 12
    assert max(tested.origins) == 22


def test_derl_is_that_of_the_paper():
    # Fader & Hardie 2010, Marketing Science 29(1), 10 % a year, Regular on years 0-4, n = 1, 2, 3.
    found = [float(sbg.derl(0.7637, 1.2958, n, 0.1)) for n in (1, 2, 3)]
    np.testing.assert_allclose(found, [2.8831, 3.9405, 4.6765], atol=5e-5)


def test_derl_is_the_discounted_sum_of_survival():
    curve = sbg.survival("sbg", np.array([[0.7637, 1.2958]]), 4000)[0]
    longhand = np.sum(curve[2:] / curve[1] / 1.1 ** np.arange(curve.size - 2))
    assert float(sbg.derl(0.7637, 1.2958, 2, 0.1)) == pytest.approx(longhand, rel=1e-9)


@settings(deadline=None)
@given(shapes, shapes)
def test_the_hazard_adds_up_to_the_closed_form(alpha, beta):
    curve = sbg.survival("sbg", np.array([[alpha, beta]]), 60)[0]
    np.testing.assert_allclose(curve, np.exp(betaln(alpha, beta + np.arange(61)) - betaln(alpha, beta)), rtol=1e-9)


@settings(deadline=None)
@given(shapes, shapes)
def test_bdw_with_c_1_is_sbg(alpha, beta):
    one, other = (
        sbg.survival("sbg", np.array([[alpha, beta]]), 40),
        sbg.survival("bdw", np.array([[alpha, beta, 1]]), 40),
    )
    np.testing.assert_allclose(one, other, rtol=1e-9)


def test_huge_shapes_do_not_underflow():
    # beta(500, 800) itself is 0 in doubles.
    curve = sbg.survival("sbg", np.array([[500.0, 800.0]]), 3)[0]
    np.testing.assert_allclose(curve[1:3], [800 / 1300, 800 * 801 / (1300 * 1301)], rtol=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 24), st.booleans()), min_size=30, max_size=80), st.integers(0, 99))
def test_draws_of_any_family_give_curves_that_start_at_one_and_never_rise(rows, seed):
    table = life_table([r[0] for r in rows], [r[1] for r in rows])
    if table.churned.sum() == 0 or np.all(table.churned >= table.at_risk):
        return
    for family in sbg.FAMILIES:
        fitted = sbg.fit_or_mean(table, family)
        draws = sbg.parameter_draws(fitted, table, 50, np.random.default_rng(seed))
        curve = sbg.survival(fitted.family, draws, 60)
        assert curve.shape == (50, 61)
        assert np.all(curve[:, 0] == 1)
        assert np.all(np.diff(curve, axis=1) <= 1e-12)


def test_constant_churn_has_no_sbg_and_the_mean_is_reported():
    constant = LifeTable.from_survivors(1_000_000 * 0.9 ** np.arange(9))
    with pytest.raises(CannotEstimate) as refusal:
        sbg.fit(constant)
    assert refusal.value.code == "churn_constant"
    assert refusal.value.params["churn"] == pytest.approx(0.1)
    fallback = sbg.fit_or_mean(constant)
    assert fallback.family == "geometric"
    assert fallback.parameters[0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("code", "survivors"),
    [("nobody_churned", [100, 100, 100]), ("everybody_churned", [100, 0]), ("too_few_months", [100, 90])],
)
def test_tables_that_hold_no_answer_are_refused(code, survivors):
    with pytest.raises(CannotEstimate) as refusal:
        sbg.fit(LifeTable.from_survivors(survivors))
    assert refusal.value.code == code
    assert refusal.value.remedy


def simulated(rng: np.random.Generator, customers: int) -> LifeTable:
    """Customers with churn ~ Beta(.8, 9), joined evenly over 30 months, seen to the last."""
    theta = rng.beta(0.8, 9, customers)
    ended, seen = rng.geometric(theta), rng.integers(1, 31, customers)
    return life_table(np.minimum(ended, seen), ended <= seen)


def test_right_censored_customers_of_different_ages_do_not_bias_the_fit():
    rng = np.random.default_rng(11)
    fitted = sbg.fit(simulated(rng, 200_000))
    np.testing.assert_allclose(fitted.parameters, [0.8, 9], rtol=0.05)


def test_the_80_percent_interval_holds_the_truth_about_four_times_in_five():
    rng = np.random.default_rng(5)
    truth = sbg.survival("sbg", np.array([[0.8, 9.0]]), 24)[0, -1]
    held = 0
    for _ in range(100):
        table = simulated(rng, 1000)
        fitted = sbg.fit_or_mean(table)
        draws = sbg.parameter_draws(fitted, table, 300, rng)
        low, high = np.quantile(sbg.survival(fitted.family, draws, 24)[:, -1], [0.1, 0.9])
        held += low <= truth <= high
    # Binomial(100, .8): 68 to 92 holds but for three cases in a thousand.
    assert 68 <= held <= 92


def test_on_its_own_data_the_backtest_finds_sbg_close_and_covered():
    result = backtest(simulated(np.random.default_rng(2), 40_000), np.random.default_rng(3))
    scores = {score.family: score for score in result.scores}
    assert result.best != "geometric"
    assert scores["sbg"].mean_absolute_error < 0.02
    assert scores["sbg"].coverage > scores["geometric"].coverage


def test_the_family_that_projects_best_is_fitted_to_all_months():
    table = LifeTable.from_survivors(HIGH_END)
    fitted, tested = fit_best(table, np.random.default_rng(0))
    assert tested is not None
    assert fitted.family == tested.best == "bdw"
    assert fitted.months == 12


def test_without_months_for_a_backtest_sbg_is_fitted_and_untested():
    fitted, tested = fit_best(years(REGULAR, 4), np.random.default_rng(0))
    assert (fitted.family, tested) == ("sbg", None)


def test_a_short_history_is_not_backtested():
    with pytest.raises(CannotEstimate) as refusal:
        backtest(LifeTable.from_survivors([100, 80, 70]), np.random.default_rng(0))
    assert refusal.value.code == "backtest_too_short"
