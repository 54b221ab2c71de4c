import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.topsis import topsis
from trimtab.economics.errors import CannotEstimate

# Tzeng & Huang 2011, Multiple Attribute Decision Making: Methods and Applications, CRC Press.
TZENG = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]


def test_the_example_of_tzeng_and_huang_is_reproduced():
    assert topsis(TZENG, [0.3, 0.4, 0.3]) == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=5e-5)


def test_hodgetts_cars_are_reproduced():
    # The example of R's MCDA package, help page of TOPSIS: price (a cost), economy, looks, boot. ORACLES: .4817 .5182
    # .1780.
    cars = [[5490, 51.4, 8.5, 285], [6500, 70.6, 7, 288], [6489, 54.3, 7.5, 290]]
    found = topsis(cars, [0.35, 0.25, 0.25, 0.15], is_cost=[True, False, False, False])
    assert found == pytest.approx([0.4817, 0.5182, 0.1780], abs=5e-5)


@pytest.mark.filterwarnings("ignore:Alternatives with indices")
def test_pymcdm_gives_the_same_closeness_and_many_worlds_are_the_same_as_one_by_one():
    from pymcdm.methods import TOPSIS
    from pymcdm.normalizations import vector_normalization

    # pymcdm turns the normalised cost column round by 1 - x, which moves no distance.
    theirs = TOPSIS(vector_normalization)(np.array(TZENG, dtype=float), np.array([0.3, 0.4, 0.3]), np.array([1, -1, 1]))
    ours = topsis(TZENG, [0.3, 0.4, 0.3], is_cost=[False, True, False])
    draw = np.random.default_rng(1)
    values, weights = draw.uniform(size=(5, 4, 3)), draw.dirichlet(np.ones(3), 5)
    together = topsis(values, weights)
    assert together[3] == pytest.approx(topsis(values[3], weights[3]))
    assert ours == pytest.approx(theirs)


def test_a_cost_prefers_the_cheapest():
    assert topsis([[10, 1], [20, 1]], [1, 1], is_cost=[True, False]).tolist() == [1, 0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_neither_a_weightless_nor_a_constant_criterion_nor_the_unit_changes_anything(seed, unit):
    draw = np.random.default_rng(seed)
    values, weights = draw.uniform(1, 9, (4, 3)), draw.dirichlet(np.ones(3))
    plain = topsis(values, weights)
    assert topsis(np.column_stack([values, draw.uniform(size=4)]), [*weights, 0]) == pytest.approx(plain)
    assert topsis(np.column_stack([values, np.full(4, 7.0)]), [*weights, 1]) == pytest.approx(plain)
    assert topsis(values * [unit, 1, 1], weights) == pytest.approx(plain)


def test_another_offer_can_reverse_two_others_which_the_weighted_sum_never_does():
    values, weights = np.array([[1.0, 5.0], [4.0, 2.5]]), [0.5, 0.5]
    before = topsis(values, weights)
    reversed_by = [
        rival
        for rival in np.random.default_rng(0).uniform(0, 20, (200, 2))
        if np.sign(np.diff(topsis(np.vstack([values, rival]), weights)[:2])) != np.sign(np.diff(before))
    ]
    assert reversed_by


def test_a_table_with_gaps_is_refused():
    with pytest.raises(CannotEstimate) as refusal:
        topsis([[1, np.nan], [2, 3]], [1, 1])
    assert refusal.value.code == "values_do_not_fit"
    assert topsis([[0, 0], [0, 0]], [1, 1]).tolist() == [0.5, 0.5]
