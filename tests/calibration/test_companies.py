"""A hundred companies whose truth is known: is the advice good, and do the intervals hold the truth?"""

from __future__ import annotations

import numpy as np
import pytest

from apps.planning.chain import Choice, outcome
from tests.calibration.company_decisions import Options, options_of
from tests.calibration.company_estimates import estimated, known
from tests.calibration.simulated_companies import AHEAD, customers_of, draw_company

COMPANIES = 120
MOST_REGRET = 0.05
SAID = ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0))


@pytest.mark.calibration
def test_the_advice_is_near_the_best_and_its_intervals_hold_the_truth(calibrated, decided):
    advised: list[float] = []
    staying: list[float] = []
    chances: list[tuple[float, bool]] = []

    def one(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
        found = options_of(draw_company(rng), rng)
        advised.append(found.regret(found.advised))
        staying.append(found.regret(found.today))
        chances.extend(_chances(found))
        told = {
            "revenue of 12 months, today's choice": found.revenue_of(found.today),
            "revenue of 12 months, recommended option": found.revenue_of(found.advised),
            "gain of a candidate": found.gain_of(next(found.candidates())),
        }
        # Where today's choice is recommended there is no gain to be wrong about.
        gain = {"gain of the recommended option": found.gain_of(found.advised)}
        return told | (gain if found.advised != found.today else {})

    calibrated("Simulated company", one, data_sets=COMPANIES)
    count, median = len(advised), float(np.median(advised))
    decided("regret of the recommended option, median", count, median, f"at most {MOST_REGRET:.0%}")
    decided("regret of the recommended option, mean", count, np.mean(advised))
    decided("regret of the recommended option, 90th percentile", count, np.quantile(advised, 0.9))
    decided("regret of staying as today, mean", count, np.mean(staying))
    decided("the recommended option is the best of all", count, np.mean(np.array(advised) == 0))
    _tell_chances(np.array(chances, dtype=float), decided)
    assert median <= MOST_REGRET


def _chances(found: Options) -> list[tuple[float, bool]]:
    """The chance that each candidate is better, and whether it is."""
    told = [found.gain_of(place) for place in found.candidates()]
    return [(float(np.mean(draws > 0)), truth > 0) for truth, draws in told]


def _tell_chances(chances: np.ndarray, decided) -> None:
    said, came = chances.T
    for low, high in SAID:
        own = (said >= low) & ((said < high) | (high == 1))
        decided(f"candidates that are better, said to be so at {low:.0%} to {high:.0%}", own.sum(), came[own].mean())


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
