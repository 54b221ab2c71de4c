import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.promethee import Preference, net_flows
from trimtab.economics.differentiation.rank_reversal import rescaled_sum, reversals_by_entrant, reversals_by_leaving
from trimtab.economics.differentiation.topsis import topsis
from trimtab.economics.errors import CannotEstimate

METHODS = {
    "sum": lambda ratings, weights: ratings @ weights,
    "topsis": topsis,
    "promethee": lambda ratings, weights: net_flows(ratings, weights, [Preference()] * len(weights)),
}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_a_weighted_sum_on_fixed_scales_never_reverses(seed):
    rng = np.random.default_rng(seed)
    ratings, weights = rng.uniform(size=(5, 3)), rng.dirichlet(np.ones(3))
    only = {"sum": METHODS["sum"]}
    assert reversals_by_leaving(ratings, weights, only) == []
    assert reversals_by_entrant(ratings, weights, rng.uniform(size=3), only) == []


def test_a_sum_on_scales_drawn_anew_turns_two_offers_round():
    # Weights (.3, .7). Between a = (.2, .5) and b = (.4, .45) alone a scores .7 and b .3. The entrant (1, 0) stretches
    # the scales to .2..1 and 0...5: a stays at .7, b reaches .3 * .25 + .7 * .9 = .705.
    found = reversals_by_entrant([[0.2, 0.5], [0.4, 0.45]], [0.3, 0.7], [1, 0], {"anew": rescaled_sum})
    assert [(one.ahead, one.behind, one.third, one.entered) for one in found] == [(0, 1, 2, True)]


def test_topsis_and_promethee_are_caught_reversing():
    rng = np.random.default_rng(0)
    caught = set()
    for _trial in range(200):
        ratings, weights = rng.uniform(size=(4, 3)), rng.dirichlet(np.ones(3))
        found = reversals_by_leaving(ratings, weights, METHODS)
        caught |= {one.method for one in found}
        for one in found:
            rest = [row for row in range(4) if row != one.third]
            before = METHODS[one.method](ratings, weights)
            after = dict(zip(rest, METHODS[one.method](ratings[rest], weights), strict=True))
            assert before[one.ahead] > before[one.behind]
            assert after[one.ahead] < after[one.behind]
    assert caught == {"topsis", "promethee"}


def test_two_offers_have_no_third_and_one_cannot_be_compared():
    assert reversals_by_leaving([[0.1, 0.9], [0.5, 0.5]], [0.5, 0.5], METHODS) == []
    with pytest.raises(CannotEstimate) as refusal:
        reversals_by_entrant([[0.1, 0.9]], [0.5, 0.5], [0.5, 0.5], METHODS)
    assert refusal.value.code == "too_few_offers"
    with pytest.raises(CannotEstimate) as refusal:
        reversals_by_entrant([[0.1, 0.9], [0, 0]], [0.5, 0.5], [0.5, 1.5], METHODS)
    assert refusal.value.code == "out_of_range"
