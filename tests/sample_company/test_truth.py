"""What was drawn agrees with the truth that it was drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pytest
from scipy.special import betaln
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from trimtab.sample_company import SampleCompany, Truth, generate
from trimtab.sample_company.subscriptions import DAYS_PER_MONTH, draw_customers
from trimtab.sample_company.surveys import willingness_to_pay

TRUTH = Truth()


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate()


def test_shares_of_segments_and_mentions_sum_to_one():
    assert sum(s.share for s in TRUTH.segments) == pytest.approx(1)
    for segment in TRUTH.segments:
        assert sum(need.prevalence[segment.name] for need in TRUTH.needs) == pytest.approx(1)


def test_baseline_survival_is_the_shifted_beta_geometric():
    t = np.arange(61)
    # Fader & Hardie 2007, eq. 6: S(t) = B(alpha, beta + t) / B(alpha, beta)
    closed = np.exp(betaln(TRUTH.sbg_alpha, TRUTH.sbg_beta + t) - betaln(TRUTH.sbg_alpha, TRUTH.sbg_beta))
    assert TRUTH.baseline_survival(60) == pytest.approx(closed, rel=1e-12)


def test_a_customer_at_the_reference_follows_the_baseline_and_a_happier_one_stays_longer():
    at_reference, happier = TRUTH.survival([TRUTH.u_reference, TRUTH.u_reference + 0.1], 24)
    assert at_reference == pytest.approx(TRUTH.baseline_survival(24))
    # slope 3.5 and U higher by .1: log survival shrinks by exp(-.35)
    assert np.log(happier[12]) / np.log(at_reference[12]) == pytest.approx(np.exp(-0.35))


def test_200000_simulated_buyers_make_the_stated_price_earn_most():
    rng = np.random.default_rng(3)
    segment = rng.choice(len(TRUTH.segments), size=200_000, p=[s.share for s in TRUTH.segments])
    worth = willingness_to_pay(TRUTH, segment, rng)
    grid = np.array(TRUTH.price_grid)
    revenue = [price * np.mean(worth >= price) for price in grid]
    step = grid[1] - grid[0]
    assert abs(grid[int(np.argmax(revenue))] - TRUTH.best_price) <= step
    assert np.mean(worth >= 49) == pytest.approx(TRUTH.worth(49), abs=0.003)


def test_the_stated_best_price_is_the_exact_one_and_clearly_beats_today():
    assert TRUTH.best_price == TRUTH.best_price_on(TRUTH.price_grid)
    earned = {price: price * TRUTH.worth(price) for price in (TRUTH.current_price, TRUTH.best_price)}
    assert earned[TRUTH.best_price] > 1.08 * earned[TRUTH.current_price]


def test_the_survey_of_prices_brackets_the_truth(company):
    sound = [row for row in company.prices if row["too_cheap"] < row["cheap"] < row["expensive"] < row["too_expensive"]]
    low, high = (np.array([row[key] for row in sound]) for key in ("expensive", "too_expensive"))
    for price in (49.0, 65.0, 89.0):
        accepts = np.clip((high - price) / (high - low), 0, 1).mean()
        # 3 standard errors of a share of 560 answers
        assert accepts == pytest.approx(TRUTH.worth(price), abs=0.065)


def test_mean_satisfaction_of_customers_is_the_reference():
    many = draw_customers(TRUTH, 100_000, np.random.default_rng(5))
    assert many.satisfaction.mean() == pytest.approx(TRUTH.u_reference, abs=0.002)
    a, b, c = TRUTH.satisfaction_weights
    assert many.satisfaction[:5] == pytest.approx(
        many.functionality[:5] ** a * many.interaction[:5] ** b * many.cost[:5] ** c
    )


def test_survey_answers_are_the_true_parts_on_the_scale_with_noise(company):
    rows = company.satisfaction
    mean = {part: np.mean([row[part] for row in rows]) for part in ("functionality", "interaction", "cost", "overall")}
    expected = sum(s.share * s.functionality for s in TRUTH.segments)
    assert mean["functionality"] == pytest.approx(1 + 9 * expected, abs=0.2)
    assert mean["overall"] == pytest.approx(1 + 9 * TRUTH.u_reference, abs=0.2)
    F, I, C = (np.array([(row[part] - 1) / 9 for row in rows]) for part in ("functionality", "interaction", "cost"))  # noqa: E741
    U = np.array([(row["overall"] - 1) / 9 for row in rows])
    assert np.corrcoef(TRUTH.satisfaction(F, I, C), U)[0, 1] > 0.85


def observed_survival(lifetime_days: np.ndarray, months: int) -> np.ndarray:
    lived = np.ceil(lifetime_days / DAYS_PER_MONTH)
    return np.array([(lived > month).mean() for month in range(1, months + 1)])


def test_lifetimes_of_many_customers_follow_the_survival_at_their_satisfaction():
    many = draw_customers(TRUTH, 60_000, np.random.default_rng(9))
    expected = TRUTH.survival(many.satisfaction, 24)[:, 1:].mean(axis=0)
    # standard error at most sqrt(.25 / 60000) = .002
    assert observed_survival(many.lifetime_days, 24) == pytest.approx(expected, abs=0.008)
    near = np.abs(many.satisfaction - TRUTH.u_reference) < 0.01
    baseline = TRUTH.baseline_survival(24)[1:]
    assert observed_survival(many.lifetime_days[near], 24) == pytest.approx(baseline, abs=0.03)


def tenure(row: dict, as_of: date) -> tuple[float, bool]:
    end = date.fromisoformat(row["ended_on"]) if row["ended_on"] else as_of
    return (end - date.fromisoformat(row["started_on"])).days / DAYS_PER_MONTH, bool(row["ended_on"])


def test_product_limit_survival_of_the_censored_log_is_the_true_one(company):
    observed = [tenure(row, TRUTH.as_of) for row in company.subscriptions]
    survival, found = 1.0, {}
    for month in range(1, 19):
        # whole months only, so that nobody is judged on a month still to come
        at_risk = [(months, ended) for months, ended in observed if months >= month or (ended and months >= month - 1)]
        left = sum(1 for months, ended in at_risk if ended and months < month)
        survival *= 1 - left / len(at_risk)
        found[month] = survival
    people = draw_customers(TRUTH, 60_000, np.random.default_rng(11))
    expected = TRUTH.survival(people.satisfaction, 18).mean(axis=0)
    for month in (1, 6, 12, 18):
        assert found[month] == pytest.approx(expected[month], abs=0.03)


def test_the_survey_holds_enough_endings_to_learn_the_link(company):
    ended = {row["customer"] for row in company.subscriptions if row["ended_on"]}
    assert sum(row["customer"] in ended for row in company.satisfaction) > 150


def test_arrivals_grow_as_stated(company):
    by_month = Counter(row["started_on"][:7] for row in company.subscriptions)
    arrivals = np.array([by_month[month] for month in sorted(by_month)])
    stated = TRUTH.first_month_arrivals * (1 + TRUTH.arrivals_growth_per_month) ** np.arange(TRUTH.months)
    assert stated.sum() == pytest.approx(8000, rel=0.01)
    # each count within 4 standard deviations of a Poisson count
    assert np.all(np.abs(arrivals - stated) < 4 * np.sqrt(stated))


def test_customers_counted_and_stars_read_plainly_give_the_true_top_three(company):
    customers, stars = defaultdict(set), defaultdict(list)
    for row, needs in zip(company.feedback, company.feedback_needs, strict=True):
        for need in needs:
            customers[need].add(row["customer"])
            stars[need].append(row["rating"])
    most = max(len(names) for names in customers.values())
    score = {}
    for need, names in customers.items():
        importance, satisfied = len(names) / most, (np.mean(stars[need]) - 1) / 4
        score[need] = importance + max(importance - satisfied, 0)
    assert tuple(sorted(score, key=score.get, reverse=True))[:3] == TRUTH.need_ranking()[:3]
    assert TRUTH.need_ranking()[:3] == ("accuracy", "handover", "billing")


def test_a_loud_few_lift_a_need_by_mentions_but_not_by_customers(company):
    mentions, customers = Counter(), defaultdict(set)
    for row, needs in zip(company.feedback, company.feedback_needs, strict=True):
        for need in needs:
            mentions[need] += 1
            customers[need].add(row["customer"])
    assert mentions["reports"] > mentions["speed"]
    assert len(customers["reports"]) < len(customers["speed"])


def test_todays_model_is_as_good_as_stated_on_any_part_of_the_tickets(company):
    right = np.array([row["label"] == row["predicted_today"] for row in company.tickets])
    # 3 standard errors of 4000 and of 800 tickets
    assert right.mean() == pytest.approx(TRUTH.todays_model.accuracy, abs=0.019)
    assert right[3200:].mean() == pytest.approx(TRUTH.todays_model.accuracy, abs=0.043)
    p50, p95 = np.percentile([row["latency_today_ms"] for row in company.tickets], [50, 95])
    assert p50 == pytest.approx(TRUTH.todays_model.latency_p50_ms, rel=0.05)
    assert p95 == pytest.approx(TRUTH.todays_model.latency_p95_ms, rel=0.07)


def test_plain_word_counts_learn_the_tickets_well_but_not_perfectly(company):
    texts, labels = ([row[key] for row in company.tickets] for key in ("text", "label"))
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=300, C=5)).fit(texts[:3000], labels[:3000])
    assert 0.80 < model.score(texts[3000:], labels[3000:]) < 0.95


def test_a_clearly_better_candidate_ships_and_a_worse_or_ruinously_dear_one_is_held():
    assert TRUTH.verdict(TRUTH.candidate_accuracy, cost_per_1000=0.2) == TRUTH.candidate_verdict == "ship"
    assert TRUTH.verdict(0.90, cost_per_1000=TRUTH.todays_model.cost_per_1000) == "ship"
    assert TRUTH.verdict(0.75, cost_per_1000=0.2) == "hold"
    assert TRUTH.verdict(0.91, cost_per_1000=30.0) == "hold"
