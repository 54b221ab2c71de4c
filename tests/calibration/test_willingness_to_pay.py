"""Intervals of willingness to pay, shares of preference and the best price, from choices whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.economics.choice import logit
from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.design import DesignAttribute, DesignPlan, efficient_design
from trimtab.economics.choice.optimal_price import Contest, optimal_price
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import Market, simulate
from trimtab.economics.choice.willingness_to_pay import against_competition, value_of_quality, willingness_to_pay

CODING = Coding(
    (
        Attribute("quality", "levels", ("fair", "good", "best")),
        Attribute("speed", "levels", ("slow", "fast")),
        Attribute("price", "number", is_price=True),
    ),
    none=True,
)
TASTE = Population(np.array([[[0.1, 0.9, 0.4, -0.08, -1.5]]]), np.ones(1), CODING.names)
FAIR = {"quality": "fair", "speed": "slow", "price": 20}
BEST = {**FAIR, "quality": "best"}
MARKET = Market({"ours": FAIR, "theirs": {"quality": "good", "speed": "fast", "price": 25}}, none=True)
PEOPLE, WORLDS = 120, 1000

PLAN = DesignPlan(
    (
        DesignAttribute("quality", ("fair", "good", "best")),
        DesignAttribute("speed", ("slow", "fast")),
        DesignAttribute("price", ("10", "20", "30")),
    ),
    alternatives=3,
    tasks=8,
    versions=4,
    none=True,
)


def shown() -> np.ndarray:
    """The offers of each person's tasks, coded, (N * 8, 4, K)."""
    design = efficient_design(PLAN, rng=np.random.default_rng(1), starts=2)
    coded = CODING.code([offer for *_, offer in design.rows()]).reshape(4, 8, 4, -1)
    return np.concatenate([coded[person % 4] for person in range(PEOPLE)])


OFFERS = shown()


def quantities(population: Population) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    anchors = {"fair": 0.7, "good": 0.8, "best": 0.95}
    return {
        "willingness to pay, best over fair": willingness_to_pay(population, CODING, FAIR, BEST).typical,
        "price rise against competition": against_competition(
            population, CODING, MARKET, "ours", BEST, highest_price=60
        ).rise,
        "share of preference": simulate(population, CODING, MARKET).of("ours"),
        "value of quality .90 over .75": value_of_quality(
            population, CODING, FAIR, "quality", anchors, candidate=0.9, today=0.75, rng=rng
        ).money,
        "best price, unit cost 5": optimal_price(
            Contest(population, CODING, MARKET, "ours"), lowest=5, highest=60, unit_cost=5
        ).price,
    }


TRUTH = {name: float(values[0]) for name, values in quantities(TASTE).items()}


def trial(rng: np.random.Generator) -> dict[str, tuple[float, np.ndarray]]:
    pick = (OFFERS @ TASTE.partworths[0, 0] + rng.gumbel(size=OFFERS.shape[:2])).argmax(axis=1)
    start = np.arange(len(OFFERS) + 1) * OFFERS.shape[1]
    owner = np.repeat(np.arange(PEOPLE), 8)
    data = ChoiceData.of(OFFERS.reshape(-1, OFFERS.shape[2]), start, start[:-1] + pick, owner, CODING.names)
    found = quantities(logit.fit(data).population(WORLDS, rng))
    return {name: (TRUTH[name], draws) for name, draws in found.items()}


@pytest.mark.calibration
def test_what_a_logit_says_in_money_holds_the_truth_as_often_as_it_says(calibrated):
    calibrated("Choice: money and shares from a multinomial logit", trial, data_sets=400)
