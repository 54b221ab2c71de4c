from itertools import combinations

import numpy as np
import pytest

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.opportunity import mentions
from trimtab.economics.needs.saturation import expected_needs, saturation

# Five customers raise these needs.
RAISED = [{0, 1}, {0}, {0, 2}, {1}, {3}]


def said():
    pairs = [(who, need) for who, needs in enumerate(RAISED) for need in sorted(needs)]
    return mentions([who for who, _ in pairs], [need for _, need in pairs])


@pytest.mark.parametrize("size", range(6))
def test_the_expected_needs_are_the_mean_over_every_possible_sample(size):
    counts = [sum(need in needs for needs in RAISED) for need in range(4)]
    every = [len(set().union(*chosen)) for chosen in combinations(RAISED, size)]
    assert expected_needs(counts, 5, size)[0] == pytest.approx(np.mean(every))


def test_what_the_last_customers_added_is_counted_over_all_orders():
    found = saturation(said(), needs=4, last=1)
    # Leaving one of five out at random loses need 2 or need 3, each with chance 1/5: .4 of 4 needs.
    assert found.added_by_last == pytest.approx(0.4 / 4)
    # Two of the seven things raised were raised by one customer only.
    assert found.chance_of_new == pytest.approx(2 / 7)
    assert found.needs_found[0] == pytest.approx(0)
    assert found.needs_found[-1] == pytest.approx(4)
    assert np.all(np.diff(found.needs_found) > 0)


def test_when_everyone_says_the_same_the_last_add_nothing():
    found = saturation(mentions(np.arange(100), np.zeros(100, int)), needs=1, last=50)
    assert found.added_by_last == pytest.approx(0, abs=1e-12)
    assert found.chance_of_new == 0


@pytest.mark.parametrize(("last", "code"), [(5, "too_few_customers"), (0, "too_few_customers")])
def test_asking_about_more_customers_than_there_are_is_refused(last, code):
    with pytest.raises(CannotEstimate) as refusal:
        saturation(said(), needs=4, last=last)
    assert refusal.value.code == code
