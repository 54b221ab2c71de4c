import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.strategy_canvas import strategy_canvas
from trimtab.economics.differentiation.white_spaces import white_spaces
from trimtab.economics.errors import CannotEstimate


def certain(ratings, worlds=3):
    return np.repeat(np.asarray(ratings, dtype=float)[None], worlds, axis=0)


def test_divergence_is_the_weighted_distance_of_the_curves():
    # Ours (.8, .2) against (.4, .2) and (.2, .8), weights .25 .75: sqrt(.25 * .16) = .2, sqrt(.36) = .6.
    found = strategy_canvas(certain([[0.8, 0.2], [0.4, 0.2], [0.2, 0.8]]), np.tile([0.25, 0.75], (3, 1)))
    assert found.divergence[0] == pytest.approx([0.2, 0.6])
    assert found.nearest == pytest.approx([0.2, 0.2, 0.2])
    assert found.p_nearest.tolist() == [1, 0]
    assert found.ahead.tolist() == [[1, 0.5], [1, 0]]
    assert found.median == pytest.approx(np.array([[0.8, 0.2], [0.4, 0.2], [0.2, 0.8]]))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_divergence_lies_between_alike_and_opposite_and_ignores_weightless_criteria(seed):
    rng = np.random.default_rng(seed)
    ratings, weights = rng.uniform(size=(20, 3, 4)), rng.dirichlet(np.ones(4), 20)
    found = strategy_canvas(ratings, weights).divergence
    assert 0 <= found.min() <= found.max() <= 1
    wider = np.concatenate([ratings, rng.uniform(size=(20, 3, 1))], axis=2)
    assert strategy_canvas(wider, np.column_stack([weights, np.zeros(20)])).divergence == pytest.approx(found)


def test_what_reading_errors_add_to_a_distance_is_taken_off():
    # Two offers truly .3 apart on one criterion, read and drawn with an error of .05.
    rng = np.random.default_rng(7)
    means = []
    for _reading in range(300):
        read = np.array([0.6, 0.3]) + 0.05 * rng.standard_normal(2)
        drawn = (read + 0.05 * rng.standard_normal((400, 2)))[:, :, None]
        found = strategy_canvas(np.clip(drawn, 0, 1), np.ones((400, 1)), [[0.05], [0.05]])
        means.append((found.divergence**2).mean())
    assert np.mean(means) == pytest.approx(0.3**2, abs=0.004)


def test_a_single_offer_has_no_canvas():
    with pytest.raises(CannotEstimate) as refusal:
        strategy_canvas(np.full((3, 1, 2), 0.5), np.ones((3, 2)))
    assert refusal.value.code == "too_few_offers"


def test_a_space_is_as_wide_as_the_customers_times_what_the_best_leaves_open():
    share, service = [[0.5, 0.8]], [[[0.2, 0.9], [0.6, 0.5]]]
    found = white_spaces(share, service, np.random.default_rng(0))
    assert found.unserved[0] == pytest.approx([0.2, 0.08])
    assert found.best[0] == pytest.approx([0.6, 0.9])
    assert found.p_first.tolist() == [1, 0]
    assert found.by.tolist() == [[0, 1], [1, 0]]


def test_a_need_on_which_nobody_was_rated_is_unknown_and_not_empty():
    share = np.full((20_000, 2), 0.5)
    service = np.stack([np.full((20_000, 2), 0.2), np.full((20_000, 2), np.nan)], axis=2)
    found = white_spaces(share, service, np.random.default_rng(0))
    # Best service uniform in 0..1: the space is uniform in 0...5.
    assert np.quantile(found.unserved[:, 1], [0.1, 0.5, 0.9]) == pytest.approx([0.05, 0.25, 0.45], abs=0.01)
    assert np.isnan(found.by[1]).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_a_better_offer_never_widens_a_space(seed):
    rng = np.random.default_rng(seed)
    share, service = rng.uniform(size=(10, 3)), rng.uniform(size=(10, 2, 3))
    better = service.copy()
    better[:, 1] = np.minimum(1, better[:, 1] + rng.uniform(size=(10, 3)))
    before, after = (white_spaces(share, one, rng).unserved for one in (service, better))
    assert np.all(after <= before)


def test_spaces_without_needs_or_with_gaps_are_refused():
    rng = np.random.default_rng(0)
    for share, service, code in (
        (np.empty((3, 0)), np.empty((3, 2, 0)), "no_needs"),
        ([[0.5]], [[[0.5], [np.nan]]], "values_do_not_fit"),
        ([[0.5]], [[[1.5], [0.5]]], "values_do_not_fit"),
        ([[1.5]], [[[0.5], [0.5]]], "out_of_range"),
    ):
        with pytest.raises(CannotEstimate) as refusal:
            white_spaces(share, service, rng)
        assert refusal.value.code == code
