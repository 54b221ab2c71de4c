"""Calendar months between two dates, plan changes that are no endings, and cohorts that are old enough."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention.cohort_retention import cohort_table
from trimtab.economics.retention.spells import months_between, spells


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-15", "2026-01-15", 0),
        ("2026-09-30", "2026-10-31", 1),  # the last day stands for the 31st
        ("2026-02-28", "2026-03-31", 1),
        ("2024-02-29", "2025-03-31", 13),
        ("2020-10-31", "2026-10-31", 72),
        ("2026-03-01", "2026-03-16", 15 / 28),  # 16 February to 16 March has 28 days
    ],
)
def test_whole_calendar_months_are_whole_numbers(start, end, months):
    assert months_between(days(start), days(end))[0] == pytest.approx(months, abs=1e-12)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 4000))
def test_months_grow_with_the_end_and_stay_near_the_days(start, length):
    end = start + timedelta(days=length)
    months, later = months_between(days(start, start), days(end, end + timedelta(days=40)))
    assert later > months >= 0
    assert months == pytest.approx(length / 30.4369, abs=0.11)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(CannotEstimate, match="before"):
        months_between(days("2026-02-01"), days("2026-01-31"))


def test_a_change_of_plan_is_one_spell_and_a_return_after_a_break_is_two():
    who = np.array([7, 7, 7, 3])
    found = spells(
        who,
        days("2026-03-01", "2026-01-01", "2026-09-01", "2026-02-01"),
        days("2026-05-31", "2026-02-28", "NaT", "NaT"),
    )
    assert [str(day) for day in found.start] == ["2026-02-01", "2026-01-01", "2026-09-01"]
    assert [str(day) for day in found.end] == ["NaT", "2026-05-31", "NaT"]
    assert list(found.first) == [3, 1, 2]
    assert list(found.last) == [3, 0, 2]
    assert found.merged == 1


def test_a_long_row_swallows_the_short_one_within_it():
    found = spells(
        np.array([1, 1, 1]), days("2026-01-01", "2026-02-01", "2026-06-01"), days("NaT", "2026-03-01", "NaT")
    )
    assert found.start.size == 1
    assert np.isnat(found.end[0])


def test_a_cohort_shows_only_months_that_all_of_it_could_have_reached():
    start = np.array([10, 10, 11, 12])
    table = cohort_table(
        start, np.array([1.0, 3.0, 0.5, 0.2]), np.array([True, False, True, False]), last_full_month=12
    )
    assert list(table.month) == [10, 11]
    assert list(table.customers) == [2, 1]
    np.testing.assert_allclose(table.retained[0, :3], [0.5, 0.5, np.nan])
    np.testing.assert_allclose(table.retained[1, :2], [0.0, np.nan])
