"""More answers? The rule of the square root, found from refits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.choice.assistants import ASSISTANTS, assistants
from tests.economics.choice.test_holdout import study
from tests.economics.choice.test_willingness_to_pay import DULL
from trimtab.economics.choice import logit
from trimtab.economics.choice.answers_needed import answers_needed
from trimtab.economics.choice.willingness_to_pay import willingness_to_pay
from trimtab.economics.errors import CannotEstimate


def exact(data, rng):
    """Draws whose 80 % interval is exactly 10 / sqrt(n) wide: quantiles .1 and .9 of a uniform on ±6.25 / sqrt(n)."""
    return np.linspace(-6.25, 6.25, 2001) / np.sqrt(data.respondent_count)


def test_a_width_that_falls_by_the_square_root_gives_the_number_by_hand():
    # c = 10: a width of .5 takes (10 / .5)^2 = 400 people.
    found = answers_needed(study(), exact, target=0.5, rng=np.random.default_rng(1))
    assert found.constant == pytest.approx(10.0)
    assert found.slope == pytest.approx(-0.5)
    assert found.needed == 400
    assert not found.enough
    assert found.width_with(400) == pytest.approx(0.5)
    assert answers_needed(study(), exact, target=1.0, rng=np.random.default_rng(1)).enough


def test_willingness_to_pay_narrows_as_the_square_root_says(public_data):
    def quality(data, rng):
        worlds = logit.fit(data).population(500, rng)
        return willingness_to_pay(worlds, ASSISTANTS, DULL, {**DULL, "qual": "Ottimale"}).typical

    found = answers_needed(assistants(public_data), quality, target=2.0, rng=np.random.default_rng(2))
    assert found.have == 116
    assert found.sizes[-1] == 116
    assert -0.9 < found.slope < -0.2
    assert found.needed > 116


def test_groups_that_cannot_be_estimated_are_counted():
    def only_large(data, rng):
        if data.respondent_count < 100:
            raise CannotEstimate("too_small", "Too small.")
        return exact(data, rng)

    assert answers_needed(study(), only_large, target=0.5, rng=np.random.default_rng(1)).refused == 6
    with pytest.raises(CannotEstimate) as refused:
        answers_needed(study(people=110), only_large, target=0.5, rng=np.random.default_rng(1))
    assert refused.value.code == "too_few_refits"


def test_a_handful_of_people_is_refused():
    with pytest.raises(CannotEstimate) as refused:
        answers_needed(study(people=19), exact, target=0.5, rng=np.random.default_rng(1))
    assert refused.value.code == "too_few_respondents"


def test_progress_counts_every_refit():
    seen = []
    answers_needed(study(), exact, target=1.0, rng=np.random.default_rng(1), on_progress=lambda *at: seen.append(at))
    assert seen == [(done, 13) for done in range(1, 14)]
