"""The sheet of outcomes finds its own truth again: what errors and waiting do to the sample company's customers."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.decision.latency_elasticity import observed_latency_elasticity
from trimtab.economics.decision.quality import LATENCY_ELASTICITY, QUALITY_ELASTICITY
from trimtab.economics.decision.quality_experiment import Arm, elasticity_of_arms
from trimtab.sample_company import Truth, generate
from trimtab.sample_company.answer_outcomes import OutcomeTruth

TRUTH, TOLD = Truth(), OutcomeTruth()


@pytest.fixture(scope="module")
def rows():
    return generate().outcomes


def test_the_experiment_between_the_two_models_holds_the_true_elasticity(rows):
    arms = []
    for name in (TOLD.earlier_model, TRUTH.todays_model.name):
        ends = np.array([row["resolved"] == "no" for row in rows if row["model"] == name])
        arms.append(Arm(float(ends.sum()), float(ends.size)))
    ratio = np.log((1 - TRUTH.todays_model.accuracy) / (1 - TOLD.earlier_accuracy))
    rng = np.random.default_rng(1)
    found = elasticity_of_arms(*arms, np.full(100, ratio), prior=QUALITY_ELASTICITY, worlds=2000, rng=rng)
    low, high = np.quantile(found.elasticity, [0.1, 0.9])
    assert low < TOLD.quality_elasticity < high
    assert high - low < 0.35
    # 29 % stay unresolved today; 3,000 rows an arm give a standard error of .8 points.
    assert arms[1].failed / arms[1].asked == pytest.approx(TOLD.unresolved_today, abs=0.025)


def test_thumbs_of_resolved_requests_hold_the_true_elasticity_of_latency(rows):
    use = [row for row in rows if row["resolved"] == "yes" and row["thumbs"]]
    found = observed_latency_elasticity(
        [row["latency ms"] for row in use], [row["thumbs"] == "down" for row in use], [row["customer"] for row in use],
        worlds=2000, rng=np.random.default_rng(2), prior=LATENCY_ELASTICITY,
    )  # fmt: skip
    low, high = np.quantile(found.elasticity, [0.1, 0.9])
    assert low < TOLD.latency_elasticity < high
    assert high - low < 0.25


def test_requests_come_from_customers_who_were_there_on_the_day(rows):
    assert max(row["answered on"] for row in rows) == TRUTH.as_of.isoformat()
    assert {row["segment"] for row in rows} == {segment.name for segment in TRUTH.segments}
    assert len({row["customer"] for row in rows}) > 1500
