import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.differentiation.ahp import (
    LEAST_NOISE,
    ahp_draws,
    judgement_noise,
    pairwise_weights,
    principal_vectors,
)
from trimtab.economics.differentiation.pairwise import combined, judgement_table
from trimtab.economics.errors import CannotEstimate

# The example of R's MCDA package, help page of AHP: cars by style, reliability and fuel.
STYLE = [[1, 1 / 4, 4, 1 / 6], [4, 1, 4, 1 / 4], [1 / 4, 1 / 4, 1, 1 / 5], [6, 4, 5, 1]]
RELIABILITY = [[1, 2, 5, 1], [1 / 2, 1, 3, 2], [1 / 5, 1 / 3, 1, 1 / 4], [1, 1 / 2, 4, 1]]
FUEL = [[1, 2, 4, 1], [1 / 2, 1, 3, 2], [1 / 4, 1 / 3, 1, 1 / 5], [1, 1 / 2, 5, 1]]
CRITERIA = [[1, 1 / 2, 3], [2, 1, 4], [1 / 3, 1 / 4, 1]]


def consistent(weights):
    return np.divide.outer(weights, weights)


def city(public_data):
    """Saaty's choice of a city: in this file 5 says that the second of the pair matters five times as much."""
    [row] = csv.DictReader((public_data / "ahp_city" / "city1.csv").open())
    names = ["cult", "fam", "house", "jobs", "trans"]
    said = {}
    for pair, text in row.items():
        one, other = (names.index(part) for part in pair.split("_"))
        ratio = float(text)
        said[one, other] = 1 / ratio if ratio > 0 else -ratio
    return judgement_table(said, len(names))


def test_the_cars_of_the_r_package_are_reproduced():
    # ORACLES, AHP: .2922 .2767 .0697 .3613.
    parts = [pairwise_weights(table).weights for table in (STYLE, RELIABILITY, FUEL)]
    found = pairwise_weights(CRITERIA).weights @ np.array(parts)
    assert found == pytest.approx([0.2922, 0.2767, 0.0697, 0.3613], abs=5e-5)


def test_saatys_city_is_reproduced_with_its_consistency(public_data):
    # ORACLES, AHP: weights, lambda 5.2252, consistency ratio .0503.
    found = pairwise_weights(city(public_data))
    assert found.weights == pytest.approx([0.1522, 0.4335, 0.0716, 0.3050, 0.0378], abs=5e-5)
    assert found.largest_eigenvalue == pytest.approx(5.2252, abs=5e-5)
    assert found.ratio == pytest.approx(0.0503, abs=5e-5)
    assert found.acceptable


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.02, 1), min_size=3, max_size=8))
def test_judgements_that_agree_give_their_weights_back_and_no_inconsistency(raw):
    weights = np.array(raw) / sum(raw)
    found = pairwise_weights(consistent(weights))
    assert found.weights == pytest.approx(weights)
    assert found.ratio == pytest.approx(0, abs=1e-9)
    assert found.worst is None


def test_the_judgement_that_contradicts_the_others_is_named():
    table = consistent(np.array([0.4, 0.3, 0.2, 0.1]))
    table[0, 3], table[3, 0] = 1 / 5, 5
    found = pairwise_weights(table)
    assert (found.worst.one, found.worst.other) == (0, 3)
    assert (found.worst.given, found.worst.implied) == pytest.approx((0.2, 4))
    assert not found.acceptable


def test_pairs_that_were_not_asked_follow_from_the_others():
    table = consistent(np.array([0.4, 0.3, 0.2, 0.1]))
    table[0, 3] = table[3, 0] = table[1, 2] = table[2, 1] = np.nan
    found = pairwise_weights(table)
    assert found.weights == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert found.asked == 4


def test_several_people_are_joined_by_the_geometric_mean():
    one, other = consistent(np.array([0.5, 0.5])), consistent(np.array([0.8, 0.2]))
    # Ratios 1 and 4: their geometric mean is 2, weights 2/3 and 1/3.
    assert pairwise_weights(combined([one, other])).weights == pytest.approx([2 / 3, 1 / 3])
    assert combined([other, other, one], [1, 1, 0]) == pytest.approx(other)


def test_the_eigenvector_is_that_of_numpy():
    tables = np.exp(np.random.default_rng(3).normal(size=(20, 5, 5)))
    for table, found in zip(tables, principal_vectors(tables), strict=True):
        values, vectors = np.linalg.eig(table)
        expected = np.abs(vectors[:, np.argmax(values.real)].real)
        assert found == pytest.approx(expected / expected.sum())


def test_draws_lie_around_the_weights_and_widen_with_contradiction():
    rng = np.random.default_rng(5)
    plain = consistent(np.array([0.5, 0.3, 0.2]))
    torn = plain.copy()
    torn[0, 2], torn[2, 0] = 1 / 4, 4
    calm, wild = ahp_draws([plain], 4000, rng), ahp_draws([torn], 4000, rng)
    assert calm.sum(axis=1) == pytest.approx(np.ones(4000))
    assert calm.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2], abs=0.01)
    assert wild.std(axis=0).min() > 2 * calm.std(axis=0).max()
    assert judgement_noise(plain) == pytest.approx(LEAST_NOISE)


def test_people_who_disagree_widen_the_draws():
    rng = np.random.default_rng(5)
    one, other = consistent(np.array([0.7, 0.2, 0.1])), consistent(np.array([0.1, 0.2, 0.7]))
    apart, alike = ahp_draws([one, other], 3000, rng), ahp_draws([one, one], 3000, rng)
    assert apart[:, 0].std() > 2 * alike[:, 0].std()


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ([[1, 2], [2, 1]], "judgement_not_usable"),
        ([[1, -2], [-0.5, 1]], "judgement_not_usable"),
        ([[1, 2, 3]], "judgement_not_usable"),
        ([[1]], "too_few_criteria"),
        ([[1, np.nan], [np.nan, 1]], "judgements_not_connected"),
        (np.ones((16, 16)), "too_many_criteria"),
    ],
)
def test_tables_that_are_no_judgements_are_refused(table, code):
    with pytest.raises(CannotEstimate) as refusal:
        pairwise_weights(table)
    assert refusal.value.code == code
    assert refusal.value.remedy


def test_a_pair_with_itself_is_refused():
    with pytest.raises(CannotEstimate):
        judgement_table({(0, 0): 2.0}, 3)


def test_pymcdm_gives_the_same_weights():
    from pymcdm.weights.subjective import AHP

    assert pairwise_weights(STYLE).weights == pytest.approx(AHP(matrix=np.array(STYLE))(), abs=1e-6)
