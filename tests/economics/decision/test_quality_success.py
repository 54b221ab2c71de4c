"""Success of a task from answers to held-out items: weights, escalation, pairs and seeds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.economics.decision.quality_success import Answers, Escalation, Stakes, task_success
from trimtab.economics.errors import CannotEstimate

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, items=60, classes=4, seeds=1):
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(classes), rng.integers(0, classes, items - classes)])
    predicted = np.where(rng.random((seeds, items)) < 0.7, truth, rng.integers(0, classes + 1, (seeds, items)))
    return truth, Answers(predicted, rng.random((seeds, items))), resamples(items, 200, rng)


def resamples(items, worlds, rng):
    return rng.multinomial(items, np.full(items, 1 / items), size=worlds)


@given(SEEDS)
def test_without_stakes_success_is_the_accuracy_of_each_resample(seed):
    truth, answers, counts = drawn(seed)
    found = task_success(truth, 4, answers, counts)
    accuracy = (counts * (answers.predicted[0] == truth)).sum(axis=1) / counts.sum(axis=1)
    np.testing.assert_array_equal(found.success, accuracy)
    np.testing.assert_allclose(found.loss_by_class.sum(axis=1), 1 - accuracy, atol=1e-12)
    same = task_success(truth, 4, answers, counts, Stakes(error_cost=[2.5] * 4))
    np.testing.assert_allclose(same.success, accuracy, atol=1e-12)


@given(SEEDS)
def test_a_class_of_no_weight_changes_nothing(seed):
    truth, answers, _counts = drawn(seed)
    stakes = Stakes(frequency=[[5, 3, 2, 0], [1, 1, 1, 0]], error_cost=[1, 4, 2, 9])
    spoiled = Answers(np.where(truth == 3, 4, answers.predicted), answers.confidence)
    # All items once, so that each class is there.
    once = np.ones((2, truth.size))
    found, other = (task_success(truth, 4, one, once, stakes) for one in (answers, spoiled))
    np.testing.assert_array_equal(found.success_segment, other.success_segment)
    np.testing.assert_array_equal(found.success, other.success)


def test_frequency_and_cost_of_errors_by_hand():
    # By hand: recalls .5 and 1; weights .9*1 and .1*9 are equal, so 1 - .5 * .5 = .75; the other segment 1 - .1/1.9*.5.
    truth, answers = np.array([0, 0, 1, 1]), Answers([[0, 1, 1, 1]])
    stakes = Stakes(frequency=[[9, 1], [1, 1]], error_cost=[1, 9], segment_share=[1, 0])
    found = task_success(truth, 2, answers, np.ones((1, 4)), stakes)
    np.testing.assert_allclose(found.success_segment[0], [0.75, 1 - 0.5 / 10], atol=1e-12)
    assert found.success[0] == pytest.approx(0.75)
    assert found.weight[0] == pytest.approx([0.5, 0.5])


def test_escalated_answers_count_as_the_persons_success_by_hand():
    # By hand: .9 right and kept; .2 wrong, .3 right, both escalated (each counts .8); .6 wrong and kept (0).
    truth = np.array([0, 0, 1, 1])
    answers = Answers([[0, 1, 1, 0]], [[0.9, 0.2, 0.3, 0.6]])
    found = task_success(truth, 2, answers, np.ones((1, 4)), escalation=Escalation(threshold=0.5, success=0.8))
    assert found.success[0] == pytest.approx((1 + 0.8 + 0.8 + 0) / 4)
    assert found.rejected[0] == pytest.approx(0.5)
    assert found.recall[0] == pytest.approx([0.5, 0.5])
    assert found.by_class[0] == pytest.approx([0.9, 0.4])


@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_a_perfect_person_never_harms_and_success_stays_a_part(seed, threshold, skill):
    truth, answers, counts = drawn(seed)
    plain = task_success(truth, 4, answers, counts)
    perfect = task_success(truth, 4, answers, counts, escalation=Escalation(threshold, 1.0))
    some = task_success(truth, 4, answers, counts, escalation=Escalation(threshold, skill))
    assert np.all(perfect.success >= plain.success - 1e-12)
    assert np.all((some.success >= 0) & (some.success <= perfect.success + 1e-12))
    assert np.all((some.rejected >= 0) & (some.rejected <= 1))


def test_the_paired_spread_of_a_difference_is_the_closed_form():
    # Two models on the same n items, b right by the first alone, c by the second alone (McNemar's counts): the
    # bootstrap variance of the difference is (b + c - (b - c)^2 / n) / n^2.
    n, b, c = 400, 50, 20
    truth = np.zeros(n, dtype=int)
    first, second = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    second[:b], first[b : b + c] = 1, 1
    counts = resamples(n, 40_000, np.random.default_rng(1))
    gap = (
        task_success(truth, 2, Answers([first]), counts).success
        - task_success(truth, 2, Answers([second]), counts).success
    )
    assert gap.mean() == pytest.approx((b - c) / n, abs=0.001)
    assert gap.var() == pytest.approx((b + c - (b - c) ** 2 / n) / n**2, rel=0.03)


def test_the_spread_between_trainings_is_in_the_interval():
    # Two trainings, right on 90 % and 70 %: variance between = .01, within = (.9*.1 + .7*.3) / 2 / n.
    n = 1000
    truth = np.zeros(n, dtype=int)
    wrong = np.arange(n) / n
    answers = Answers(np.array([wrong >= 0.9, wrong >= 0.7]).astype(int))
    counts = resamples(n, 20_000, np.random.default_rng(2))
    found = task_success(truth, 2, answers, counts, rng=np.random.default_rng(3))
    assert found.seeds == 2
    assert found.success.var() == pytest.approx(0.01 + 0.15 / n, rel=0.02)
    alone = task_success(truth, 2, Answers(answers.predicted[:1]), counts)
    assert alone.seeds == 1
    assert alone.success.var() == pytest.approx(0.09 / n, rel=0.05)


def test_a_class_that_was_never_tested_is_named_and_takes_the_candidates_mean():
    found = task_success(np.array([0, 0, 1]), 3, Answers([[0, 1, 1]]), np.ones((1, 3)), Stakes(frequency=[[1, 1, 2]]))
    assert found.untested == (2,)
    assert found.by_class[0] == pytest.approx([0.5, 1, 2 / 3])
    assert found.success[0] == pytest.approx(0.25 * 0.5 + 0.25 + 0.5 * 2 / 3)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: task_success([], 2, Answers([[]]), np.ones((1, 0))), "no_items"),
        (lambda: task_success([0, 2], 2, Answers([[0, 1]]), np.ones((1, 2))), "out_of_range"),
        (lambda: task_success([0, 1], 2, Answers([[0, 1, 1]]), np.ones((1, 2))), "shape_does_not_fit"),
        (
            lambda: task_success([0, 1], 2, Answers([[0, 1]]), np.ones((1, 2)), Stakes(error_cost=[0, 0])),
            "no_class_matters",
        ),
        (
            lambda: task_success([0, 1], 2, Answers([[0, 1]]), np.ones((1, 2)), Stakes(error_cost=[1, -1])),
            "out_of_range",
        ),
        (
            lambda: task_success([0, 1], 2, Answers([[0, 1]]), np.ones((1, 2)), escalation=Escalation(0.5)),
            "confidence_missing",
        ),
        (lambda: task_success([0, 1], 2, Answers([[0, 1]] * 2), np.ones((1, 2))), "seeds_without_chance"),
    ],
)
def test_what_cannot_be_weighed_is_refused_with_a_code_and_a_remedy(call, code):
    with pytest.raises(CannotEstimate) as refused:
        call()
    assert refused.value.code == code
    assert refused.value.remedy
