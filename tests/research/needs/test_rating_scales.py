"""Ratings of any usual scale as shares, in spite of a few slips."""

from __future__ import annotations

import numpy as np
import pytest

from apps.research.needs_scoring import shares_of


@pytest.mark.parametrize(
    ("ratings", "shares"),
    [
        ([1, 3, 5], [0, 0.5, 1]),
        ([0.2, 0.9], [0.2, 0.9]),
        ([0, 3, 5], [0, 0.6, 1]),
        ([1, 4, 7], [0, 0.5, 1]),
        ([0, 6, 10], [0, 0.6, 1]),
        ([20, 70], [0.2, 0.7]),
        ([100, 300, 200], [0, 1, 0.5]),
    ],
)
def test_the_smallest_usual_scale_around_the_ratings_is_taken(ratings, shares):
    assert shares_of(ratings, [1] * len(ratings)) == pytest.approx(shares)


def test_a_few_slips_neither_stretch_the_scale_nor_count():
    ratings = [1.0, 2.0, 3.0, 4.0, 5.0] * 20 + [11.0, -3.0]
    found = shares_of(ratings, [1] * len(ratings))
    assert found[:5] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert np.isnan(found[-2:]).all()


def test_each_source_has_a_scale_of_its_own():
    assert shares_of([5, 1, 10, 0, None], [1, 1, 2, 2, 2])[:4] == pytest.approx([1, 0, 1, 0])
