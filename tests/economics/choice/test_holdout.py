"""Held-out tasks: the split, and scores against choices whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.choice.assistants import assistants
from trimtab.economics.choice import logit
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.holdout import probabilities, score, split
from trimtab.economics.choice.population import Population
from trimtab.economics.errors import CannotEstimate


def study(people=200, tasks=8, alternatives=3, taste=(2.0, -1.0), seed=4) -> ChoiceData:
    """Simulated choices of a logit with one taste."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(people * tasks, alternatives, 2))
    pick = (X @ np.array(taste) + rng.gumbel(size=X.shape[:2])).argmax(axis=1)
    start = np.arange(people * tasks + 1) * alternatives
    return ChoiceData.of(X.reshape(-1, 2), start, start[:-1] + pick, np.repeat(np.arange(people), tasks), ("a", "b"))


def test_each_respondent_loses_as_many_tasks_as_were_asked_for_and_the_seed_decides_which():
    data = study()
    one, same, other = (split(data, 2, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.bincount(one.held.respondent).tolist() == [2] * 200
    assert one.kept.tasks + one.held.tasks == data.tasks
    np.testing.assert_array_equal(one.held.X, same.held.X)
    assert not np.array_equal(one.held.X, other.held.X)


def test_a_task_that_is_held_back_is_not_fitted():
    parts = split(study(), 2, np.random.default_rng(1))
    kept = {row.tobytes() for row in parts.kept.cube()}
    assert not kept & {row.tobytes() for row in parts.held.cube()}


def test_nobody_is_left_without_a_task():
    with pytest.raises(CannotEstimate) as refused:
        split(study(tasks=2), 2, np.random.default_rng(1))
    assert refused.value.code == "too_few_tasks_to_hold_back"


def test_knowing_nothing_scores_as_chance():
    nothing = score(Population(np.zeros((1, 1, 2)), np.ones(1), ("a", "b")), study())
    assert nothing.hit_rate == pytest.approx(nothing.chance_hit_rate) == pytest.approx(1 / 3)
    assert nothing.share_error == pytest.approx(nothing.chance_share_error)
    assert nothing.log_likelihood == pytest.approx(nothing.chance_log_likelihood) == pytest.approx(-np.log(3))


def test_the_true_taste_hits_as_often_as_its_own_probabilities_say():
    data = study(people=1000)
    truth = Population(np.array([[[2.0, -1.0]]]), np.ones(1), ("a", "b"))
    found = score(truth, data)
    expected = probabilities(truth, data).reshape(-1, 3).max(axis=1)
    noise = np.sqrt((expected * (1 - expected)).sum()) / len(expected)
    assert found.hit_rate == pytest.approx(expected.mean(), abs=3 * noise)


def test_own_part_worths_foretell_a_divided_crowd_that_the_average_cannot():
    ours, theirs = study(seed=4), study(seed=5, taste=(-2.0, 1.0))
    both = ChoiceData.of(
        np.concatenate([ours.X, theirs.X]),
        np.arange(3201) * 3,
        np.concatenate([ours.chosen, theirs.chosen + len(ours.X)]),
        np.repeat(np.arange(400), 8),
        ("a", "b"),
    )
    own = np.repeat([[2.0, -1.0], [-2.0, 1.0]], 200, axis=0)
    people = Population(own[None], np.ones(400), ("a", "b"))
    assert score(people, both, individual=True).hit_rate > 0.7
    assert score(people, both).hit_rate < 0.5
    with pytest.raises(CannotEstimate) as refused:
        score(people, ours, individual=True)
    assert refused.value.code == "people_do_not_fit"


def test_the_real_assistants_are_foretold_better_than_by_chance(public_data):
    parts = split(assistants(public_data), 2, np.random.default_rng(20))
    fitted = logit.fit(parts.kept)
    found = score(fitted.population(200, np.random.default_rng(1)), parts.held)
    assert found.tasks == 232
    assert found.chance_hit_rate == pytest.approx(1 / 3)
    # 232 choices: the standard error of a rate is about .033.
    assert found.hit_rate > 1 / 3 + 3 * 0.033
    assert found.log_likelihood > found.chance_log_likelihood
