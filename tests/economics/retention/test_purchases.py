"""A list of purchases as frequency, recency and age."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.economics.retention.purchase_data import cdnow_log
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.purchases import calibrate, customers, distinct_rows, purchase_log


def test_the_cdnow_log_gives_the_published_summary(public_data):
    found = calibrate(cdnow_log(public_data), "week", until="1997-09-30")
    kept = np.genfromtxt(public_data / "cdnow" / "cdnow_customers_summary.csv", delimiter=",", names=True)
    order = np.argsort(found.labels.astype(int))
    # Fader & Hardie's summary of the same customers, times rounded to two digits; it is sorted by sample id.
    assert np.array_equal(found.customers.frequency[order], kept["frequency"])
    assert found.customers.recency[order] == pytest.approx(kept["recency"], abs=0.0051)
    assert found.customers.age[order] == pytest.approx(kept["T"], abs=0.0051)
    assert found.horizon == 39.0


def test_the_mean_spend_of_repeat_days_is_the_published_one(public_data):
    found = calibrate(cdnow_log(public_data), "week", until="1997-09-30")
    kept = np.genfromtxt(
        public_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv", delimiter=",", names=True
    )
    spend = found.spend[np.argsort(found.labels.astype(int))]
    again = kept["x"] > 0
    assert np.array_equal(np.isfinite(spend), again)
    assert spend[again] == pytest.approx(kept["zbar"][again], abs=0.0051)


def test_purchases_of_one_day_are_one_and_their_amounts_add_up():
    log = purchase_log(["a", "a", "a"], ["2026-01-01", "2026-02-01", "2026-02-01"], [5.0, 7.0, 8.0])
    found = calibrate(log, "day", known_until="2026-03-01")
    assert log.merged == 1
    assert (found.customers.frequency[0], found.customers.recency[0], found.customers.age[0]) == (1, 31, 59)
    assert found.spend[0] == 15.0


def test_the_unit_divides_times_and_leaves_counts():
    log = purchase_log(["a"] * 3 + ["b"], ["2026-01-01", "2026-01-15", "2026-02-12", "2026-01-08"])
    by_day, by_week = calibrate(log, "day").customers, calibrate(log, "week").customers
    assert np.array_equal(by_day.frequency, by_week.frequency)
    assert by_day.recency == pytest.approx(7 * by_week.recency)
    assert by_day.age == pytest.approx(7 * by_week.age)


def test_customers_who_came_after_the_fit_are_not_in_it():
    log = purchase_log(["a", "b", "a"], ["2026-01-01", "2026-03-01", "2026-03-05"])
    found = calibrate(log, "day", until="2026-02-01")
    assert found.labels.tolist() == ["a"]
    assert found.later.tolist() == [1.0]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (([], []), "no_customers"),
        ((["a", "b"], ["2026-01-01"]), "lengths_differ"),
        ((["a"], ["NaT"]), "purchase_date_missing"),
        ((["a"], ["2026-01-01"], [-3.0]), "amount_negative"),
        ((["a"], ["2026-01-01"], [float("nan")]), "amount_negative"),
        ((["a", "a"], ["2026-01-01", "2026-01-02"], None, ["77", "77"]), "purchase_repeated"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_by_name(given, code):
    with pytest.raises(CannotEstimate) as refusal:
        purchase_log(*given)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_an_end_outside_the_log_is_refused():
    log = purchase_log(["a", "a"], ["2026-01-01", "2026-02-01"])
    for bad in ({"until": "2025-12-31"}, {"until": "2026-02-02"}, {"until": "2026-01-15", "known_until": "2026-01-10"}):
        with pytest.raises(CannotEstimate) as refusal:
            calibrate(log, "day", **bad)
        assert refusal.value.code == "dates_reversed"
    with pytest.raises(CannotEstimate, match="fortnight"):
        calibrate(log, "fortnight")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (([], [], []), "no_customers"),
        (([1, 2], [1.0], [2.0]), "lengths_differ"),
        (([1.5], [1.0], [2.0]), "frequency_not_count"),
        (([1], [3.0], [2.0]), "dates_reversed"),
        (([1], [-1.0], [2.0]), "dates_reversed"),
        (([0], [1.0], [2.0]), "recency_without_repeat"),
        (([1], [float("nan")], [2.0]), "purchases_not_finite"),
    ],
)
def test_a_summary_that_contradicts_itself_is_refused_by_name(columns, code):
    with pytest.raises(CannotEstimate) as refusal:
        customers(*columns, unit="week")
    assert refusal.value.code == code


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_compression_keeps_every_row_and_its_count(rows):
    left, right = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    first, group = distinct_rows(left, right)
    assert len(first) == len(set(rows))
    assert np.array_equal(left[first][group], left)
    assert np.array_equal(right[first][group], right)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), min_size=1, max_size=40), st.randoms())
def test_the_order_of_the_purchases_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    start = np.datetime64("2026-01-01")
    both = [
        calibrate(purchase_log([who for who, _ in some], [start + day for _, day in some]), "week").customers
        for some in (rows, shuffled)
    ]
    assert np.array_equal(both[0].frequency, both[1].frequency)
    assert np.array_equal(both[0].recency, both[1].recency)
    assert np.all(both[0].recency <= both[0].age)
