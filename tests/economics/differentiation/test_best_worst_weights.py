import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.best_worst_weights import best_worst, best_worst_draws, best_worst_weights
from trimtab.economics.errors import CannotEstimate

# Rezaei 2015, Omega 53, example 1 (choice of transport): load flexibility worst, cost best.
TRANSPORT = best_worst(2, 0, [8, 2, 1], [1, 5, 8])


def test_the_transport_example_has_the_published_consistency_ratio():
    # The paper: xi* = .26, consistency ratio .26 / 4.47 = .058.
    assert best_worst_weights(TRANSPORT).ratio == pytest.approx(0.058, abs=5e-4)


def test_the_linear_model_is_the_one_solved_by_hand():
    # All three deviations equal .5/14: w_best - 8 w_1 = .5/14, 2 w_2 - w_best = .5/14, 5 w_1 - w_2 = .5/14.
    found = best_worst_weights(TRANSPORT)
    assert found.weights == pytest.approx(np.array([1, 4.5, 8.5]) / 14)
    assert found.deviation == pytest.approx(0.5 / 14)
    # |b_2 o_2 - b_worst| / (b_worst^2 - b_worst) = |2 * 5 - 8| / 56.
    assert found.input_ratio == pytest.approx(2 / 56)
    assert found.worst_fit == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.1, 1), min_size=3, max_size=6, unique=True))
def test_judgements_that_agree_give_their_weights_back(raw):
    weights = np.array(raw) / sum(raw)
    best, worst = int(weights.argmax()), int(weights.argmin())
    down, up = weights[best] / weights, weights / weights[worst]
    down[best] = up[worst] = 1
    found = best_worst_weights(best_worst(best, worst, down, up))
    assert found.weights == pytest.approx(weights, abs=1e-6)
    assert (found.deviation, found.ratio) == pytest.approx((0, 0), abs=1e-6)


def test_draws_lie_around_the_weights_of_one_person_and_between_those_of_two():
    rng = np.random.default_rng(2)
    one = best_worst_draws([TRANSPORT], 1000, rng)
    assert one.mean(axis=0) == pytest.approx(best_worst_weights(TRANSPORT).weights, abs=0.03)
    assert one.std(axis=0).min() > 0.005
    turned = best_worst(0, 2, [1, 2, 8], [8, 5, 1])
    both = best_worst_draws([TRANSPORT, turned], 1000, rng)
    assert both.mean(axis=0)[0] == pytest.approx(both.mean(axis=0)[2], abs=0.05)
    assert both.sum(axis=1) == pytest.approx(np.ones(1000))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ((0, 0, [1, 2], [2, 1]), "too_few_criteria"),
        ((0, 1, [1, 0.5], [0.5, 1]), "judgement_not_usable"),
        ((0, 1, [2, 3], [3, 1]), "judgement_not_usable"),
        ((0, 1, [1, 3], [4, 1]), "judgement_not_usable"),
        ((0, 1, [1, 3, 2], [3, 1]), "judgement_not_usable"),
    ],
)
def test_judgements_that_cannot_be_used_are_refused(said, code):
    with pytest.raises(CannotEstimate) as refusal:
        best_worst(*said)
    assert refusal.value.code == code
