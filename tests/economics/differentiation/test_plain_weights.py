"""Weights without pairwise judgements: swing points of people, and the entropy of the offers themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.entropy import entropy_weights
from trimtab.economics.differentiation.swing import swing_draws, swing_weights
from trimtab.economics.errors import CannotEstimate


def test_swing_weights_are_points_over_their_sum_and_the_mean_of_people():
    assert swing_weights([100, 50, 50]).tolist() == [0.5, 0.25, 0.25]
    assert swing_weights([[100, 0], [50, 50]]).tolist() == [0.75, 0.25]


def test_swing_draws_keep_zeros_and_lie_around_the_points():
    drawn = swing_draws([100, 60, 0], 4000, np.random.default_rng(1))
    assert drawn[:, 2].max() == 0
    assert drawn.mean(axis=0) == pytest.approx([0.625, 0.375, 0], abs=0.01)
    # ln(w_1 / w_2) is normal with sd .2 * sqrt(2).
    assert np.log(drawn[:, 0] / drawn[:, 1]).std() == pytest.approx(0.2 * np.sqrt(2), rel=0.04)


@pytest.mark.parametrize("points", [[0, 0], [-1, 2], [np.nan, 1], [[1, 2], [0, 0]], []])
def test_points_that_cannot_be_used_are_refused(points):
    for weigh in (swing_weights, lambda given: swing_draws(given, 5, np.random.default_rng(0))):
        with pytest.raises(CannotEstimate) as refusal:
            weigh(points)
        assert refusal.value.code == "points_not_usable"


def test_entropy_agrees_with_the_arithmetic_by_hand():
    # p = (1/4, 3/4): e = -(ln .25 * .25 + ln .75 * .75) / ln 2 = .811278; p = (.4, .6): e = .970951.
    differing = np.array([1 - 0.811278, 1 - 0.970951])
    assert entropy_weights([[1, 2], [3, 3]]) == pytest.approx(differing / differing.sum(), abs=1e-5)


def test_pymcdm_gives_the_same_entropy_weights():
    from pymcdm.weights import entropy_weights as theirs

    values = np.random.default_rng(4).uniform(1, 9, (6, 4))
    assert entropy_weights(values) == pytest.approx(theirs(values))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_a_constant_criterion_weighs_nothing_and_units_do_not_matter(seed, unit):
    values = np.random.default_rng(seed).uniform(1, 9, (4, 3))
    plain = entropy_weights(values)
    wider = entropy_weights(np.column_stack([values * unit, np.full(4, 7.0)]))
    assert wider[3] == 0
    assert wider[:3] == pytest.approx(plain)


def test_a_cost_is_inverted_first():
    # 10 and 30 as a cost are 1 and 1/3: shares 3/4 and 1/4, as for 3 and 1.
    given, turned = [[10, 1], [30, 2]], [[3, 1], [1, 2]]
    assert entropy_weights(given, is_cost=[True, False]) == pytest.approx(entropy_weights(turned))
    assert entropy_weights([[0, 1], [30, 2]], is_cost=[True, False])[0] > 0


def test_worlds_are_weighed_one_by_one_and_all_alike_is_refused():
    worlds = np.random.default_rng(1).uniform(size=(5, 3, 2))
    assert entropy_weights(worlds)[2] == pytest.approx(entropy_weights(worlds[2]))
    for values, code in (([[5, 5], [5, 5]], "nothing_differs"), ([[1, -1], [1, 2]], "values_do_not_fit")):
        with pytest.raises(CannotEstimate) as refusal:
            entropy_weights(values)
        assert refusal.value.code == code
