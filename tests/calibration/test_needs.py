"""Opportunity scores of needs, from customers of whom it is known how many raise each and how well it is met."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.needs.opportunity import mentions, opportunity, opportunity_scores

RAISED = np.array([0.6, 0.35, 0.25, 0.12])
MET = np.array([0.3, 0.55, 0.2, 0.7])
CUSTOMERS, WORLDS = 300, 1000
OPPORTUNITY = opportunity(10 * RAISED / RAISED.max(), 10 * MET)


def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    """A customer raises a need once or twice, and rates it around how well it is met."""
    raised = rng.random((CUSTOMERS, RAISED.size)) < RAISED
    who, need = np.nonzero(raised)
    times = rng.integers(1, 3, who.size)
    who, need = np.repeat(who, times), np.repeat(need, times)
    rating = rng.beta(6 * MET[need], 6 * (1 - MET[need]))
    silent = np.flatnonzero(~raised.any(axis=1))
    said = mentions(
        np.concatenate([who, silent]),
        np.concatenate([need, np.full(silent.size, -1)]),
        rating=np.concatenate([rating, np.full(silent.size, np.nan)]),
    )
    found = opportunity_scores(said, needs=RAISED.size, worlds=WORLDS, rng=rng).overall
    return {
        "opportunity of the need that most raise": (OPPORTUNITY[0], found.opportunity[:, 0]),
        "opportunity of a need that is met badly": (OPPORTUNITY[2], found.opportunity[:, 2]),
        "opportunity of a need that few raise": (OPPORTUNITY[3], found.opportunity[:, 3]),
        "share of customers who raise it": (RAISED[1], found.share[:, 1]),
    }


@pytest.mark.calibration
def test_opportunity_scores_are_as_sure_as_they_say(calibrated):
    calibrated("Opportunity of needs", one, data_sets=600)
