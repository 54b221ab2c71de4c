"""Scores and their draws against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from trimtab.learning import evaluation
from trimtab.learning.metrics import calibration_error, confusion_matrix, scores_of

labelled = st.integers(2, 7).flatmap(
    lambda labels: st.tuples(
        st.just(labels), st.lists(st.tuples(st.integers(0, labels - 1), st.integers(0, labels - 1)), min_size=1)
    )
)


@settings(max_examples=60, deadline=None)
@given(labelled)
def test_scores_equal_those_of_scikit_learn(case):
    labels, pairs = case
    truth, predicted = np.array(pairs).T
    confusion = confusion_matrix(truth, predicted, labels)
    found = scores_of(confusion)
    np.testing.assert_array_equal(confusion, oracle.confusion_matrix(truth, predicted, labels=range(labels)))
    expected = oracle.precision_recall_fscore_support(truth, predicted, labels=range(labels), zero_division=0)
    for ours, theirs in zip((found.precision, found.recall, found.f1, found.support), expected, strict=True):
        np.testing.assert_allclose(ours, theirs)
    for name, ours in (("macro", found.macro_f1), ("micro", found.micro_f1), ("weighted", found.weighted_f1)):
        assert ours == pytest.approx(oracle.f1_score(truth, predicted, average=name, zero_division=0))
    assert found.accuracy == pytest.approx(oracle.accuracy_score(truth, predicted))


def test_every_draw_equals_scikit_learn_on_that_resample():
    rng = np.random.default_rng(4)
    truth, labels = rng.integers(0, 5, 60), 6
    predicted = np.where(rng.random(60) < 0.7, truth, rng.integers(0, labels, 60))
    counts = evaluation.resample_counts(60, 25, rng)
    found = evaluation.score_draws(truth, predicted, labels, counts)
    for draw, count in enumerate(counts):
        items = np.repeat(np.arange(60), count)
        t, p = truth[items], predicted[items]
        assert found.accuracy[draw] == pytest.approx(oracle.accuracy_score(t, p))
        assert found.macro_f1[draw] == pytest.approx(oracle.f1_score(t, p, average="macro", zero_division=0))
        assert found.micro_f1[draw] == pytest.approx(oracle.f1_score(t, p, average="micro", zero_division=0))
        recall = oracle.recall_score(t, p, labels=range(labels), average=None, zero_division=0)
        np.testing.assert_allclose(found.recall[draw], recall)


def test_a_candidate_that_is_never_worse_is_never_worse_in_any_draw():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 300)
    weak = np.where(rng.random(300) < 0.6, truth, rng.integers(0, 4, 300))
    strong = np.where(rng.random(300) < 0.5, truth, weak)
    counts = evaluation.resample_counts(300, 200, rng)
    draws = [evaluation.score_draws(truth, p, 4, counts).accuracy for p in (weak, strong)]
    assert (draws[1] >= draws[0]).all()


def test_the_spread_of_the_draws_is_that_of_a_binomial():
    # Standard error of a share: sqrt(p (1 - p) / n) = sqrt(.8 * .2 / 2000) = .00894.
    truth = np.zeros(2000, dtype=int)
    predicted = np.r_[np.zeros(1600, dtype=int), np.ones(400, dtype=int)]
    counts = evaluation.resample_counts(2000, 2000, np.random.default_rng(1))
    draws = evaluation.score_draws(truth, predicted, 2, counts).accuracy
    assert draws.mean() == pytest.approx(0.8, abs=0.002)
    assert draws.std() == pytest.approx(0.00894, rel=0.08)


def test_calibration_error_by_hand():
    # Two bins: 2 items at .9, one right: |.9 - .5| * 2/3; 1 item at .6, right: |.6 - 1| * 1/3.
    found = calibration_error(np.array([0.9, 0.9, 0.6]), np.array([True, False, True]))
    assert found == pytest.approx(0.4 * 2 / 3 + 0.4 / 3)


def test_cost_by_hand():
    # 36 ms each, 1,000 requests = 36 s = 1/100 hour; at 0.5 an hour and 2 CPUs: 0.01.
    assert evaluation.cost_per_1000(np.array([36.0]), 0.5, cpus=2)[0] == pytest.approx(0.01)


def test_latency_draws_surround_the_measured_median():
    times = np.random.default_rng(2).lognormal(1.0, 0.3, 400)
    median, mean = evaluation.latency_draws(times, 1000, np.random.default_rng(3))
    assert np.quantile(median, 0.05) < np.median(times) < np.quantile(median, 0.95)
    assert np.quantile(mean, 0.05) < times.mean() < np.quantile(mean, 0.95)
