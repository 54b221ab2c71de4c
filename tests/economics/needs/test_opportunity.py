import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.needs.opportunity import (
    NO_NEED,
    PRIOR_CUSTOMERS,
    Basis,
    mentions,
    opportunity,
    opportunity_scores,
)


def score(said, needs, seed=1, worlds=400, **options):
    return opportunity_scores(said, needs=needs, worlds=worlds, rng=np.random.default_rng(seed), **options)


def scattered(seed, size=300, customers=60, needs=4):
    rng = np.random.default_rng(seed)
    return {
        "customer": rng.integers(0, customers, size),
        "need": rng.choice(needs, size, p=np.array([4, 3, 2, 1]) / 10),
        "segment": rng.integers(0, 2, size),
        "rating": np.where(rng.uniform(size=size) < 0.3, np.nan, rng.uniform(size=size)),
        "money": rng.lognormal(3, 1, size),
    }


def build(columns, rows=slice(None)):
    return mentions(
        columns["customer"][rows],
        columns["need"][rows],
        segment=columns["segment"][rows],
        rating=columns["rating"][rows],
        money=columns["money"][rows],
    )


@pytest.mark.parametrize(
    ("importance", "satisfaction", "expected"), [(8, 3, 13), (5, 9, 5), (10, 0, 20), (0, 10, 0), (7.5, 7.5, 7.5)]
)
def test_the_opportunity_score_is_ulwicks(importance, satisfaction, expected):
    # Ulwick 2002: importance + max(importance - satisfaction, 0), by hand.
    assert opportunity(importance, satisfaction) == pytest.approx(expected)


def test_shares_importance_and_shrunk_satisfaction_agree_with_the_arithmetic_by_hand():
    # 400 customers: all raise need 0 rated .2, 100 also raise need 1 rated .8. Their overall mean is .32.
    customer = np.concatenate([np.arange(400), np.arange(100)])
    need = np.concatenate([np.zeros(400, int), np.ones(100, int)])
    rating = np.where(need == 0, 0.2, 0.8)
    found = score(mentions(customer, need, rating=rating), 2, worlds=4000).overall
    assert list(found.customers) == [400, 100]
    assert np.all(found.importance[:, 0] == 10)
    assert np.median(found.importance[:, 1]) == pytest.approx(2.5, abs=0.03)
    assert np.median(found.satisfaction[:, 0]) == pytest.approx(10 * (80 + 5 * 0.32) / 405, abs=0.01)
    assert np.median(found.satisfaction[:, 1]) == pytest.approx(10 * (80 + 5 * 0.32) / 105, abs=0.02)
    assert np.median(found.opportunity[:, 0]) == pytest.approx(20 - 10 * (80 + 5 * 0.32) / 405, abs=0.02)
    assert list(found.p_first) == [1, 0]
    # Standard error of a share of 1/4 among 400.
    assert np.std(found.share[:, 1]) == pytest.approx(np.sqrt(0.25 * 0.75 / 400), rel=0.05)


def test_one_loud_customer_counts_once():
    quiet = np.arange(20)
    need = np.array([0] * 12 + [1] * 8)
    loud_customer, loud_need = np.concatenate([quiet, [19] * 500]), np.concatenate([need, [1] * 500])
    once = score(mentions(quiet, need), 2, assumed_satisfaction=0.5)
    often = score(mentions(loud_customer, loud_need), 2, assumed_satisfaction=0.5)
    assert np.allclose(once.overall.share, often.overall.share)
    assert list(often.mentions) == [12, 508]
    assert list(often.overall.customers) == [12, 8]


def test_by_money_the_need_of_the_few_who_pay_most_leads():
    customer, need = np.arange(10), np.array([0] * 8 + [1] * 2)
    money = np.where(need == 0, 10.0, 1000.0)
    by_heads = score(mentions(customer, need, money=money), 2, assumed_satisfaction=0.5)
    by_money = score(mentions(customer, need, money=money), 2, basis=Basis.MONEY, assumed_satisfaction=0.5)
    assert by_heads.overall.p_first[0] > 0.9
    assert by_money.overall.p_first[1] > 0.9
    assert by_money.basis == "money"


def test_a_customer_who_names_no_need_still_counts_in_the_share():
    said = mentions(np.arange(40), np.array([0] * 10 + [NO_NEED] * 30))
    assert np.median(score(said, 1, worlds=2000, assumed_satisfaction=0.5).overall.share) == pytest.approx(
        0.25, abs=0.01
    )


def test_a_need_with_one_rater_is_drawn_to_the_overall_mean():
    customer = np.arange(201)
    need = np.array([0] * 200 + [1])
    rating = np.array([0.5] * 200 + [1.0])
    found = score(mentions(customer, need, rating=rating), 2, worlds=2000).overall
    # One rater of mean weight 1 against five of the overall mean .5025: 10 (1 + 5 * .5025) / 6 = 5.85.
    assert np.median(found.satisfaction[:, 1]) == pytest.approx(10 * (0.69 + PRIOR_CUSTOMERS * 0.5025) / 5.69, abs=0.1)
    assert list(found.raters) == [200, 1]


def test_segments_hold_their_own_customers_and_together_make_the_whole():
    columns = scattered(3)
    columns["segment"] = columns["customer"] % 2
    found = score(build(columns), 4, segments=3)
    first, second, empty = found.segments
    assert first.group + second.group == found.overall.group
    assert np.array_equal(first.customers + second.customers, found.overall.customers)
    assert empty.group == 0
    assert np.all(empty.importance == 0)
    alone = build(columns, columns["segment"] == 0)
    assert first.importance.mean(axis=0) == pytest.approx(score(alone, 4).overall.importance.mean(axis=0), abs=0.25)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_mentions_does_not_matter(seed):
    columns = scattered(seed)
    shuffled = np.random.default_rng(seed).permutation(300)
    before, after = score(build(columns), 4, worlds=20), score(build(columns, shuffled), 4, worlds=20)
    assert np.allclose(before.overall.opportunity, after.overall.opportunity)
    assert np.allclose(before.segments[1].opportunity, after.segments[1].opportunity)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.001, 1000))
def test_scores_stay_in_range_and_do_not_depend_on_the_currency(seed, rate):
    columns = scattered(seed)
    found = score(build(columns), 4, worlds=20, basis=Basis.MONEY)
    dearer = score(build({**columns, "money": columns["money"] * rate}), 4, worlds=20, basis=Basis.MONEY)
    assert np.allclose(found.overall.opportunity, dearer.overall.opportunity)
    for group in (found.overall, *found.segments):
        for name, top in (("share", 1), ("importance", 10), ("satisfaction", 10), ("opportunity", 20)):
            draws = getattr(group, name)
            assert np.all((draws >= 0) & (draws <= top + 1e-9))
        assert group.p_first.sum() == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_better_ratings_of_a_need_never_raise_its_opportunity(seed):
    columns = scattered(seed)
    better = np.where(columns["need"] == 2, np.sqrt(columns["rating"]), columns["rating"])
    before = score(build(columns), 4, worlds=20).overall
    after = score(build({**columns, "rating": better}), 4, worlds=20).overall
    assert np.all(after.satisfaction[:, 2] >= before.satisfaction[:, 2] - 1e-6)
    assert np.all(after.opportunity[:, 2] <= before.opportunity[:, 2] + 1e-6)


def test_without_ratings_satisfaction_must_be_stated_and_is_flagged():
    said = mentions(np.arange(10), np.zeros(10, int))
    with pytest.raises(CannotEstimate) as refusal:
        score(said, 1)
    assert refusal.value.code == "no_ratings"
    stated = score(said, 1, assumed_satisfaction=0.4)
    assert stated.satisfaction_assumed
    assert np.allclose(stated.overall.satisfaction, 4)


@pytest.mark.parametrize(
    ("columns", "needs", "code"),
    [
        ({"customer": [], "need": []}, 1, "no_mentions"),
        ({"customer": [1, 2], "need": [0]}, 1, "mentions_do_not_fit"),
        ({"customer": [1, 1], "need": [0, 0], "rating": [0.5, 0.5]}, 1, "too_few_customers"),
        ({"customer": [1, 2], "need": [NO_NEED, NO_NEED], "rating": [0.5, 0.5]}, 1, "no_needs"),
        ({"customer": [1, 2], "need": [0, 7], "rating": [0.5, 0.5]}, 1, "index_not_usable"),
        ({"customer": [1, 2], "need": [0.5, 0], "rating": [0.5, 0.5]}, 1, "index_not_usable"),
        ({"customer": [1, 2], "need": [0, 0], "rating": [0.5, 4]}, 1, "rating_out_of_range"),
        ({"customer": [1, 2], "need": [0, 0], "money": [1, -4]}, 1, "money_not_usable"),
        ({"customer": [1, 2], "need": [0, 0], "money": [1, np.nan]}, 1, "money_not_usable"),
    ],
)
def test_feedback_that_cannot_be_scored_is_refused_with_a_remedy(columns, needs, code):
    with pytest.raises(CannotEstimate) as refusal:
        score(mentions(**columns), needs)
    assert refusal.value.code == code
    assert refusal.value.remedy
