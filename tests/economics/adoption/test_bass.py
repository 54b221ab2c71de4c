"""The Bass model against published fits, by both of its forms, and where it must refuse."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.adoption import bass, bass_prior
from trimtab.economics.adoption.bass_prior import BassPrior
from trimtab.economics.errors import CannotEstimate


@pytest.fixture(scope="module")
def vcr(public_data):
    with (public_data / "bass_series" / "vcr_1980_1989.csv").open() as file:
        return np.array([float(row["sales"]) for row in csv.DictReader(file)])


def test_the_density_form_on_vcr_sales_is_the_published_fit(vcr):
    found = bass.fit(vcr, "density")
    # NLS in R of the same ten years: m 67981, p .006594, q .63809, residual standard error 727.19.
    assert found.parameters == pytest.approx([67981, 0.006594, 0.63809], rel=1e-4)
    assert found.sigma == pytest.approx(727.19, abs=0.01)
    assert found.agreeing == found.starts
    assert not found.just_past_peak


def test_the_increment_form_gives_other_numbers_on_the_same_sales(vcr):
    found = bass.fit(vcr, "increment")
    # The same source: m 67660, p .00879, q .64216 from increments of the distribution.
    assert found.parameters == pytest.approx([67660, 0.00879, 0.64216], rel=5e-4)


@pytest.mark.parametrize(
    ("series", "m", "p", "q"),
    [
        # Srinivasan & Mason 1986 as kept with the data: increment form.
        ("room_air_conditioners", 18_713, 0.00944, 0.37476),
        ("clothes_dryers", 16_497, 0.01360, 0.32670),
        ("color_tv", 39_659, 0.01847, 0.61586),
    ],
)
def test_durables_come_out_as_remembered(public_data, series, m, p, q):
    with (public_data / "bass_series" / "durables_recalled.csv").open() as file:
        (row,) = (row for row in csv.DictReader(file) if row["series"] == series)
    found = bass.fit([float(value) for value in row["values_thousands"].split()], "increment")
    assert found.parameters == pytest.approx([m, p, q], rel=1e-3)


@pytest.mark.parametrize("years", [5, 6])
@pytest.mark.parametrize("form", bass.FORMS)
def test_before_the_peak_the_market_is_not_printed_but_refused(vcr, years, form):
    with pytest.raises(CannotEstimate) as refusal:
        bass.fit(vcr[:years], form)
    assert refusal.value.code == "inflection_not_reached"
    assert "Type how many" in refusal.value.remedy


def test_right_after_the_peak_the_fit_warns(vcr):
    assert bass.fit(vcr[:7]).just_past_peak


def test_what_other_products_did_gives_a_forecast_where_the_fit_refuses(vcr):
    rng = np.random.default_rng(1)
    seen = bass_prior.posterior(vcr[:5], BassPrior(70_000), 2000, rng)
    # The five years narrow q and p; the market stays what was typed, give or take.
    assert seen.learned[2] > 0.4 > seen.learned[0]
    low, high = np.quantile(seen.draws.parameters[:, 0], [0.1, 0.9])
    assert low < 67_981 < high
    peak = np.quantile(bass.peak_time(seen.draws.parameters), [0.1, 0.9])
    assert peak[0] < bass.fit(vcr).peak < peak[1]
    ahead = bass.forecast(seen.draws, after=5, periods=5, rng=rng)
    low, high = np.quantile(ahead, [0.05, 0.95], axis=0)
    assert np.sum((low <= vcr[5:]) & (vcr[5:] <= high)) >= 4


def test_without_any_period_the_forecast_is_the_prior():
    prior = BassPrior(1000, market_factor=2.0)
    seen = bass_prior.posterior([], prior, 20_000, np.random.default_rng(2))
    low, middle, high = np.quantile(seen.draws.parameters[:, 0], [0.1, 0.5, 0.9])
    assert [low, middle, high] == pytest.approx([500, 1000, 2000], rel=0.03)
    # Sultan, Farley & Lehmann 1990: means .03 and .38 a year.
    assert seen.draws.parameters[:, 1:].mean(axis=0) == pytest.approx([0.03, 0.38], rel=0.05)


def test_rates_a_year_become_rates_a_month():
    monthly = BassPrior(1000, periods_per_year=12)
    seen = bass_prior.posterior([], monthly, 20_000, np.random.default_rng(2))
    assert seen.draws.parameters[:, 1:].mean(axis=0) == pytest.approx([0.03 / 12, 0.38 / 12], rel=0.05)


def test_a_market_that_the_adopters_already_exceed_is_refused(vcr):
    with pytest.raises(CannotEstimate) as refusal:
        bass_prior.posterior(vcr[:5], BassPrior(1_000, market_factor=1.2), 100, np.random.default_rng(1))
    assert refusal.value.code == "market_below_adopters"


@pytest.mark.parametrize("wrong", [{"market": 0.0}, {"market_factor": 1.0}, {"p": -1.0}, {"periods_per_year": 0.0}])
def test_figures_that_no_prior_can_have_are_refused(wrong):
    with pytest.raises(CannotEstimate) as refusal:
        bass_prior.posterior([], BassPrior(**({"market": 100.0} | wrong)), 10, np.random.default_rng(1))
    assert refusal.value.code == "prior_out_of_range"


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ([], "nobody_adopted"),
        ([0, 0, 0, 0, 0], "nobody_adopted"),
        ([1, 2, float("nan"), 3, 4], "adopters_missing"),
        ([1, 2, -3, 3, 4], "adopters_negative"),
        ([1, 2, 3, 2], "too_few_periods"),
        ([7, 7, 7, 7, 7, 7], "adopters_all_alike"),
    ],
)
def test_series_that_say_nothing_are_refused_by_name(counts, code):
    with pytest.raises(CannotEstimate) as refusal:
        bass.fit(counts)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_a_product_that_falls_from_its_first_period_has_its_peak_behind():
    found = bass.fit(bass.curve([1000.0, 0.3, 0.1], np.arange(1, 9), "increment"), "increment")
    assert found.parameters == pytest.approx([1000, 0.3, 0.1], rel=1e-4)
    assert found.peak < 0


@given(st.floats(0.001, 0.1), st.floats(0.05, 0.9), st.floats(10, 1e6))
def test_adoption_never_falls_never_exceeds_the_market_and_peaks_at_its_peak(p, q, m):
    times = np.linspace(0, 200, 400)
    total = bass.adopted([m, p, q], times)
    assert total[0] == 0
    assert np.all(np.diff(total) >= -1e-9 * m)
    assert total[-1] <= m * (1 + 1e-12)
    assert bass.adopted([2 * m, p, q], times) == pytest.approx(2 * total)
    increments = bass.curve([m, p, q], np.arange(1, 300), "increment")
    assert increments.sum() == pytest.approx(float(bass.adopted([m, p, q], [299.0])[0]), rel=1e-9)
    peak = float(bass.peak_time([m, p, q]))
    if peak > 0:
        at_peak, beside = bass.curve([m, p, q], [peak, peak + 0.01])
        assert beside <= at_peak


def test_another_unit_of_people_scales_the_market_only(vcr):
    found, thousands = bass.fit(vcr), bass.fit(vcr / 1000)
    assert thousands.parameters == pytest.approx(found.parameters * [0.001, 1, 1], rel=1e-5)


def test_draws_lie_around_the_fit_and_their_forecast_is_never_negative(vcr):
    found = bass.fit(vcr)
    draws = bass.parameter_draws(found, vcr, 2000, np.random.default_rng(3))
    low, high = np.quantile(draws.parameters, [0.1, 0.9], axis=0)
    assert np.all((low < found.parameters) & (found.parameters < high))
    ahead = bass.forecast(draws, after=10, periods=30, rng=np.random.default_rng(4))
    assert ahead.min() == 0
    assert np.median(ahead, axis=0)[0] == pytest.approx(bass.curve(found.parameters, [11.0])[0], rel=0.1)
