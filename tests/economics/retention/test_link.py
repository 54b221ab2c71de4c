"""From satisfaction to retention: known slopes recovered, lifelines as peer, and rules that always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import sbg
from trimtab.economics.retention.link import (
    assumed_link,
    by_tenure,
    events_needed,
    fit_link,
    h,
    partial_likelihood,
    retained,
    retained_document_form,
)
from trimtab.economics.retention.survival import check_tenures


def customers(rng: np.random.Generator, n: int, slope: float, late_slope: float | None = None):
    """U, months and left of n customers at 6 % a month, seen for 1 to 24 months; the slope may change at month 6."""
    u = rng.beta(6, 3, n)
    new, old = (0.06 * np.exp(-s * (u - u.mean())) for s in (slope, slope if late_slope is None else late_slope))
    lives = rng.exponential(1, n)
    ended = np.where(lives <= 6 * new, lives / new, 6 + (lives - 6 * new) / old)
    seen = rng.integers(1, 25, n)
    return u, np.minimum(np.ceil(ended), seen), ended <= seen


def test_a_known_slope_is_inside_the_80_percent_interval_about_four_times_in_five():
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        link = fit_link(*customers(rng, 1500, 3.0), rng, worlds=400)
        low, high = np.quantile(link.slope, [0.1, 0.9])
        held += low <= 3 <= high
    # Binomial(100, .8): 68 to 92 holds but for three cases in a thousand.
    assert 68 <= held <= 92


@pytest.mark.parametrize("late_entry", [False, True])
@pytest.mark.parametrize("rounding", [1, 0.01])
def test_slope_error_and_likelihood_are_those_of_lifelines(late_entry, rounding):
    rng = np.random.default_rng(2)
    u, months, left = customers(rng, 800, 2.0)
    months = months + np.round(rng.random(800) / rounding) * rounding
    entry = np.floor(months * rng.random(800) * 0.8) if late_entry else np.zeros(800)
    ours = partial_likelihood(u.mean() - u, check_tenures(months, left, entry))
    frame = pd.DataFrame({"x": u.mean() - u, "months": months, "left": left, "entry": entry})
    if late_entry:
        peer = CoxPHFitter().fit(frame, "months", "left", entry_col="entry")
    else:
        peer = CoxPHFitter().fit(frame.drop(columns="entry"), "months", "left")
    assert ours.coefficient == pytest.approx(peer.params_["x"], abs=1e-5)
    assert ours.standard_error == pytest.approx(peer.standard_errors_["x"], rel=1e-5)
    assert ours.log_likelihood == pytest.approx(peer.log_likelihood_, abs=1e-5)


def test_a_link_that_fades_with_tenure_is_seen_to_fade():
    rng = np.random.default_rng(3)
    new, established = by_tenure(*customers(rng, 20_000, 4.0, late_slope=0.5), cut_months=6)
    assert abs(new.coefficient - 4.0) < 3 * new.standard_error
    assert abs(established.coefficient - 0.5) < 3 * established.standard_error


def test_a_fitted_link_is_graded_observed_and_never_negative():
    rng = np.random.default_rng(4)
    link = fit_link(*customers(rng, 400, 0.3), rng, worlds=500)
    assert link.grade == "observed"
    assert np.all(link.slope >= 0)
    assert 0 < link.p_negative < 0.95


def test_an_assumed_link_is_graded_assumed_and_spreads_as_told():
    link = assumed_link(2.0, 0.5, 0.7, 40_000, np.random.default_rng(5))
    assert link.grade == "assumed"
    # Lognormal: median 2, 90 % quantile 2 exp(.5 * 1.28155) = 3.796.
    assert np.median(link.slope) == pytest.approx(2.0, rel=0.02)
    assert np.quantile(link.slope, 0.9) == pytest.approx(3.796, rel=0.02)
    np.testing.assert_array_equal(link.u_reference, np.full(40_000, 0.7))


def test_too_few_endings_are_refused_and_the_missing_counted():
    rng = np.random.default_rng(6)
    u = rng.random(50)
    with pytest.raises(CannotEstimate) as refusal:
        fit_link(u, np.arange(1, 51), np.arange(50) < 4, rng)
    assert refusal.value.code == "too_few_events"
    assert refusal.value.params["missing"] == 6
    assert "6 more" in refusal.value.remedy


def test_satisfied_customers_who_leave_sooner_are_refused_not_turned_round():
    rng = np.random.default_rng(7)
    with pytest.raises(CannotEstimate) as refusal:
        fit_link(*customers(rng, 3000, -3.0), rng)
    assert refusal.value.code == "slope_wrong_sign"


def test_complete_separation_is_refused():
    u = np.linspace(0, 1, 60)
    with pytest.raises(CannotEstimate) as refusal:
        fit_link(u, np.arange(1, 61), np.ones(60), np.random.default_rng(0))
    assert refusal.value.code == "slope_not_finite"


MONTHS = np.arange(1.0, 31)
LEFT = np.arange(30) % 2


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("no_variation", (np.full(30, 0.5), MONTHS, LEFT)),
        ("satisfaction_missing", (np.append(MONTHS[:29] / 30, np.nan), MONTHS, LEFT)),
        ("satisfaction_off_scale", (MONTHS, MONTHS, LEFT)),
        ("lengths_differ", (MONTHS[:9] / 30, MONTHS, LEFT)),
        ("duration_negative", (MONTHS / 30, -MONTHS, LEFT)),
        ("too_few_events", ([0.5], [3], [1])),
    ],
)
def test_columns_that_hold_no_slope_are_refused_with_a_remedy(code, columns):
    with pytest.raises(CannotEstimate) as refusal:
        fit_link(*columns, np.random.default_rng(0))
    assert refusal.value.code == code
    assert refusal.value.remedy


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000))
def test_the_order_of_the_rows_does_not_matter(seed):
    u, months, left = customers(np.random.default_rng(8), 200, 2.0)
    shuffle = np.random.default_rng(seed).permutation(200)
    one = partial_likelihood(u, check_tenures(months, left))
    two = partial_likelihood(u[shuffle], check_tenures(months[shuffle], left[shuffle]))
    assert one.coefficient == pytest.approx(two.coefficient, abs=1e-9)


rates = st.lists(st.floats(0, 2), min_size=1, max_size=24)


@given(rates, st.floats(0, 20), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_retention_never_rises_with_time_and_satisfaction_never_lowers_it(hazard, slope, reference, u, gain):
    base, k, at = np.array([hazard]), np.array([slope]), np.array([reference])
    before = retained(base, h(np.array([u]), k, at))
    after = retained(base, h(np.array([u + (1 - u) * gain]), k, at))
    assert before.shape == (1, len(hazard) + 1)
    assert before[0, 0] == 1
    assert np.all(np.diff(before, axis=1) <= 0)
    assert np.all((before >= 0) & (after >= before - 1e-12) & (after <= 1))


def test_at_the_reference_retention_is_the_baseline():
    shape = np.array([[0.7, 1.2], [0.668, 3.806]])
    base = sbg.hazard("sbg", shape, 24)
    link = h(np.array([0.6, 0.6]), np.array([3.0, 5.0]), np.array([0.6, 0.6]))
    np.testing.assert_allclose(retained(base, link), sbg.survival("sbg", shape, 24), rtol=1e-12)


def test_satisfaction_may_change_by_month():
    base = np.full((1, 2), 0.1)
    level = h(np.array([[0.5, 1.0]]), np.array([2.0]), np.array([0.5]))
    # By hand: h = 0 then 1, so R = 1, exp(-.1), exp(-.1 - .1/e).
    np.testing.assert_allclose(retained(base, level)[0], [1, np.exp(-0.1), np.exp(-0.1 - 0.1 / np.e)])


def test_the_document_form_caps_at_one_and_says_so():
    # R_0 = .1: .1 exp(h) passes 1 at h = ln 10 = 2.3026.
    share, capped = retained_document_form(0.1, [0.072, 2.30, 2.31])
    np.testing.assert_allclose(share, [0.1 * np.exp(0.072), 0.1 * np.exp(2.30), 1.0])
    assert capped.tolist() == [False, False, True]


def test_endings_needed_follow_schoenfeld():
    # ((1.28155 + .84162) / (2 * .2))^2 = 28.2, rounded up.
    assert events_needed(2.0, 0.2) == 29
    assert events_needed(50.0, 0.2) == 10


def test_the_endings_that_are_said_to_be_needed_are_enough():
    rng = np.random.default_rng(9)
    u, months, left = customers(rng, 4000, 1.5)
    keep = np.flatnonzero(left)[: events_needed(1.5, float(u.std()))]
    last = keep[-1] + 1
    fitted = partial_likelihood(u.mean() - u[:last], check_tenures(months[:last], left[:last]))
    assert 1.5 / fitted.standard_error == pytest.approx(1.28155 + 0.84162, rel=0.15)
