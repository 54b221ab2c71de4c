"""Recurring revenue by hand, and the rules that hold whatever the log."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.recurring_revenue import month_index, movements, revenue_log
from trimtab.economics.retention.revenue_retention import cohort_revenue, revenue_by_age, revenue_retention

YEAR_2026 = 2026 * 12
KINDS = ("new", "expansion", "reactivation", "contraction", "churned")


def log_of(rows, last_month=YEAR_2026 + 5):
    """``rows`` of customer, start, end ('' while it runs), price."""
    who, start, end, price = zip(*rows, strict=True)
    ends = np.array([day or "NaT" for day in end], dtype="datetime64[D]")
    return revenue_log(who, np.array(start, dtype="datetime64[D]"), ends, price, last_month=last_month)


BY_HAND = [
    ("ann", "2026-01-05", "2026-03-10", 20),
    ("ann", "2026-03-10", "", 50),
    ("bob", "2026-01-31", "2026-02-15", 10),
    ("bob", "2026-04-20", "", 10),
    ("cem", "2026-02-01", "2026-04-30", 40),
    ("cem", "2026-05-01", "", 15),
    ("dee", "2026-03-02", "2026-03-20", 99),
]


def test_each_movement_is_that_of_the_hand_count():
    moved = movements(log_of(BY_HAND))
    # January to June: ann 20 20 50 50 50 50; bob 10 0 0 10 10 10; cem 0 40 40 40 15 15; dee never at a month's end.
    assert moved.month.tolist() == [YEAR_2026 + month for month in range(6)]
    assert moved.closing.tolist() == [30, 60, 90, 100, 75, 75]
    assert moved.new.tolist() == [30, 40, 0, 0, 0, 0]
    assert moved.expansion.tolist() == [0, 0, 30, 0, 0, 0]
    assert moved.contraction.tolist() == [0, 0, 0, 0, 25, 0]
    assert moved.churned.tolist() == [0, 10, 0, 0, 0, 0]
    assert moved.reactivation.tolist() == [0, 0, 0, 10, 0, 0]
    assert moved.customers.tolist() == [2, 2, 2, 3, 3, 3]
    assert moved.quick_ratio[1] == 4.0
    assert np.isnan(moved.quick_ratio[5])


def test_a_plan_that_goes_on_the_day_after_another_is_no_pause():
    # cem ends on 30 April and goes on on 1 May: no churn in April.
    assert movements(log_of(BY_HAND)).churned[3] == 0


def test_retained_shares_over_five_months_are_those_of_the_hand_count():
    found = revenue_retention(log_of(BY_HAND), np.random.default_rng(0), months=5, worlds=100)
    # January: ann 20, bob 10. June: 50 and 10. Net 60 / 30, gross (20 + 10) / 30, both still pay.
    assert (found.net[0], found.gross[0], found.retained[0]) == (2.0, 1.0, 1.0)
    # Since January: gained 40 + 30 + 10 of all, lost 10 + 25.
    assert found.quick[0] == pytest.approx(80 / 35)
    assert (found.customers, found.base) == (2, 30)


def test_cohorts_show_only_the_months_that_they_had():
    table = cohort_revenue(log_of(BY_HAND), months=6)
    assert table.month.tolist() == [YEAR_2026, YEAR_2026 + 1]
    assert table.customers.tolist() == [2, 1]
    np.testing.assert_allclose(table.net[0], [1, 2 / 3, 5 / 3, 2, 2, 2, np.nan])
    np.testing.assert_allclose(table.gross[0], [1, 2 / 3, 2 / 3, 1, 1, 1, np.nan])
    np.testing.assert_allclose(table.net[1], [1, 1, 1, 15 / 40, 15 / 40, np.nan, np.nan])
    np.testing.assert_allclose(table.retained[1], [1, 1, 1, 1, 1, np.nan, np.nan])


DAY = np.datetime64("2025-01-01")
rows_ = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 500), st.one_of(st.none(), st.integers(0, 300)), st.integers(0, 90)),
    min_size=1,
    max_size=40,
)


def drawn(rows):
    start = DAY + np.array([row[1] for row in rows])
    end = np.array(
        [s + row[2] if row[2] is not None else np.datetime64("NaT") for s, row in zip(start, rows, strict=True)]
    )
    return (
        np.array([row[0] for row in rows]),
        start,
        end.astype("datetime64[D]"),
        np.array([row[3] for row in rows], float),
    )


def logged(columns):
    """The log, or None where nobody paid at any month's end."""
    with suppress(CannotEstimate):
        return revenue_log(*columns, last_month=YEAR_2026 + 3)


@settings(deadline=None, max_examples=150)
@given(rows_)
def test_the_movements_add_up_to_what_is_counted_at_each_months_end(rows):
    columns = drawn(rows)
    log = logged(columns)
    if log is None:
        return
    moved = movements(log)
    gained = moved.new + moved.expansion + moved.reactivation - moved.contraction - moved.churned
    np.testing.assert_allclose(moved.opening + gained, moved.closing, atol=1e-9)
    assert all(np.all(getattr(moved, kind) >= 0) for kind in KINDS)
    np.testing.assert_allclose([log.at(month).sum() for month in moved.month], moved.closing, atol=1e-9)
    assert [int((log.at(month) > 0).sum()) for month in moved.month] == moved.customers.tolist()
    np.testing.assert_allclose(moved.closing, by_definition(columns, moved.month), atol=1e-9)


def by_definition(columns, months):
    """Row by row: begun by the month's last day, not ended by it, or gone on the day after."""
    who, start, end, price = columns
    totals = []
    for month in months:
        last = np.datetime64(f"{month // 12}-{month % 12 + 1:02d}", "M") + 1
        last = last.astype("datetime64[D]") - 1
        runs = (start <= last) & (np.isnat(end) | (end > last))
        at_brink = [
            e == last and s <= last and np.any((who == w) & (start == last + 1))
            for w, s, e in zip(who, start, end, strict=True)
        ]
        totals.append(price[runs | np.array(at_brink)].sum())
    return totals


@settings(deadline=None, max_examples=60)
@given(rows_, st.integers(0, 99), st.sampled_from([0.25, 3.0, 100.0]))
def test_the_order_of_rows_does_not_matter_and_a_unit_only_scales(rows, seed, unit):
    columns = drawn(rows)
    log = logged(columns)
    if log is None:
        return
    shuffle = np.random.default_rng(seed).permutation(len(rows))
    one, other = movements(log), movements(logged([column[shuffle] for column in columns]))
    scaled = logged([*columns[:3], columns[3] * unit])
    for kind in (*KINDS, "closing", "customers"):
        np.testing.assert_allclose(getattr(one, kind), getattr(other, kind), atol=1e-9)
    np.testing.assert_allclose(movements(scaled).expansion, one.expansion * unit, atol=1e-6)
    for table in ("net", "gross", "retained"):
        np.testing.assert_allclose(
            getattr(cohort_revenue(scaled), table), getattr(cohort_revenue(log), table), atol=1e-9
        )


@settings(deadline=None, max_examples=60)
@given(rows_)
def test_gross_retention_never_exceeds_net_or_one(rows):
    log = logged(drawn(rows))
    if log is None:
        return
    table = cohort_revenue(log)
    known = ~np.isnan(table.net)
    assert np.all(table.gross[known] <= np.minimum(table.net[known], 1) + 1e-12)
    assert np.all(table.net[:, 0] == 1)
    assert np.array_equal(np.isnan(table.gross), np.isnan(table.net))


def simulated(rng, customers=4000):
    """Everyone begins at 30 in one of 24 months; a month later and on, 3 % leave and 2 % change to 60."""
    start = rng.integers(0, 24, customers)
    leaves, doubles = rng.geometric(0.03, customers), rng.geometric(0.02, customers)
    first = np.datetime64("2024-01", "M")
    rows = []
    for who, (begin, gone, up) in enumerate(zip(start, leaves, doubles, strict=True)):
        day = [
            (first + int(month)).astype("datetime64[D]") + 9 for month in (begin, begin + min(gone, up), begin + gone)
        ]
        rows.append((who, day[0], day[1], 30.0))
        if up < gone:
            rows.append((who, day[1], day[2], 60.0))
    who, begins, ends, price = (np.array(column) for column in zip(*rows, strict=True))
    return revenue_log(
        who, begins, ends, price, last_month=int(month_index(np.array([first + 35]).astype("datetime64[D]"))[0])
    )


def test_net_retention_by_age_is_that_of_the_simulated_customers():
    found = revenue_by_age(simulated(np.random.default_rng(1)), np.random.default_rng(4), worlds=400)
    kept = 0.97 ** np.arange(25)
    expected = kept * (1 + 1 - 0.98 ** np.arange(25))
    low, high = np.quantile(found.draws, [0.005, 0.995], axis=0)
    assert np.all((low[0] - 1e-12 <= expected) & (expected <= high[0] + 1e-12))
    assert np.all((low[2] - 1e-12 <= kept) & (kept <= high[2] + 1e-12))
    assert found.customers.tolist()[0] == 4000


def test_groups_of_customers_leave_the_interval_as_wide_as_single_ones(monkeypatch):
    log = simulated(np.random.default_rng(5))
    single = revenue_retention(log, np.random.default_rng(6)).net[1].std()
    monkeypatch.setattr("trimtab.economics.retention.revenue_retention.MOST_GROUPS", 500)
    assert revenue_retention(log, np.random.default_rng(6)).net[1].std() == pytest.approx(single, rel=0.12)


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("price_negative", [("a", "2026-01-01", "", -5)]),
        ("price_missing", [("a", "2026-01-01", "", np.nan)]),
        ("dates_reversed", [("a", "2026-03-01", "2026-02-01", 5)]),
        ("nobody_paid", [("a", "2026-01-01", "", 0)]),
    ],
)
def test_logs_that_hold_no_revenue_are_refused_with_a_remedy(code, rows):
    with pytest.raises(CannotEstimate) as refusal:
        log_of(rows)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_a_log_younger_than_a_year_says_how_long_to_wait():
    with pytest.raises(CannotEstimate) as refusal:
        revenue_retention(log_of(BY_HAND), np.random.default_rng(0))
    assert (refusal.value.code, refusal.value.params["missing"]) == ("months_too_few", 7)
