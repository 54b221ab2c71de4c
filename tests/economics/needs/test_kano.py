"""Kano against the published table of the R package stp25kano, and by rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.kano import CATEGORIES, categories, coefficients, kano

# Counts M, O, A, I, R, Q of 296 people, and the results, as printed in the package's README.
PUBLISHED = {
    "Service app": ((95, 123, 45, 33, 0, 0), "O", "O", 0.568, -0.736, 0.89, 0.09, 28, 19.4, True, 72.49),
    "Excellent service": ((101, 54, 54, 81, 3, 3), "M", "M", 0.372, -0.534, 0.71, 0.07, 20, 18.5, True, 21.64),
    "Hotline": ((15, 24, 121, 124, 6, 6), "I", "A", 0.511, -0.137, 0.54, 0.01, 3, 19.8, False, 150.06),
    "Loan machine": ((65, 87, 93, 51, 0, 0), "A", "O", 0.608, -0.514, 0.83, 0.02, 6, 18.5, False, 15.41),
    "Ready-to-use return": ((9, 18, 83, 177, 6, 3), "I", "I", 0.352, -0.094, 0.37, 0.32, 94, 19.9, True, 251.30),
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    person, feature, category = [], [], []
    for name, (counts, *_rest) in PUBLISHED.items():
        given = np.repeat(np.arange(6), counts)
        person += range(len(given))
        feature += [name] * len(given)
        category += list(given)
    return {one.name: one for one in kano(person, feature, category, np.random.default_rng(1))}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_table_is_reproduced(found, name):
    _counts, most, category, better, worse, total, strength, gap, least, significant, _chi = PUBLISHED[name]
    one = found[name]
    plus, minus = coefficients(one.counts[None])
    assert (one.most, one.category, one.is_significant) == (most, category, significant)
    assert plus[0] == pytest.approx(better, abs=5e-4)
    assert minus[0] == pytest.approx(worse, abs=5e-4)
    assert one.total_strength == pytest.approx(total, abs=5e-3)
    assert one.category_strength == pytest.approx(strength, abs=5e-3)
    # It prints the smaller of the largest two against the difference asked for.
    assert (one.difference, one.least_difference) == (gap, pytest.approx(least, abs=0.06))


def test_a_feature_on_which_people_split_is_not_sure_of_its_category(found):
    assert found["Ready-to-use return"].p_category[CATEGORIES.index("I")] > 0.99
    assert found["Hotline"].p_category.max() < 0.95


def test_every_pair_of_answers_has_the_category_of_the_evaluation_table():
    pairs = [(yes, no) for yes in range(1, 6) for no in range(1, 6)]
    told = "".join(CATEGORIES[place] for place in categories(*zip(*pairs, strict=True)))
    assert told == "QAAAO" + "RIIIM" * 3 + "RRRRQ"


def test_the_interval_narrows_with_the_root_of_the_people():
    rng = np.random.default_rng(2)

    def width(people):
        rows = rng.choice(4, people, p=[0.2, 0.3, 0.3, 0.2])
        one = kano(np.arange(people), ["x"] * people, rows, rng)[0]
        return np.ptp(np.quantile(one.better, [0.1, 0.9]))

    assert width(400) / width(6400) == pytest.approx(4, rel=0.15)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=40), st.integers(0, 5))
def test_the_order_of_the_rows_changes_nothing_and_coefficients_keep_their_range(rows, seed):
    people = np.arange(len(rows))
    turned = np.random.default_rng(seed).permutation(len(rows))
    one = kano(people, ["x"] * len(rows), rows, np.random.default_rng(7), worlds=50)[0]
    two = kano(people[turned], ["x"] * len(rows), np.array(rows)[turned], np.random.default_rng(7), worlds=50)[0]
    np.testing.assert_allclose(one.better, two.better)
    assert (one.category, one.is_significant) == (two.category, two.is_significant)
    assert (one.better >= 0).all()
    assert (one.better <= 1).all()
    assert (one.worse <= 0).all()
    assert (one.worse >= -1).all()
    assert one.p_category.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (([], [], []), "no_answers"),
        ((["a"], ["x"], [0]), "too_few_respondents"),
        ((["a", "b", "a"], ["x", "x", "x"], [0, 1, 2]), "answered_twice"),
        ((["a", "b"], ["x"], [0, 1]), "lengths_differ"),
    ],
)
def test_answers_that_cannot_be_counted_are_refused_by_name(given, code):
    with pytest.raises(CannotEstimate) as refusal:
        kano(*given, np.random.default_rng(1))
    assert refusal.value.code == code


def test_an_answer_off_the_scale_names_its_row():
    with pytest.raises(CannotEstimate, match="row 2"):
        categories([1, 6], [1, 1])
