import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.promethee import Preference, Shape, net_flows
from trimtab.economics.errors import CannotEstimate

# Brans, Vincke & Mareschal 1986, EJOR 24:228-238: six power stations on six criteria, one for each shape.
STATIONS = [
    [80, 90, 600, 54, 8, 5],
    [65, 58, 200, 97, 1, 1],
    [83, 60, 400, 72, 4, 7],
    [40, 80, 1000, 75, 7, 10],
    [52, 72, 600, 20, 3, 8],
    [94, 96, 700, 36, 5, 6],
]
SHAPES = [
    Preference(Shape.U, indifference=10),
    Preference(Shape.V, strict=30),
    Preference(Shape.LINEAR, indifference=50, strict=500),
    Preference(Shape.LEVEL, indifference=10, strict=60),
    Preference(Shape.USUAL),
    Preference(Shape.GAUSSIAN, spread=5),
]
IS_COST = [True, False, True, True, True, False]
# Its table of preference indices pi(a, b), printed to three digits.
INDICES = np.array(
    [
        [0, 0.296, 0.250, 0.268, 0.100, 0.185],
        [0.462, 0, 0.389, 0.333, 0.296, 0.500],
        [0.236, 0.180, 0, 0.333, 0.056, 0.429],
        [0.399, 0.505, 0.305, 0, 0.223, 0.212],
        [0.444, 0.515, 0.487, 0.380, 0, 0.448],
        [0.286, 0.399, 0.250, 0.432, 0.133, 0],
    ]
)


def test_the_power_stations_of_brans_and_others_have_the_flows_of_their_table():
    printed = (INDICES.sum(axis=1) - INDICES.sum(axis=0)) / 5
    assert net_flows(STATIONS, np.ones(6), SHAPES, IS_COST) == pytest.approx(printed, abs=6e-4)


def test_the_house_of_the_r_package_is_reproduced():
    # ORACLES, PROMETHEE II; the data of the help page of PROMETHEE in R's package PROMETHEE 1.1: distance to work,
    # price, bedrooms and age of four houses, equal weights.
    houses = [[10, 250_000, 3, 20], [25, 270_000, 4, 10], [4, 320_000, 2, 15], [2, 350_000, 2, 7]]
    shapes = [
        Preference(Shape.GAUSSIAN, spread=2),
        Preference(Shape.LINEAR, indifference=10_000, strict=50_000),
        Preference(Shape.V, strict=2),
        Preference(Shape.LEVEL, indifference=2, strict=5),
    ]
    found = net_flows(houses, np.ones(4), shapes, is_cost=[True, True, False, True])
    assert found == pytest.approx([-0.061546, 0.1875, -0.200382, 0.074428], abs=5e-7)


def test_flows_agree_with_the_arithmetic_by_hand():
    # Usual criteria, weights .5 .3 .2; a over b: .5 + .3; a over c: .3; b over c: .3 + .2 and so on.
    flows = net_flows([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [0.5, 0.3, 0.2], [Preference()] * 3)
    assert flows == pytest.approx([0.1, -0.3, 0.2])


def test_pymcdm_gives_the_same_flows():
    from pymcdm.methods import PROMETHEE_II

    rng = np.random.default_rng(8)
    values, weights = rng.uniform(0, 10, (7, 4)), rng.dirichlet(np.ones(4))
    for shape, name in ((Shape.USUAL, "usual"), (Shape.V, "vshape"), (Shape.LINEAR, "vshape_2")):
        theirs = PROMETHEE_II(name, p=[4.0] * 4, q=[1.0] * 4)(values, weights, np.ones(4))
        ours = net_flows(values, weights, [Preference(shape, indifference=1, strict=4)] * 4)
        assert ours == pytest.approx(theirs)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(SHAPES))
def test_flows_sum_to_zero_and_a_weightless_or_constant_criterion_changes_nothing(seed, shape):
    rng = np.random.default_rng(seed)
    values, weights = rng.uniform(0, 100, (5, 3)), rng.dirichlet(np.ones(3))
    plain = net_flows(values, weights, [shape] * 3)
    assert plain.sum() == pytest.approx(0, abs=1e-12)
    more = np.column_stack([values, rng.uniform(size=5)])
    assert np.array_equal(net_flows(more, [*weights, 0], [shape] * 4), plain)
    same = np.column_stack([values, np.full(5, 3.0)])
    assert net_flows(same, [*(weights / 2), 0.5], [shape] * 4) == pytest.approx(plain / 2)


def test_many_worlds_are_the_same_as_one_by_one():
    rng = np.random.default_rng(3)
    values, weights = rng.uniform(size=(6, 4, 2)), rng.dirichlet([1, 1], 6)
    preferences = [Preference(Shape.LINEAR, 0.05, 0.3), Preference(Shape.GAUSSIAN, spread=0.2)]
    together = net_flows(values, weights, preferences)
    for world in range(6):
        assert together[world] == pytest.approx(net_flows(values[world], weights[world], preferences))
    assert net_flows(values[0], weights, preferences).shape == (6, 4)


@pytest.mark.parametrize(
    ("values", "weights", "preferences", "code"),
    [
        ([[1, 2]], [1, 1], [Preference()] * 2, "too_few_offers"),
        ([[1, np.nan], [2, 3]], [1, 1], [Preference()] * 2, "values_do_not_fit"),
        ([[1, 2], [2, 3]], [1, 1], [Preference()], "values_do_not_fit"),
        ([[1, 2], [2, 3]], [0, 0], [Preference()] * 2, "weights_not_usable"),
        ([[1, 2], [2, 3]], [1, 1], [Preference(Shape.LINEAR, 2, 1)] * 2, "preference_not_usable"),
        ([[1, 2], [2, 3]], [1, 1], [Preference(Shape.GAUSSIAN)] * 2, "preference_not_usable"),
    ],
)
def test_tables_and_shapes_that_cannot_be_used_are_refused(values, weights, preferences, code):
    with pytest.raises(CannotEstimate) as refusal:
        net_flows(values, weights, preferences)
    assert refusal.value.code == code
