"""The harness itself: a normal mean, whose interval is known to be right, and one that is known to be too narrow."""

from __future__ import annotations

import numpy as np
import pytest

from tests.calibration.coverage import coverage


def trial(width: float):
    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        sample = rng.normal(3.0, 1.0, 50)
        return {"mean": (3.0, rng.normal(sample.mean(), width / np.sqrt(50), 2000))}

    return one


def test_an_exact_interval_holds_the_truth_as_often_as_it_says():
    (row,) = coverage("normal mean", trial(1.0), data_sets=1000)
    assert row.covered == pytest.approx(0.8, abs=0.03)


def test_an_interval_of_half_the_width_is_found_out():
    (row,) = coverage("normal mean", trial(0.5), data_sets=1000)
    # An interval of ±0.641 standard errors holds the mean with probability 2Φ(0.641) − 1 = .478.
    assert row.covered == pytest.approx(0.478, abs=0.04)
