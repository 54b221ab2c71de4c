"""Choice designs: the search never worsens its start, reaches known optima, and keeps what is prohibited out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.choice import logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.design import DesignAttribute, DesignPlan, d_error, efficient_design, information
from trimtab.economics.errors import CannotEstimate

ASSISTANT = DesignPlan(
    (
        DesignAttribute("speed", ("slow", "fast")),
        DesignAttribute("quality", ("fair", "good", "best")),
        DesignAttribute("price", ("15", "20", "25")),
    ),
    alternatives=3,
    tasks=9,
)


def made(plan=ASSISTANT, seed=1, **options):
    return efficient_design(plan, rng=np.random.default_rng(seed), **{"starts": 2, **options})


def tasks(design):
    return design.levels.reshape(-1, *design.levels.shape[2:])


@given(
    sizes=st.lists(st.integers(2, 4), min_size=1, max_size=4),
    shown=st.integers(2, 4),
    none=st.booleans(),
    seed=st.integers(0, 10_000),
)
@settings(max_examples=25, deadline=None)
def test_the_d_error_is_never_above_its_random_start_nor_below_the_bound(sizes, shown, none, seed):
    attributes = tuple(DesignAttribute(f"a{n}", tuple("abcd"[:size])) for n, size in enumerate(sizes))
    plan = DesignPlan(attributes, min(shown, int(np.prod(sizes))), tasks=10, versions=2, none=none)
    report = made(plan, seed).report
    assert report.d_error <= report.start_error * (1 + 1e-12)
    assert 0 < report.bound_efficiency <= 1


def test_nine_tasks_of_three_reach_the_orthogonal_optimum():
    # All levels differ in each task and attributes are orthogonal over tasks: an L9 and its shifts do that.
    plan = replace(ASSISTANT, attributes=ASSISTANT.attributes[1:])
    report = made(plan, starts=5).report
    assert report.bound_efficiency == pytest.approx(1.0, abs=1e-9)
    assert report.balance == {"quality": 1.0, "price": 1.0}
    assert report.overlap == {"quality": 0.0, "price": 0.0}


def test_the_d_error_of_two_attributes_in_four_pairs_is_the_one_by_hand():
    # Pairs ++|--, +-|-+ and again: each task adds (x1 - x2)(x1 - x2)' / 4 = [[1, ±1], [±1, 1]], so I = 4 E and 1/4.
    plan = DesignPlan((DesignAttribute("a", ("-", "+")), DesignAttribute("b", ("-", "+"))), 2, 4)
    pairs = np.array([[[1, 1], [0, 0]], [[1, 0], [0, 1]]] * 2)
    assert d_error(plan, pairs, np.zeros((1, 2))) == pytest.approx(0.25)
    assert made(plan).report.d_error == pytest.approx(0.25)


def test_no_offer_stands_twice_in_a_task():
    offers = tasks(made(replace(ASSISTANT, versions=3)))
    assert all(len(np.unique(task, axis=0)) == 3 for task in offers)


def test_no_two_tasks_show_the_same_where_that_costs_next_to_nothing():
    attributes = (*ASSISTANT.attributes, DesignAttribute("privacy", ("shared", "own")))
    design = made(replace(ASSISTANT, attributes=attributes, tasks=10, versions=5, none=True), starts=5)
    assert design.report.repeated_tasks == 0
    assert design.report.d_error <= min(design.report.found_errors) * 1.01
    assert len({tuple(sorted(map(tuple, task.tolist()))) for task in tasks(design)}) == 50


def test_prohibited_levels_never_stand_together():
    ban = {"quality": "best", "price": "15"}
    design = made(replace(ASSISTANT, versions=2, prohibited=(ban, {"speed": "fast", "price": "15", "quality": "good"})))
    shown = [offer for _, _, _, offer in design.rows()]
    assert not any(offer["quality"] == "best" and offer["price"] == "15" for offer in shown)
    assert not any(offer == {"speed": "fast", "price": "15", "quality": "good"} for offer in shown)
    assert {offer["price"] for offer in shown} == {"15", "20", "25"}


def test_versions_show_levels_alike_often_and_so_do_places():
    design = made(replace(ASSISTANT, versions=4))
    for attribute, plan in enumerate(ASSISTANT.attributes):
        for part in (design.levels, np.moveaxis(design.levels, 2, 0)):
            counts = np.array([np.bincount(p[..., attribute].ravel(), minlength=len(plan.levels)) for p in part])
            assert np.ptp(counts, axis=0).max() <= 3


def test_dealing_tasks_to_versions_does_not_change_their_information():
    design = made(replace(ASSISTANT, versions=4))
    assert d_error(design.plan, tasks(design), np.zeros((1, 5))) == pytest.approx(design.report.d_error)


def test_a_prior_makes_a_better_design_for_those_who_think_so():
    prior = np.array([1.0, 0.5, 1.5, 0.0, -1.5])
    flat, informed = made(starts=4), made(prior=prior, starts=4)
    assert informed.report.d_error < d_error(ASSISTANT, tasks(flat), prior[None])


def test_draws_of_the_prior_give_a_bayesian_design():
    draws = np.random.default_rng(3).normal([1.0, 0.5, 1.5, 0.0, -1.5], 0.5, (20, 5))
    design = made(prior=draws)
    assert design.report.d_error == pytest.approx(d_error(ASSISTANT, tasks(design), draws))
    assert design.report.d_error < d_error(ASSISTANT, tasks(made()), draws)


def test_the_prior_of_a_number_counts_in_the_numbers_own_unit():
    by_number = (DesignAttribute("price", ("10", "20", "30"), linear=True),)
    plan = DesignPlan(by_number, 2, 4, none=True)
    # Utility -.1 a unit, none -1.5; scaled: -1 for half the range, none at -1.5 + .1 x 20 = .5.
    np.testing.assert_allclose(plan.scaled_prior(np.array([[-0.1, -1.5]])), [[-1.0, 0.5]])


def test_the_standard_errors_foretold_are_those_of_a_fit():
    rng = np.random.default_rng(5)
    taste = np.array([0.4, 0.2, 0.5, 0.1, -0.6])
    design = made(replace(ASSISTANT, versions=2), prior=taste)
    coded = design.plan.coded(tasks(design)).reshape(2, 9, 3, 5)
    shown = np.concatenate([coded[person % 2] for person in range(400)])
    pick = (shown @ taste + rng.gumbel(size=shown.shape[:2])).argmax(axis=1)
    start = np.arange(len(shown) + 1) * 3
    data = ChoiceData.of(
        shown.reshape(-1, 5), start, start[:-1] + pick, np.repeat(np.arange(400), 9), design.plan.names
    )
    np.testing.assert_allclose(logit.fit(data, clustered=False).standard_errors, design.standard_errors(400), rtol=0.05)


def test_the_rows_are_complete_and_none_is_an_empty_offer():
    rows = list(made(replace(ASSISTANT, versions=2, none=True)).rows())
    assert len(rows) == 2 * 9 * 4
    assert rows[3] == (1, 1, 4, {})
    assert set(rows[0][3]) == {"speed", "quality", "price"}


def test_information_adds_up_over_tasks():
    offers = tasks(made())
    halves = [information(ASSISTANT, part, np.zeros((1, 5))) for part in (offers[:4], offers[4:])]
    np.testing.assert_allclose(sum(halves), information(ASSISTANT, offers, np.zeros((1, 5))), atol=1e-12)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tasks": 2}, "tasks_too_few"),
        ({"alternatives": 1}, "alternatives_too_few"),
        ({"attributes": (DesignAttribute("speed", ("slow",)),)}, "levels_too_few"),
        ({"attributes": (DesignAttribute("speed", ("slow", "slow")),)}, "level_twice"),
        ({"attributes": ASSISTANT.attributes[:1] * 2}, "attribute_twice"),
        ({"attributes": (DesignAttribute("price", ("10", "much"), linear=True),)}, "level_not_a_number"),
        ({"attributes": ASSISTANT.attributes[:1]}, "offers_too_few"),
        ({"prohibited": ({"speed": "warp", "price": "15"},)}, "prohibition_unknown"),
        (
            {"prohibited": ({"speed": "slow", "price": "15"}, {"speed": "fast", "price": "15"})},
            "level_never_allowed",
        ),
        (
            {
                "attributes": (*ASSISTANT.attributes, DesignAttribute("twin", ("slow", "fast"))),
                "prohibited": ({"speed": "slow", "twin": "fast"}, {"speed": "fast", "twin": "slow"}),
            },
            "design_not_identified",
        ),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(change, code):
    with pytest.raises(CannotEstimate) as refused:
        made(replace(ASSISTANT, **change))
    assert refused.value.code == code


def test_progress_is_told_and_can_stop_the_search():
    class Stop(Exception):
        pass

    def stop(done, of):
        assert 0 < done <= of
        raise Stop

    with pytest.raises(Stop):
        made(on_progress=stop)
