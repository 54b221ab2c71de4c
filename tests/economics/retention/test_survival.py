"""Kaplan-Meier and the life table against published numbers, lifelines and rules that always hold."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.survival import LifeTable, kaplan_meier, life_table

# Freireich et al. 1963, Blood 21:699-716: weeks in remission under 6-MP; a plus in the paper is a 0 here.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]

customers = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=60)


def telco(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    path = folder / "telco_churn_ibm" / "Telco-Customer-Churn.csv"
    if not path.exists():
        pytest.skip("The public data has no telco_churn_ibm.")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["tenure"]) for row in rows]), np.array([row["Churn"] == "Yes" for row in rows])


def test_the_6_mp_curve_and_its_greenwood_errors_are_the_classic_ones():
    curve = kaplan_meier(WEEKS, RELAPSED)
    assert list(curve.times) == [6, 7, 10, 13, 16, 22, 23]
    # The digits usually printed for this classic example, Greenwood errors included.
    np.testing.assert_allclose(curve.survival, [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], atol=5e-5)
    expected = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    np.testing.assert_allclose(curve.standard_error, expected, atol=5e-5)
    assert curve.median == 23


def test_telco_survival_is_the_known_curve_by_both_ways(public_data):
    months, left = telco(public_data)
    # Recomputed by an independent implementation: S(1, 12, 24, 48, 72).
    expected = [0.94596, 0.84320, 0.78874, 0.70884, 0.59279]
    np.testing.assert_allclose(kaplan_meier(months, left).at([1, 12, 24, 48, 72]), expected, atol=5e-6)
    np.testing.assert_allclose(life_table(months, left).survival[[1, 12, 24, 48, 72]], expected, atol=5e-6)


def test_more_than_half_still_here_has_no_median(public_data):
    assert kaplan_meier(*telco(public_data)).median is None


@settings(deadline=None)
@given(customers, st.booleans())
def test_the_curve_is_that_of_lifelines(rows, late):
    months, left = np.array([row[0] / 4 for row in rows]) + 0.25, np.array([row[1] for row in rows])
    entry = np.floor(months * 2) / 8 if late else np.zeros_like(months)
    ours = kaplan_meier(months, left, entry)
    try:
        peer = KaplanMeierFitter().fit(months, left, entry=entry if late else None)
    except StatError:
        assume(False)  # lifelines refuses a risk set that empties early
    np.testing.assert_allclose(ours.at(ours.times), peer.survival_function_at_times(ours.times), atol=1e-9)


@settings(deadline=None)
@given(customers, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, two = (kaplan_meier([r[0] for r in x], [r[1] for r in x]) for x in (rows, shuffled))
    np.testing.assert_array_equal(one.survival, two.survival)
    np.testing.assert_array_equal(one.standard_error, two.standard_error)


@settings(deadline=None)
@given(customers)
def test_survival_never_rises_and_its_interval_holds_it(rows):
    curve = kaplan_meier([r[0] / 7 for r in rows], [r[1] for r in rows])
    low, high = curve.interval()
    assert np.all(np.diff(np.concatenate([[1.0], curve.survival])) <= 0)
    assert np.all((low >= 0) & (low <= curve.survival + 1e-12) & (curve.survival <= high + 1e-12) & (high <= 1))


@settings(deadline=None)
@given(customers)
def test_whole_months_make_the_life_table_and_kaplan_meier_agree(rows):
    months, left = np.array([r[0] % 40 + 1 for r in rows]), [r[1] for r in rows]
    table = life_table(months, left)
    if np.any(table.at_risk <= table.churned):
        table = table.first(int(np.argmax(table.at_risk <= table.churned)))
    expected = kaplan_meier(months, left).at(np.arange(table.months + 1))
    np.testing.assert_allclose(table.survival, expected, atol=1e-12)


@settings(deadline=None)
@given(customers)
def test_every_ending_is_in_the_life_table_once(rows):
    months, left = [r[0] / 9 + 0.01 for r in rows], [r[1] for r in rows]
    table = life_table(months, left)
    assert table.churned.sum() == sum(left)
    assert np.all(table.churned <= table.at_risk + 1e-9)
    assert np.all(np.diff(table.at_risk) <= 1e-9)


def test_a_customer_counts_only_in_the_months_that_were_seen():
    table = life_table([3.0, 1.5, 2.0], [False, False, True])
    np.testing.assert_allclose(table.at_risk, [3, 2.5, 1])
    np.testing.assert_allclose(table.churned, [0, 1, 0])


def test_a_customer_who_was_here_before_the_log_counts_from_his_first_seen_month():
    np.testing.assert_allclose(life_table([4, 4], [True, False], [2, 0]).at_risk, [1, 1, 2, 2])


def test_one_customer_who_left_is_a_step_to_zero():
    curve = kaplan_meier([5], [1])
    assert curve.survival.tolist() == [0.0]
    assert curve.median == 5


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("no_customers", ([], [])),
        ("lengths_differ", ([1, 2], [1])),
        ("duration_missing", ([1, np.nan], [1, 0])),
        ("duration_negative", ([1, -2], [1, 0])),
        ("event_not_flag", ([1, 2], [1, 7])),
        ("entry_after_end", ([1, 2], [1, 0], [3, 0])),
    ],
)
def test_bad_columns_are_refused_with_a_remedy(code, columns):
    with pytest.raises(CannotEstimate) as refusal:
        life_table(*columns)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_a_cohort_that_grows_is_refused():
    with pytest.raises(CannotEstimate) as refusal:
        LifeTable.from_survivors([100, 90, 95])
    assert refusal.value.code == "survivors_rise"
