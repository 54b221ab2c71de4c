"""Best-worst designs: known block designs are found, and counts are as even as they can be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.choice.maxdiff_design import balanced_design
from trimtab.economics.errors import CannotEstimate


def made(items, per_task, tasks, versions=1, seed=0):
    names = tuple(f"item {n}" for n in range(items))
    return balanced_design(names, per_task=per_task, tasks=tasks, versions=versions, rng=np.random.default_rng(seed))


@pytest.mark.parametrize(("items", "per_task"), [(7, 3), (13, 4)])
def test_the_projective_planes_of_order_two_and_three_are_found(items, per_task):
    # The (7, 3, 1) and (13, 4, 1) balanced incomplete block designs: every pair meets exactly once.
    report = made(items, per_task, items).report
    assert report.pair_balance == 1.0
    assert (report.pair_counts[np.triu_indices(items, 1)] == 1).all()
    assert (report.item_counts == per_task).all()


@given(
    items=st.integers(4, 12),
    per_task=st.integers(2, 4),
    extra=st.integers(0, 4),
    versions=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=30, deadline=None)
def test_items_are_shown_alike_often_and_never_twice_in_a_task(items, per_task, extra, versions, seed):
    per_task = min(per_task, items - 1)
    design = made(items, per_task, -(-items // per_task) + extra, versions, seed)
    assert all(len(set(task)) == per_task for task in design.shown.reshape(-1, per_task).tolist())
    for part in (*design.shown, design.shown):
        assert np.ptp(np.bincount(part.ravel(), minlength=items)) <= 1
    assert design.report.item_counts.sum() == design.shown.size
    np.testing.assert_array_equal(design.report.pair_counts.sum(axis=1), design.report.item_counts * (per_task - 1))


def test_pairs_and_places_are_nearly_even_over_many_versions():
    report = made(20, 5, 12, versions=10).report
    apart = report.pair_counts[np.triu_indices(20, 1)]
    # 10 x 12 tasks hold 1,200 pairs for 190 of them: 6.3 on average.
    assert (apart.min(), apart.max()) == (5, 7)
    assert np.ptp(report.place_counts) == 0
    assert report.per_person == 3.0
    assert report.connected


def test_a_random_deal_is_less_even():
    rng = np.random.default_rng(1)
    counts = np.zeros((20, 20))
    for _ in range(120):
        task = rng.choice(20, 5, replace=False)
        counts[np.ix_(task, task)] += 1
    apart = counts[np.triu_indices(20, 1)]
    assert made(20, 5, 12, versions=10).report.pair_spread < apart.std() / apart.mean() / 3


@pytest.mark.parametrize(
    ("items", "per_task", "tasks", "code"),
    [(5, 5, 5, "items_too_few"), (2, 1, 5, "items_too_few"), (10, 3, 3, "items_not_all_shown")],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(items, per_task, tasks, code):
    with pytest.raises(CannotEstimate) as refused:
        made(items, per_task, tasks)
    assert refused.value.code == code


def test_an_item_named_twice_is_refused():
    with pytest.raises(CannotEstimate) as refused:
        balanced_design(("a", "b", "a", "c"), per_task=2, tasks=4, versions=1, rng=np.random.default_rng(1))
    assert refused.value.code == "item_twice"
