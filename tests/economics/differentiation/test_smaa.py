import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.position import dirichlet_weights, position
from trimtab.economics.differentiation.smaa import acceptability
from trimtab.economics.errors import CannotEstimate


@pytest.mark.parametrize("k", [0.4, 0.6, 0.75])
def test_acceptability_central_weights_and_confidence_are_the_analytic_ones(k):
    # ORACLES, SMAA: a = (1, 0), b = (0, 1), c = (k, k), uniform weights: c is first with max(0, 2k - 1). By symmetry
    # its central weights are (.5, .5); those of a are the middle of w_1 from max(k, .5) to 1.
    weights = dirichlet_weights([1, 1], 100_000, np.random.default_rng(1))
    found = acceptability([[1, 0], [0, 1], [k, k]], weights)
    assert found.p_first[2] == pytest.approx(max(0, 2 * k - 1), abs=0.006)
    assert found.central[0] == pytest.approx([(1 + max(k, 0.5)) / 2, (1 - max(k, 0.5)) / 2], abs=0.006)
    if k < 0.5:
        assert np.isnan(found.central[2]).all()
        assert np.isnan(found.confidence[2])
    else:
        assert found.central[2] == pytest.approx([0.5, 0.5], abs=0.006)
        assert found.confidence.tolist() == [1, 1, 1]


def test_confidence_is_the_chance_to_be_first_at_the_central_weights():
    # One criterion with N(.5, .1) against .6: P(z > 1) = .1587, and its weight is 1 in every world.
    rng = np.random.default_rng(2)
    ratings = np.empty((100_000, 2, 1))
    ratings[:, 0, 0], ratings[:, 1, 0] = np.clip(rng.normal(0.5, 0.1, 100_000), 0, 1), 0.6
    found = acceptability(ratings, np.ones((100_000, 1)))
    assert found.confidence == pytest.approx([0.1587, 0.8413], abs=0.004)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_it_agrees_with_the_position_and_a_weightless_criterion_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    value, weights = rng.uniform(size=(4, 3)), rng.dirichlet(np.ones(3), 300)
    found = acceptability(value, weights)
    assert found.p_rank == pytest.approx(position(value, weights, rng).p_rank)
    wider = acceptability(np.column_stack([value, rng.uniform(size=4)]), np.column_stack([weights, np.zeros(300)]))
    assert np.array_equal(wider.p_rank, found.p_rank)
    assert np.array_equal(wider.confidence, found.confidence, equal_nan=True)


def test_ratings_that_do_not_fit_are_refused():
    for ratings, code in (
        (np.full((3, 2, 2), 0.5), "shape_does_not_fit"),
        ([[0.5, 2], [0, 0]], "out_of_range"),
        ([[0.5, 0.5]], "too_few_offers"),
    ):
        with pytest.raises(CannotEstimate) as refusal:
            acceptability(ratings, np.ones((4, 2)))
        assert refusal.value.code == code
