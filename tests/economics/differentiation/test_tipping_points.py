import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.tipping_points import rating_tips, weight_tips, weights_with
from trimtab.economics.errors import CannotEstimate

HAIR = 1e-6


def table(seed, offers=4, criteria=3):
    draw = np.random.default_rng(seed)
    return draw.uniform(size=(offers, criteria)), draw.dirichlet(np.ones(criteria))


def first(ratings, weights):
    return int(np.argmax(np.asarray(ratings) @ np.asarray(weights)))


def test_the_smallest_change_of_a_weight_is_the_one_found_by_hand():
    # a = (1, 0), b = (0, 1) with weights (.6, .4): level at .5 and .5.
    nearest = weight_tips([[1, 0], [0, 1]], [0.6, 0.4])[0]
    assert (nearest.first, nearest.challenger) == (0, 1)
    assert abs(nearest.change) == pytest.approx(0.1)
    assert nearest.tips_at == pytest.approx(0.5)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 100_000))
def test_a_weight_moved_past_its_tip_changes_who_is_first_and_short_of_it_does_not(seed):
    ratings, weights = table(seed)
    leader = first(ratings, weights)
    for tip in weight_tips(ratings, weights):
        step = np.sign(tip.change) * HAIR
        assert first(ratings, weights_with(weights, tip.criterion, tip.tips_at - step)) == leader
        if 0 <= tip.tips_at + step <= 1:
            level = ratings @ weights_with(weights, tip.criterion, tip.tips_at + step)
            assert level[tip.challenger] > level[leader]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100_000))
def test_no_smaller_change_of_any_weight_changes_who_is_first(seed):
    ratings, weights = table(seed)
    leader, tips = first(ratings, weights), weight_tips(ratings, weights)
    for criterion in range(3):
        reach = next((abs(tip.change) for tip in tips if tip.criterion == criterion), 1.0)
        for move in np.linspace(-reach, reach, 41)[1:-1]:
            moved = weights[criterion] + move * (1 - 1e-9)
            if 0 <= moved <= 1:
                assert first(ratings, weights_with(weights, criterion, moved)) == leader


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 3))
def test_a_rating_moved_past_its_tip_gains_or_loses_the_first_place(seed, offer):
    ratings, weights = table(seed)
    was_first = first(ratings, weights) == offer
    for tip in rating_tips(ratings, weights, offer):
        step = np.sign(tip.change) * HAIR
        for place, expected in ((tip.tips_at - step, was_first), (tip.tips_at + step, not was_first)):
            moved = ratings.copy()
            moved[offer, tip.criterion] = place
            assert (first(moved, weights) == offer) is expected


def test_an_offer_that_no_single_rating_can_bring_to_the_front_has_no_tip():
    assert rating_tips([[0.1, 0.1], [0.9, 0.9]], [0.5, 0.5]) == ()


def test_an_offer_that_leads_on_everything_keeps_its_place_at_any_weights():
    assert weight_tips([[0.9, 0.8], [0.5, 0.5]], [0.3, 0.7]) == ()


def test_the_rating_nearest_to_the_front_is_named_first():
    # Ours scores .5, the best other .6; the criterion of weight .8 needs .125, that of weight .2 needs .5.
    near, far = rating_tips([[0.5, 0.5], [0.6, 0.6]], [0.8, 0.2])
    assert (near.criterion, near.rival) == (0, 1)
    assert near.change == pytest.approx(0.125)
    assert far.change == pytest.approx(0.5)


def test_level_offers_are_one_hair_apart():
    assert weight_tips([[0.5, 0.5], [0.5, 0.5]], [0.3, 0.7])[0].change == 0
    assert rating_tips([[0.5, 0.5], [0.5, 0.5]], [0.3, 0.7])[0].change == 0


def test_all_weight_on_one_criterion_leaves_the_others_alike():
    assert weights_with([1, 0, 0], 0, 0.4).tolist() == pytest.approx([0.4, 0.3, 0.3])
    assert weight_tips([[1, 0, 0], [0, 1, 1]], [1, 0, 0])[0].tips_at == pytest.approx(0.5)


@pytest.mark.parametrize("ratings", [[[0.5, np.nan], [0.1, 0.2]], [[0.5, 0.5]], [[0.5], [0.1]]])
def test_a_table_with_gaps_or_a_single_offer_is_refused(ratings):
    for tips in (weight_tips, rating_tips):
        with pytest.raises(CannotEstimate) as refusal:
            tips(ratings, [0.5, 0.5])
        assert refusal.value.code == "values_do_not_fit"
