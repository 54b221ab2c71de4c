"""New customers by month: counted, and ahead in draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.api import GLM, add_constant, families

from trimtab.economics.adoption.arrivals import (
    ArrivalSeries,
    arrival_draws,
    expected_draws,
    monthly_arrivals,
    recent_level,
)
from trimtab.economics.errors import CannotEstimate


def series(*counts: int) -> ArrivalSeries:
    return ArrivalSeries(0, np.array(counts))


def test_months_without_a_start_count_zero():
    found = monthly_arrivals([24_290, 24_293, 24_290])
    assert found.counts.tolist() == [2, 0, 0, 1]
    assert (found.first_month, found.last_month) == (24_290, 24_293)


def test_a_month_that_is_not_over_can_be_left_out():
    assert monthly_arrivals([1, 1, 2, 2, 3], last=2).counts.tolist() == [2, 2]


def test_slope_and_over_dispersion_are_those_of_a_poisson_regression():
    counts = np.array([31, 35, 28, 44, 52, 39, 47, 61, 50, 70, 58, 75])
    peer = GLM(counts, add_constant(np.arange(12.0)), family=families.Poisson()).fit(scale="X2")
    level = recent_level(series(*counts))
    assert level.log_slope == pytest.approx(peer.params[1], rel=1e-6)
    assert level.over_dispersion == pytest.approx(peer.scale, rel=1e-6)
    assert level.log_slope_error == pytest.approx(peer.bse[1], rel=1e-5)


def test_an_even_stream_goes_on_with_poisson_spread():
    draws = arrival_draws(series(*[100] * 12), 24, 20_000, np.random.default_rng(1))
    assert draws.mean() == pytest.approx(100.04, rel=0.005)
    # By hand: variance 100 of the month and 100 / 12 of the level.
    assert draws.std(axis=0).mean() == pytest.approx(np.sqrt(100 + 100 / 12), rel=0.02)


def test_an_uneven_stream_spreads_wider_than_poisson():
    counts = [40, 160] * 6
    draws = arrival_draws(series(*counts), 6, 20_000, np.random.default_rng(2))
    assert draws.mean() == pytest.approx(100, rel=0.02)
    # By hand: Pearson's phi around the mean is 12 * 60^2 / 100 / 11 = 39.3; variance phi (100 + 100 / 12), where phi is
    # known to 11 degrees of freedom, so that its mean is 11 / 9 as large.
    assert draws.std(axis=0).mean() == pytest.approx(np.sqrt(39.27 * 11 / 9 * (100 + 100 / 12)), rel=0.05)


def test_growth_is_carried_on_undamped_and_flattens_when_damped():
    counts = np.round(100 * 1.05 ** np.arange(24)).astype(int)
    full = arrival_draws(series(*counts), 36, 4000, np.random.default_rng(3), damping=1.0)
    damped = arrival_draws(series(*counts), 36, 4000, np.random.default_rng(3), damping=0.8)
    assert full[:, 11].mean() == pytest.approx(100 * 1.05**35, rel=0.03)
    # The damped trend adds at most .8 / (1 - .8) = 4 months of growth.
    assert damped[:, 35].mean() == pytest.approx(100 * 1.05 ** (23 + 4), rel=0.03)


def test_the_next_month_falls_in_its_80_percent_interval_about_four_times_in_five():
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(300):
        counts = rng.negative_binomial(20, 20 / (20 + 60), 13)
        low, high = np.quantile(arrival_draws(series(*counts[:12]), 1, 800, rng)[:, 0], [0.1, 0.9])
        held += low <= counts[12] <= high
    assert 0.72 <= held / 300 <= 0.9


def test_what_is_expected_has_no_chance_of_its_own():
    expected = expected_draws(series(*[100] * 12), 24, 20_000, np.random.default_rng(5))
    # By hand: variance 100 / 12 of the level alone.
    assert expected.std(axis=0).mean() == pytest.approx(np.sqrt(100 / 12), rel=0.02)


def test_a_trend_that_the_months_do_not_show_is_drawn_on_both_sides_of_none():
    flat = expected_draws(series(*[100] * 12), 24, 20_000, np.random.default_rng(6), damping=0.9)
    assert np.median(flat[:, 23]) == pytest.approx(100, rel=0.01)
    # By hand: the slope's error is (1,200 * 143 / 12)^-1/2 = .00836, which the prior of .05 shrinks to .00825; by month
    # 24 it has worked for 5.5 + 9 (1 - .9^24) = 13.78 months, beside the level's 1 / sqrt(1,200).
    spread = np.sqrt((13.78 * 0.00825) ** 2 + 1 / 1200)
    assert np.log(flat[:, 23]).std() == pytest.approx(spread, rel=0.03)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=40).filter(lambda counts: sum(counts[-12:]) > 0),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_draws_are_whole_and_never_negative(counts, damping):
    draws = arrival_draws(series(*counts), 60, 30, np.random.default_rng(0), damping=damping)
    assert draws.shape == (30, 60)
    assert np.all((draws >= 0) & (draws == np.floor(draws)) & np.isfinite(draws))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter_and_nobody_is_lost(starts, random):
    one, two = monthly_arrivals(starts), monthly_arrivals(random.sample(starts, len(starts)))
    np.testing.assert_array_equal(one.counts, two.counts)
    assert one.counts.sum() == len(starts)


@pytest.mark.parametrize(
    ("code", "starts", "bounds"),
    [
        ("no_customers", [], {}),
        ("start_missing", [1, np.nan], {}),
        ("start_not_month", [1, 2.5], {}),
        ("dates_reversed", [1, 2], {"first": 5, "last": 2}),
        ("span_too_long", [1, 90_000], {}),
    ],
)
def test_starts_that_are_no_months_are_refused_with_a_remedy(code, starts, bounds):
    with pytest.raises(CannotEstimate) as refusal:
        monthly_arrivals(starts, **bounds)
    assert refusal.value.code == code
    assert refusal.value.remedy


@pytest.mark.parametrize(("code", "counts"), [("too_few_months", [5, 5]), ("nobody_arrived", [0, 0, 0])])
def test_a_series_that_shows_no_level_is_refused(code, counts):
    with pytest.raises(CannotEstimate) as refusal:
        arrival_draws(series(*counts), 6, 10, np.random.default_rng(0))
    assert refusal.value.code == code


def test_a_damping_beyond_one_is_refused():
    with pytest.raises(CannotEstimate) as refusal:
        arrival_draws(series(5, 5, 5), 6, 10, np.random.default_rng(0), damping=1.2)
    assert refusal.value.code == "damping_out_of_range"
