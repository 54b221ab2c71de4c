"""The sheets of the sample company: their size, their bytes, and how much they look like what people send."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from trimtab.sample_company import SampleCompany, Truth, feedback_texts, feedback_texts_zh, generate, to_csv
from trimtab.sample_company.ticket_texts import INTENTS


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate()


def digest(company: SampleCompany) -> str:
    text = "".join(to_csv(rows) for rows in company.sheets().values())
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert digest(generate(seed=7, scale=0.05)) == digest(generate(seed=7, scale=0.05))
    assert digest(generate(seed=7, scale=0.05)) != digest(generate(seed=8, scale=0.05))


def test_the_full_company_has_the_promised_number_of_rows(company):
    counts = {name: len(rows) for name, rows in company.sheets().items()}
    assert counts == {
        "feedback": 5000,
        "competitors": 40,  # our offer and 3 competitors, 9 needs and the price
        "prices": 600,
        "satisfaction": 600,
        "subscriptions": 8000,
        "tickets": 4000,
        "choices": 9600,  # 300 people, 8 tasks, 3 offers and none of them
        "maxdiff": 6400,  # 200 people, 8 tasks, 4 needs
        "ladder": len(company.ladder),
        "usage": 3000,  # 1,000 customers, 3 months
        "purchases": len(company.purchases),
        "adoption": 30,
        "kano": 1600,  # 200 people, 8 features
        "outcomes": 6000,
    }


def test_a_tenth_of_the_company_has_a_tenth_of_the_rows():
    small = generate(scale=0.1)
    assert (len(small.feedback), len(small.subscriptions), len(small.tickets)) == (500, 800, 400)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_scale_that_is_not_above_zero_is_refused(scale):
    with pytest.raises(ValueError, match="above 0"):
        generate(scale=scale)


def test_csv_gives_back_every_row_also_with_commas_quotes_and_chinese():
    rows = [{"text": 'Wrong, "again"', "n": 1}, {"text": "账单，\n太贵", "n": 2}]
    assert list(csv.DictReader(io.StringIO(to_csv(rows)))) == [{k: str(v) for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("words", [feedback_texts, feedback_texts_zh])
def test_each_need_has_at_least_twelve_patterns_in_each_language(words):
    for need in Truth().needs:
        patterns = [pattern for mood in ("bad", "wish", "good") for pattern in words.PATTERNS[need.key][mood]]
        assert len(set(patterns)) >= 12, need.key


def test_most_texts_occur_once_and_three_in_ten_are_chinese(company):
    texts = Counter(row["text"] for row in company.feedback)
    assert sum(1 for count in texts.values() if count == 1) > 0.75 * len(company.feedback)
    chinese = [row for row in company.feedback if any("\u4e00" <= sign <= "\u9fff" for sign in row["text"])]
    assert 0.26 < len(chinese) / len(company.feedback) < 0.34
    assert not [row for row in company.feedback if "{" in row["text"]]


def test_ten_feedback_rows_are_bad_and_only_these(company):
    last = company.truth.as_of.isoformat()
    faults = Counter()
    for row in company.feedback:
        faults["no text"] += not row["text"].strip()
        faults["rating"] += not 1 <= row["rating"] <= 5
        try:
            faults["future"] += date.fromisoformat(row["date"]).isoformat() > last
        except ValueError:
            faults["no date"] += 1
    assert faults == {"no text": 3, "rating": 3, "future": 3, "no date": 1}


def test_nobody_writes_before_the_start_or_after_the_end_of_the_subscription(company):
    log = {row["customer"]: row for row in company.subscriptions}
    for row in company.feedback:
        subscription = log[row["customer"]]
        assert row["segment"] == subscription["segment"]
        if "2024" <= row["date"] < "2027" and "/" not in row["date"]:
            assert subscription["started_on"] <= row["date"] <= (subscription["ended_on"] or "2026-10-31")


def test_dates_of_the_log_are_in_order_and_reach_the_as_of_date_and_not_beyond(company):
    first, last = "2024-11-01", "2026-10-31"  # 24 months
    for row in company.subscriptions:
        assert first <= row["started_on"] <= (row["ended_on"] or last) <= last
    assert {row["started_on"][:7] for row in company.subscriptions} >= {"2024-11", "2025-06", "2026-10"}


def test_about_six_in_a_hundred_price_answers_contradict_themselves(company):
    keys = ("too_cheap", "cheap", "expensive", "too_expensive")
    rising = [all(row[a] < row[b] for a, b in pairwise(keys)) for row in company.prices]
    assert 0.03 < 1 - sum(rising) / len(rising) < 0.09
    round_prices = [row["expensive"] % 5 == 0 for row in company.prices]
    assert sum(round_prices) / len(round_prices) > 0.6  # 2 in 10 with no habit of rounding


def test_every_intent_has_tickets_and_the_largest_has_three_times_the_smallest(company):
    counts = Counter(row["label"] for row in company.tickets)
    assert set(counts) == set(INTENTS)
    assert len(counts) == 20
    assert max(counts.values()) >= 3 * min(counts.values()) > 60


def test_competitor_facts_name_the_needs_and_the_price_and_mark_our_own_offer(company):
    needs = {need.name for need in company.truth.needs}
    by_offer: dict[str, set[str]] = {}
    for row in company.competitors:
        by_offer.setdefault(row["offer"], set()).add(row["attribute"])
        assert row["is_ours"] == (row["offer"] == company.truth.company)
        assert row["source"].startswith("Simulated")
    assert len(by_offer) == 4
    assert all(attributes == needs | {"Price"} for attributes in by_offer.values())


def test_satisfaction_was_asked_while_the_customer_was_with_us(company):
    log = {row["customer"]: row for row in company.subscriptions}
    for row in company.satisfaction:
        subscription = log[row["customer"]]
        assert subscription["started_on"] < row["date"] <= "2026-10-31"
        assert row["date"] < (subscription["ended_on"] or "2026-11-01")
