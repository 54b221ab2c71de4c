import csv

import numpy as np

from trimtab.economics.price.answers import better_columns, price_answers, transitive
from trimtab.economics.price.van_westendorp import price_sensitivity


def survey_1500(folder):
    with (folder / "psm_survey_1500" / "psm.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = ("too_cheap", "bargain", "getting_expensive", "too_expensive")
    return np.array([[float(row[name]) for name in names] for row in rows]), names


def test_the_public_survey_with_two_swapped_columns_is_noticed(public_data):
    answers, names = survey_1500(public_data)
    found = better_columns(answers, names)
    # ORACLES, Pricing, traps: 8 valid rows of 1,500 as named, 1,132 with two columns swapped.
    assert (found.valid_as_named, found.valid_as_suggested, found.given) == (8, 1132, 1500)
    assert found.columns == {
        "too_cheap": "too_cheap",
        "cheap": "getting_expensive",
        "expensive": "bargain",
        "too_expensive": "too_expensive",
    }
    assert transitive(answers[:, found.order]).sum() == 1132


def test_a_fit_of_swapped_columns_carries_the_suggestion(public_data):
    answers, _ = survey_1500(public_data)
    result = price_sensitivity(answers, worlds=10, rng=np.random.default_rng(0))
    assert result.suggestion.order == (0, 2, 1, 3)
    assert len(result.answers.intransitive_rows) == 1492


def test_a_sound_survey_gets_no_suggestion(public_data):
    answers, names = survey_1500(public_data)
    assert better_columns(answers[:, [0, 2, 1, 3]], names) is None
    assert better_columns(np.array([[1.0, 2, 3, 4]] * 10)) is None
    assert better_columns(np.array([[5.0, 5, 5, 5]] * 10)) is None


def test_a_customer_label_joins_rows_and_rows_keep_their_given_numbers():
    rows = [[1, 2, 3, 4], [4, 3, 2, 1], [1, 2, 3, 5], [2, 3, 4, 5], [1, 3, 4, 5], [2, 4, 5, 6], [1, 2, 4, 6]]
    used = price_answers(rows, customer=["a", "b", "a", "c", "d", "e", "f"], weights=[1, 9, 1, 1, 1, 1, 1])
    assert used.customers == 5  # b contradicts itself
    assert list(used.rows) == [0, 2, 3, 4, 5, 6]
    assert used.customer[0] == used.customer[1]
    assert np.allclose(used.weights, 1)
