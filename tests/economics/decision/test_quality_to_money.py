"""The chain that the product exists for: test errors of a candidate to margin, and the verdict on it."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.decision.break_even import break_even
from trimtab.economics.decision.forecast import ForecastInputs, forecast
from trimtab.economics.decision.quality import LATENCY_ELASTICITY, QUALITY_ELASTICITY, Measured, experience
from trimtab.economics.decision.share import preference, share_by_plan
from trimtab.economics.decision.verdict import Input, decide

WORLDS, MONTHS, TEST_ITEMS = 2000, 24, 400


class Company:
    """A made-up company in 2,000 worlds: satisfaction is F*I*C, retention follows it with an uncertain slope."""

    def __init__(self, seed: int = 11) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.functional, self.interaction = rng.beta(140, 60, WORLDS), rng.beta(150, 50, WORLDS)
        self.quality_elasticity = QUALITY_ELASTICITY.draw(rng, WORLDS)
        self.latency_elasticity = LATENCY_ELASTICITY.draw(rng, WORLDS)
        self.slope = rng.normal(4, 1, WORLDS)
        self.worth = 0.6
        scores = rng.normal([0.5, 0.3, 0.1], 0.1, (WORLDS, 3))
        offer = preference(scores, np.array([self.worth, 0.5, 0.7]), gamma=1.5, none_weight=1.0)
        self.share = share_by_plan(offer.share[:, 0], np.array([0.7, 0.3]))
        self.buyers = rng.lognormal(6, 0.1, (WORLDS, MONTHS))
        self.hazard = rng.beta(8, 92, (WORLDS, 1)) * np.linspace(1.5, 0.5, MONTHS)
        self.resamples = rng.integers(0, TEST_ITEMS, (WORLDS, TEST_ITEMS))
        self.today = self.measure(0.82)

    def measure(self, accuracy: float, latency_ms: float = 100.0, cost_per_1000: float = 0.5) -> Measured:
        """A model with just this accuracy on the test, in the same bootstrap resamples for every model."""
        right = np.arange(TEST_ITEMS) < round(accuracy * TEST_ITEMS)
        success = right[self.resamples].mean(axis=1)
        return Measured(success, np.full(WORLDS, latency_ms), np.full(WORLDS, cost_per_1000))

    def margin(self, model: Measured) -> np.ndarray:
        felt = experience(
            today=self.today,
            candidate=model,
            functional_today=self.functional,
            interaction_today=self.interaction,
            quality_elasticity=self.quality_elasticity,
            latency_elasticity=self.latency_elasticity,
            requests_per_month=np.full(WORLDS, 200.0),
        )
        satisfaction = felt.functional * felt.interaction * self.worth
        reference = self.functional * self.interaction * self.worth
        inputs = ForecastInputs(
            buyers=self.buyers,
            share=self.share,
            price=np.array([20.0, 50.0]),
            hazard=self.hazard,
            link=self.slope * (satisfaction - reference),
            serving_cost=felt.serving_cost_per_month,
            payment_fee=0.03,
        )
        return forecast(inputs).npv_margin


@pytest.fixture(scope="module")
def company() -> Company:
    return Company()


def test_a_candidate_that_equals_today_earns_exactly_the_same_in_every_world(company):
    margin = company.margin(company.today)
    np.testing.assert_array_equal(company.margin(company.measure(0.82)), margin)
    assert decide(margin, {"twin": company.margin(company.measure(0.82))}).verdicts[0].reason == "practically_nothing"


def test_fewer_errors_ship_and_more_errors_hold(company):
    candidates = {"better": company.measure(0.9), "worse": company.measure(0.74)}
    found = decide(company.margin(company.today), {name: company.margin(m) for name, m in candidates.items()})
    assert [v.verdict for v in found.verdicts] == ["ship", "hold"]
    assert found.best == "better"


def test_a_model_of_the_same_quality_that_is_slower_and_dearer_is_held(company):
    slow = company.measure(0.82, latency_ms=400, cost_per_1000=5.0)
    assert decide(company.margin(company.today), {"slow": company.margin(slow)}).verdicts[0].reason == "surely_worse"


def test_an_open_verdict_says_what_is_worth_finding_out(company):
    # Better answers, but slower and at ten times the cost: whether that pays hangs on the unmeasured elasticities.
    tempting = company.measure(0.88, latency_ms=250, cost_per_1000=8.0)
    inputs = (
        Input("slope", company.slope, 600),
        Input("quality_elasticity", company.quality_elasticity),
        Input("latency_elasticity", company.latency_elasticity),
        Input("buyers", company.buyers.mean(axis=1), 24),
    )
    verdict = decide(company.margin(company.today), {"tempting": company.margin(tempting)}, inputs).verdicts[0]
    assert verdict.verdict == "cannot_tell"
    assert verdict.settle[0].name in {"quality_elasticity", "latency_elasticity"}
    worth = {found.name: found.value for found in verdict.settle}
    assert worth["buyers"] < worth[verdict.settle[0].name] / 10  # more buyers raise the stakes, not the sign


def test_the_break_even_quality_pays_for_the_dearer_model_and_no_more(company):
    margin = company.margin(company.today)

    def gain_at(points: float) -> np.ndarray:
        dearer = Measured(
            np.minimum(company.today.success + points, 1), company.today.latency_ms, company.today.cost_per_1000 * 8
        )
        return company.margin(dearer) - margin

    needed = break_even(gain_at, 0.0, 0.15)
    assert 0 < needed < 0.15
    assert np.median(gain_at(needed)) >= 0 > np.median(gain_at(needed - 0.001))
