"""A hundred companies whose truth is known: is the advice good, and do the intervals hold the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from apps.planning.chain import Choice, outcome
from tests.calibration.company_decisions import Advice, advised
from tests.calibration.company_estimates import estimated, known
from tests.calibration.simulated_companies import AHEAD, customers_of, draw_company

COMPANIES = 200
MOST_REGRET = 0.05
SAID = ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0))


@pytest.mark.calibration
def test_the_advice_is_near_the_best_and_its_intervals_hold_the_truth(calibrated, decided):
    advice: list[Advice] = []

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        found = advised(draw_company(rng), rng)
        advice.append(found)
        return {
            "revenue of 12 months, today's choice": found.revenue(found.today),
            "revenue of 12 months, recommended option": found.revenue(found.advised),
            "gain of the recommended option": found.gain(found.advised),
            "gain of a candidate": found.gain(next(found.candidates())),
        }

    calibrated("Simulated company", one, data_sets=COMPANIES)
    regret = np.array([found.regret for found in advice])
    decided("regret of the recommended option, median", regret.size, np.median(regret), f"at most {MOST_REGRET:.0%}")
    decided("regret of the recommended option, 90th percentile", regret.size, np.quantile(regret, 0.9))
    decided("regret of staying as today, median", regret.size, np.median([_staying(found) for found in advice]))
    decided("recommended option is the best of all", regret.size, np.mean(regret == 0))
    for quantity, count, figure in _chances(advice):
        decided(quantity, count, figure)
    assert np.median(regret) <= MOST_REGRET


def _staying(found: Advice) -> float:
    best, today = (float(found.true[place].npv_margin[0]) for place in (found.best, found.today))
    return (best - today) / abs(best)


def _chances(advice: list[Advice]) -> list[tuple[str, int, float]]:
    """How often candidates were better, by the chance that was said."""
    told = [found.gain(place) for found in advice for place in found.candidates()]
    said = np.array([float(np.mean(draws > 0)) for _truth, draws in told])
    came = np.array([truth > 0 for truth, _draws in told])
    rows = []
    for low, high in SAID:
        own = (said >= low) & ((said < high) | (high == 1))
        if own.any():
            rows.append(
                (f"better, of candidates said to be so with {low:.0%} to {high:.0%}", int(own.sum()), came[own].mean())
            )
    return rows


def test_the_simulated_customers_stay_as_long_as_their_truth_says():
    company = draw_company(np.random.default_rng(11))
    people = customers_of(company, np.random.default_rng(12))
    months = people.lifetime_days / 30.4375
    kept = np.exp(-np.cumsum(company.hazard))
    for month in (3, 12):
        share, error = np.mean(months > month), np.sqrt(kept[month - 1] * (1 - kept[month - 1]) / months.size)
        assert share == pytest.approx(kept[month - 1], abs=4 * error)


def test_what_the_product_makes_of_a_company_lies_around_its_truth():
    rng = np.random.default_rng(13)
    company = draw_company(rng)
    world = estimated(company, rng)
    truth = known(company, world)
    today = Choice(truth.current_price)
    true, drawn = (outcome(one, today).revenue[:, :12].sum(axis=1) for one in (truth, world))
    assert true[0] == pytest.approx(drawn.mean(), abs=4 * drawn.std())
    # By hand: those who come in the first month, and of those who are there the part that stays one month more.
    active = np.asarray(truth.existing).ravel()
    kept = np.exp(-company.hazard)
    assert active.size <= AHEAD
    first = company.arrivals[0] + active @ kept[: active.size]
    assert outcome(truth, today).revenue[0, 0] == pytest.approx(first * truth.current_price, rel=1e-6)
