"""Tracking past the end of the fit, and the score of the holdout."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.retention.purchase_data import cdnow_log
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.retention import bg_nbd
from trimtab.economics.retention.purchase_tracking import holdout_score, tracking
from trimtab.economics.retention.purchases import calibrate

PARAMETERS = np.array([0.2426, 4.4136, 0.7929, 2.4259])


@pytest.fixture(scope="module")
def log(public_data):
    return cdnow_log(public_data)


@pytest.fixture(scope="module")
def known(log):
    return calibrate(log, "week", until="1997-09-30")


def test_cumulative_repeats_are_counted_and_expected_over_the_calendar(log, known):
    found = tracking("bg_nbd", PARAMETERS[None], log, known)
    assert found.actual[-1] == known.customers.frequency.sum() + known.later.sum()
    assert found.times[-1] == pytest.approx(found.fit_end + known.horizon)
    assert np.all(np.diff(found.actual) >= 0)
    assert np.all(np.diff(found.expected[0]) > 0)
    # The exact sum over the days of birth at the end of the fit, by the published expectation.
    exact = bg_nbd.expected_since_first(PARAMETERS, known.customers.age).sum()
    assert np.interp(found.fit_end, found.times, found.expected[0]) == pytest.approx(exact, rel=5e-3)
    # In the fit's own span the model follows the count within a few per cent.
    assert exact == pytest.approx(known.customers.frequency.sum(), rel=0.05)


def test_the_holdout_is_scored_by_what_was_bought(known):
    found = holdout_score("bg_nbd", PARAMETERS, np.tile(PARAMETERS, (100, 1)), known, np.random.default_rng(1))
    assert found.actual == 1882
    assert found.expected == pytest.approx(1653.4, abs=1)
    assert np.mean(found.predicted) == pytest.approx(found.expected, rel=0.02)
    assert 0 < found.root_mean_square < known.later.std()


def test_without_a_holdout_there_is_no_score(log):
    whole = calibrate(log, "week")
    with pytest.raises(CannotEstimate) as refusal:
        holdout_score("bg_nbd", PARAMETERS, PARAMETERS[None], whole, np.random.default_rng(1))
    assert refusal.value.code == "no_holdout"
