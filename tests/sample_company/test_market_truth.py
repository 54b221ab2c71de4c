"""The models of the economics find in the sample company's market what it was drawn from."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from trimtab.economics.adoption import bass
from trimtab.economics.choice import logit, maxdiff
from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.data import choice_data
from trimtab.economics.needs.kano import ANSWERS, categories, kano
from trimtab.economics.retention import bg_nbd, gamma_gamma
from trimtab.economics.retention.purchases import calibrate, purchase_log
from trimtab.sample_company import MarketTruth, SampleCompany, Truth, generate
from trimtab.sample_company.kano_survey import TRUE_CATEGORY
from trimtab.sample_company.market_truth import PRICE
from trimtab.sample_company.truth import SEGMENTS

TRUTH, MARKET = Truth(), MarketTruth()


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate()


def column(rows, name):
    return np.array([row[name] for row in rows])


def test_what_each_level_is_worth_comes_out_of_the_choices(company):
    rows = company.choices
    levels = MARKET.tastes["solo"].levels
    attributes = [Attribute(name, "levels", tuple(known), "dummy") for name, known in levels.items()]
    coding = Coding((*attributes, Attribute(PRICE, "number", is_price=True)), none=True)
    is_none = column(rows, "alternative") == "none"
    # A row of none has no attributes of its own; what stands in their place is not read.
    columns = {name: np.where(is_none, next(iter(known)), column(rows, name)) for name, known in levels.items()}
    columns[PRICE] = np.array([row[PRICE] or 0.0 for row in rows])
    data = choice_data(
        column(rows, "customer"), column(rows, "task"), column(rows, "chosen"),
        columns=columns, coding=coding, is_none=is_none, alternative=column(rows, "alternative"),
    )  # fmt: skip
    draws = logit.fit(data).draws(2000, np.random.default_rng(1))
    price = draws[:, coding.names.index(PRICE)]
    assert np.all(price < 0)
    for attribute, known in levels.items():
        for level in [*known][1:]:
            place = next(n for n, name in enumerate(coding.names) if name.startswith(attribute) and level in name)
            worth = -draws[:, place] / price
            # The plain logit leaves out how people differ, so that its worth is a little off: 3 standard errors.
            assert np.mean(worth) == pytest.approx(
                MARKET.worth(TRUTH.segments, attribute, level), abs=3 * np.std(worth)
            )


def test_the_needs_that_are_compared_come_out_in_their_order(company):
    rows = company.maxdiff
    data = maxdiff.maxdiff_data(*(column(rows, name) for name in ("customer", "task", "item", "answer")))
    scores = dict(zip(data.items, maxdiff.counts(data).scores, strict=True))
    found = sorted(scores, key=scores.get, reverse=True)
    importance = TRUTH.need_importance()
    named = {need.name: importance[need.key] for need in TRUTH.needs}
    true = sorted(named, key=named.get, reverse=True)
    assert found[:3] == true[:3] == ["Accurate answers", "Handover to a person", "Predictable bills"]
    assert set(found[-2:]) == set(true[-2:])


def test_a_first_price_is_accepted_by_the_true_share(company):
    first = {}
    for row in company.ladder:
        first.setdefault(row["customer"], row)
    asked = defaultdict(list)
    for row in first.values():
        asked[row["price"]].append(row["would_buy"] == "yes")
    assert set(asked) == set(MARKET.ladder[1:-1])
    for price, answers in asked.items():
        expected = TRUTH.worth(price)
        error = np.sqrt(expected * (1 - expected) / len(answers))
        assert np.mean(answers) == pytest.approx(expected, abs=3 * error)


def test_nobody_is_asked_more_than_four_prices_or_one_twice(company):
    prices = defaultdict(list)
    for row in company.ladder:
        prices[row["customer"]].append(row["price"])
    assert max(map(len, prices.values())) <= 4
    assert all(len(set(asked)) == len(asked) for asked in prices.values())


def test_a_tenth_of_the_customers_uses_most_tokens(company):
    tokens = defaultdict(float)
    for row in company.usage:
        tokens[row["customer"]] += row["tokens"] / 3
    used = np.sort(list(tokens.values()))[::-1]
    expected = TRUTH.requests_per_customer_month * MARKET.tokens_per_request
    # The standard error of the mean of 1,000 lognormal levels: sqrt(exp(1.25^2) - 1) / sqrt(1000) = 6 %.
    assert used.mean() == pytest.approx(expected, rel=0.19)
    assert used[: used.size // 10].sum() / used.sum() == pytest.approx(MARKET.heaviest_tenth(), abs=0.06)
    assert {row["month"] for row in company.usage} == {"2026-08", "2026-09", "2026-10"}


def test_the_models_of_purchases_find_how_often_and_how_much(company):
    rows = company.purchases
    days = column(rows, "bought_on").astype("datetime64[D]")
    log = purchase_log(column(rows, "customer"), days, column(rows, "amount"))
    known = calibrate(log, until=np.datetime64("2026-10-31"), unit="week")
    r, alpha, a, b = bg_nbd.fit(known.customers).parameters
    true_r, true_alpha, true_a, true_b = MARKET.bg_nbd
    # Mean purchases a week while a customer, and the mean share that leaves after a repeat purchase.
    assert r / alpha == pytest.approx(true_r / true_alpha, rel=0.12)
    assert a / (a + b) == pytest.approx(true_a / (true_a + true_b), abs=0.05)
    spent = gamma_gamma.fit(gamma_gamma.spend(known.customers.frequency, known.spend))
    assert spent.population_mean == pytest.approx(MARKET.mean_amount(), rel=0.05)


def test_the_adoption_curve_is_past_its_peak_and_found_again(company):
    found = bass.fit(column(company.adoption, "adopters"))
    market, p, q = MARKET.bass
    assert found.parameters == pytest.approx([market, p, q], rel=0.06)
    assert found.peak < MARKET.adoption_months
    assert company.adoption[-1]["period"] == "2026-10"


def test_the_kano_survey_finds_what_each_feature_is_to_each_segment(company):
    segment = column(company.kano, "segment")
    present, absent = ([ANSWERS.index(word.replace(" ", "_")) + 1 for word in column(company.kano, name)]
                       for name in ("if present", "if absent"))  # fmt: skip
    found = categories(present, absent)
    for place, one in enumerate(SEGMENTS[:3]):
        rows = segment == one.name
        told = kano(column(company.kano, "customer")[rows], column(company.kano, "feature")[rows], found[rows],
                    np.random.default_rng(1), worlds=50)  # fmt: skip
        agreed = [feature.most == TRUE_CATEGORY[feature.name][place] for feature in told]
        assert np.mean(agreed) > 0.85
