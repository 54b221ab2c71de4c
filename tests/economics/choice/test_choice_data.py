"""Choices in, numbers out: the coding, the order, and what is wrong with bad rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.economics.choice.assistants import assistants
from tests.economics.choice.choice_studies import answered
from trimtab.economics.choice import Attribute, ChoiceData, Coding, Population, choice_data
from trimtab.economics.errors import CannotEstimate

QUALITY = Attribute("quality", "levels", ("fair", "good", "best"))
PRICE = Attribute("price", "number", is_price=True)
ONE_LEVEL = Attribute("quality", "levels", ("fair",))
CODING = Coding((QUALITY, PRICE), none=True)


def study(**changes: object) -> ChoiceData:
    """Two people, two tasks of two offers and "none" each; ``changes`` replace whole arguments."""
    arguments = {
        "respondent": ["b"] * 6 + ["a"] * 6,
        "task": [1, 1, 1, 2, 2, 2] * 2,
        "chosen": [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0],
        "columns": {
            "quality": ["fair", "best", "", "good", "best", ""] * 2,
            "price": [10, 20, np.nan, 12, 18, np.nan] * 2,
        },
        "coding": CODING,
        "is_none": [0, 0, 1] * 4,
    }
    return choice_data(**{**arguments, **changes})


def changed(name: str, row: int, value: object) -> dict[str, list[object]]:
    columns = {"quality": ["fair", "best", "", "good", "best", ""] * 2, "price": [10, 20, 0, 12, 18, 0] * 2}
    columns[name][row] = value
    return columns


def test_offers_are_coded_by_effects_with_none_apart():
    data = study()
    assert data.names == ("quality: good", "quality: best", "price", "none")
    # By hand: fair is the reference and stands for -1, -1; buying nothing is all 0 but the last column.
    assert data.X[:3].tolist() == [[-1, -1, 10, 0], [0, 1, 20, 0], [0, 0, 0, 1]]
    assert (data.tasks, data.respondent_count, data.is_rectangular) == (4, 2, True)
    assert data.respondents.tolist() == ["a", "b"]
    assert data.picks.tolist() == [1, 0, 0, 2]


def test_a_dummy_coded_attribute_is_zero_at_the_reference_that_was_named():
    quality = Attribute("quality", "levels", ("fair", "good", "best"), coding="dummy", reference="best")
    assert quality.columns == ("quality: fair", "quality: good")
    assert Coding((quality,)).code([{"quality": "best"}, {"quality": "good"}]).tolist() == [[0, 0], [0, 1]]


def test_levels_that_are_not_named_are_those_that_occur_in_order_of_size():
    coding = Coding((Attribute("price", "levels", is_price=True),))
    data = choice_data([1] * 4, [1, 1, 2, 2], [1, 0, 0, 1], columns={"price": [100, 20.0, 100, 9]}, coding=coding)
    assert data.names == ("price: 20", "price: 100")


@given(st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(order):
    by = list(order)
    straight, shuffled = study(), study(
        respondent=np.array(["b"] * 6 + ["a"] * 6)[by],
        task=np.array([1, 1, 1, 2, 2, 2] * 2)[by],
        chosen=np.array([1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0])[by],
        columns={name: np.array(values, dtype=object)[by] for name, values in changed("price", 0, 10).items()},
        is_none=np.array([0, 0, 1] * 4)[by],
    )  # fmt: skip
    for task in range(4):
        mine, theirs = slice(*straight.start[task : task + 2]), slice(*shuffled.start[task : task + 2])
        assert sorted(straight.X[mine].tolist()) == sorted(shuffled.X[theirs].tolist())
    assert (straight.X[straight.chosen] == shuffled.X[shuffled.chosen]).all()


def test_people_with_numbers_for_names_come_in_the_order_of_the_numbers():
    rows = {"task": [1] * 6, "chosen": [1, 0] * 3, "columns": {"price": [1, 2] * 3}, "coding": Coding((PRICE,))}
    assert choice_data(["10", "10", "9", "9", "100", "100"], **rows).respondents.tolist() == ["9", "10", "100"]


def test_a_subset_keeps_whole_people_and_holds_their_tasks_together(public_data):
    data = assistants(public_data)
    some = data.subset(np.arange(116) % 3 == 0)
    assert (some.respondent_count, some.tasks, some.cube().shape) == (39, 390, (390, 3, data.coefficients))
    assert some.respondents.tolist() == data.respondents[::3].tolist()
    last = data.of_tasks(np.arange(data.tasks) % 10 == 9)
    assert (last.tasks, last.respondent_count) == (116, 116)
    assert (last.X[last.chosen] == data.X[data.chosen[9::10]]).all()


@pytest.mark.parametrize(
    ("changes", "code", "row"),
    [
        ({"chosen": [0] * 6 + [0, 1, 0, 1, 0, 0]}, "no_choice", 1),
        ({"chosen": [1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0]}, "two_choices", 4),
        ({"chosen": [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, "maybe"]}, "chosen_not_yes_or_no", 12),
        ({"task": [1, 1, 1, 2, 2, 3, 1, 1, 1, 2, 2, 2]}, "one_alternative", 6),
        ({"columns": changed("quality", 4, "superb")}, "level_unknown", 5),
        ({"columns": changed("price", 7, float("inf"))}, "number_not_finite", 8),
        ({"columns": changed("price", 7, "n/a")}, "number_not_finite", 8),
        ({"columns": changed("price", 1, -3)}, "price_negative", 2),
        ({"alternative": [1, 1, 3] * 4}, "alternative_twice", None),
        ({"columns": {"quality": ["best"] * 12, "price": [10] * 12}}, "alternative_twice", None),
        ({"columns": {"quality": ["best"] * 12}}, "column_missing", None),
        ({"columns": {"quality": ["best"] * 12, "price": [1] * 11}}, "rows_do_not_fit", None),
        ({"coding": Coding((QUALITY, PRICE))}, "none_not_declared", 3),
        ({"coding": Coding((ONE_LEVEL, PRICE), none=True)}, "attribute_does_not_vary", None),
        ({"weights": [1.0] * 6 + [-1.0] * 6}, "weights_not_usable", None),
        ({"weights": [1.0] * 11 + [2.0]}, "weights_differ", 12),
    ],
)  # fmt: skip
def test_bad_rows_are_named_with_what_to_do(changes, code, row):
    with pytest.raises(CannotEstimate) as found:
        study(**changes)
    assert found.value.code == code
    assert found.value.remedy
    if row is not None:
        assert found.value.params["row"] == row


def test_no_rows_are_no_study():
    with pytest.raises(CannotEstimate, match="no choices"):
        choice_data([], [], [], columns={"price": []}, coding=Coding((PRICE,)))


def test_arrays_that_do_not_fit_together_are_refused():
    with pytest.raises(CannotEstimate) as found:
        ChoiceData.of(np.ones((4, 1)), [0, 2, 4], [0, 1], [0, 0], ("x",))
    assert found.value.code == "choice_arrays_do_not_fit"


def test_tasks_of_several_sizes_have_no_cube():
    data = ChoiceData.of(np.arange(5.0)[:, None], [0, 2, 5], [0, 4], [0, 1], ("x",))
    with pytest.raises(CannotEstimate) as found:
        data.cube()
    assert found.value.code == "tasks_differ_in_size"


def test_the_shares_of_a_population_add_up_to_one_in_every_world():
    population = Population(np.zeros((5, 3, 2)), [2, 1, 1], ("a", "b"))
    assert population.shares.tolist() == [[0.5, 0.25, 0.25]] * 5
    with pytest.raises(CannotEstimate):
        Population(np.zeros((5, 3, 2)), [1, -1, 1], ("a", "b"))
    with pytest.raises(CannotEstimate):
        Population(np.full((1, 1, 1), np.nan), [1], ("a",))


def test_weights_follow_the_respondent_and_have_mean_one():
    weighted = study(weights=[1.0] * 6 + [3.0] * 6)
    assert weighted.weight.tolist() == [1.5, 0.5]
    assert answered(np.zeros((3, 2)), np.random.default_rng(1)).weight.tolist() == [1.0] * 3
