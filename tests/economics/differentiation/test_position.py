import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.position import (
    Scale,
    dirichlet_weights,
    normalised_weights,
    observed_scale,
    position,
    rate,
)
from trimtab.economics.errors import CannotEstimate

UNIT = st.floats(0, 1)


def rng(seed=1):
    return np.random.default_rng(seed)


def tables(seed, offers=4, criteria=3, worlds=200):
    draw = rng(seed)
    return draw.uniform(size=(offers, criteria)), draw.dirichlet(np.ones(criteria), worlds)


@pytest.mark.parametrize("k", [0.3, 0.5, 0.6, 0.75, 0.9])
def test_the_compromise_is_first_as_often_as_the_analytic_acceptability(k):
    # ORACLES, SMAA: a = (1, 0), b = (0, 1), c = (k, k), uniform weights: acceptability of c is max(0, 2k - 1).
    weights = dirichlet_weights([1, 1], 200_000, rng())
    found = position([[1, 0], [0, 1], [k, k]], weights, rng()).p_first
    assert found[2] == pytest.approx(max(0, 2 * k - 1), abs=0.004)
    assert found[0] == pytest.approx(min(0.5, 1 - k), abs=0.004)


def test_scores_and_ranks_agree_with_the_arithmetic_by_hand():
    found = position([[1, 0.5], [0.2, 0.9], [0.6, 0.7]], [[3, 1], [1, 3]], rng())
    assert found.score == pytest.approx(np.array([[0.875, 0.375, 0.625], [0.625, 0.725, 0.675]]))
    assert found.rank.tolist() == [[1, 3, 2], [3, 1, 2]]
    assert found.p_rank.tolist() == [[0.5, 0, 0.5], [0.5, 0, 0.5], [0, 1, 0]]
    assert found.p_first.tolist() == [0.5, 0.5, 0]


def test_ties_share_the_better_rank_and_split_the_probability():
    found = position([[0.5, 0.5], [0.5, 0.5], [0.1, 0.1]], [[1, 1]], rng())
    assert found.rank.tolist() == [[1, 1, 3]]
    assert found.p_first.tolist() == [0.5, 0.5, 0]


def test_a_cost_is_inverted_before_it_is_rated():
    scales = (Scale(worst=0, best=10), Scale(worst=100, best=20))
    found = rate([[5, 20], [10, 100], [0, 60]], scales)
    assert found.value.tolist() == [[0.5, 1], [1, 0], [0, 0.5]]
    assert observed_scale([20, 100, np.nan], is_cost=True) == Scale(worst=100, best=20)
    assert observed_scale([20, 100], is_cost=False) == Scale(worst=20, best=100)


def test_a_constant_column_separates_nobody_and_is_named():
    found = rate([[7, 1], [7, 2]], (observed_scale([7, 7], is_cost=False), Scale(0, 4)))
    assert found.constant == (0,)
    assert found.value[:, 0].tolist() == [0.5, 0.5]
    standing = position(found.value, [[0.9, 0.1]], rng())
    assert standing.rank.tolist() == [[2, 1]]


def test_values_beyond_their_anchors_are_held_and_named_and_gaps_stay_gaps():
    found = rate([[12, np.nan], [5, 1]], (Scale(0, 10), Scale(0, 2)))
    assert found.beyond == (0,)
    assert found.value[0, 0] == 1
    assert np.isnan(found.value[0, 1])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.floats(0, 0.3))
def test_a_criterion_of_weight_zero_changes_nothing(seed, place, spread):
    value, weights = tables(seed)
    extra = rng(seed + 1).uniform(size=4)
    wider = np.insert(value, place, extra, axis=1)
    before = position(value, weights, rng(), sd=np.full(value.shape, spread))
    after = position(wider, np.insert(weights, place, 0.0, axis=1), rng(), sd=np.full(wider.shape, spread))
    assert np.array_equal(before.score, after.score)
    assert np.array_equal(before.rank, after.rank)
    assert np.array_equal(before.p_rank, after.p_rank)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_another_competitor_never_reverses_the_order_of_two_others(seed):
    value, weights = tables(seed)
    rival = rng(seed + 1).uniform(size=(1, 3))
    before, after = position(value, weights, rng()).score, position(np.vstack([value, rival]), weights, rng()).score
    assert np.allclose(after[:, :4], before)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 1000))
def test_the_order_of_offers_and_the_unit_of_weights_do_not_matter(seed, unit):
    value, weights = tables(seed)
    order = rng(seed).permutation(4)
    before, after = position(value, weights, rng()), position(value[order], weights * unit, rng())
    assert np.allclose(after.score, before.score[:, order])
    assert after.p_first == pytest.approx(before.p_first[order])
    assert before.p_rank.sum(axis=0) == pytest.approx(np.ones(4))
    assert before.p_rank.sum(axis=1) == pytest.approx(np.ones(4))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_better_rating_never_lowers_the_chance_to_be_first(seed, gain):
    value, weights = tables(seed)
    better = value.copy()
    better[0] = np.minimum(better[0] + gain, 1)
    assert position(better, weights, rng()).p_first[0] >= position(value, weights, rng()).p_first[0] - 1e-12


def test_an_unknown_rating_is_anything_between_worst_and_best():
    # One criterion, ours unknown against a known .7: first with chance .3.
    found = position([[np.nan], [0.7]], np.ones((100_000, 1)), rng())
    assert found.p_first[0] == pytest.approx(0.3, abs=0.005)


def test_an_uncertain_rating_wins_as_often_as_the_normal_says():
    # N(.5, .1) against .6: P(z > 1) = .1587.
    found = position([[0.5], [0.6]], np.ones((200_000, 1)), rng(), sd=[[0.1], [0]])
    assert found.p_first[0] == pytest.approx(0.1587, abs=0.003)


@pytest.mark.parametrize(
    ("ratings", "weights", "code"),
    [
        ([[0.5, 0.5]], [[1, 1]], "too_few_offers"),
        ([[0.5, 1.5], [0.1, 0.1]], [[1, 1]], "rating_out_of_range"),
        ([[0.5, 0.5], [0.1, 0.1]], [[0, 0]], "weights_not_usable"),
        ([[0.5, 0.5], [0.1, 0.1]], [[1, -1]], "weights_not_usable"),
        ([[0.5, 0.5], [0.1, 0.1]], [[1, np.nan]], "weights_not_usable"),
        ([[0.5, 0.5], [0.1, 0.1]], [[1, 1, 1]], "values_do_not_fit"),
        ([0.5, 0.5], [[1, 1]], "values_do_not_fit"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused_with_a_remedy(ratings, weights, code):
    with pytest.raises(CannotEstimate) as refusal:
        position(ratings, weights, rng())
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_concentrations_and_values_that_cannot_be_used_are_refused():
    for refused, code in (
        (lambda: dirichlet_weights([1, 0], 5, rng()), "weights_not_usable"),
        (lambda: observed_scale([np.nan], is_cost=True), "no_values"),
        (lambda: rate([[1, 2]], (Scale(0, 1),)), "values_do_not_fit"),
    ):
        with pytest.raises(CannotEstimate) as refusal:
            refused()
        assert refusal.value.code == code


def test_one_row_of_weights_is_one_world():
    assert normalised_weights([2, 6]).tolist() == [[0.25, 0.75]]
