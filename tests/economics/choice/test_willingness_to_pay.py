"""Willingness to pay: alone, against competitors, and for the quality of a model."""

from __future__ import annotations

import numpy as np
import pytest

from tests.economics.choice.assistants import ASSISTANTS, SMALL, alike, assistants, crowd
from trimtab.economics.choice import logit
from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import Market, simulate
from trimtab.economics.choice.willingness_to_pay import against_competition, value_of_quality, willingness_to_pay
from trimtab.economics.errors import CannotEstimate

GOOD, BEST = {"quality": "good", "price": 20}, {"quality": "best", "price": 20}
DULL = {"spec": "Content", "vel": "Lento", "qual": "Sufficente", "priv": "Bassa", "cost": 20}
MARKET = Market({"ours": GOOD, "theirs": {"quality": "best", "price": 25}}, none=True)


@pytest.mark.parametrize(
    ("better", "euros"), [({"qual": "Ottimale"}, 10.12), ({"priv": "Alta"}, 9.54), ({"vel": "Veloce"}, 6.84)]
)
def test_quality_privacy_and_speed_of_ai_assistants_are_worth_the_published_euros(public_data, better, euros):
    # An independent multinomial logit with a linear price gives EUR 10.12, 9.54 and 6.84.
    fitted = logit.fit(assistants(public_data))
    point = Population(fitted.coefficients[None, None], np.ones(1), fitted.names)
    assert willingness_to_pay(point, ASSISTANTS, DULL, {**DULL, **better}).typical[0] == pytest.approx(euros, abs=0.005)
    worlds = fitted.population(2000, np.random.default_rng(1))
    figure = willingness_to_pay(worlds, ASSISTANTS, DULL, {**DULL, **better}).figure("quality", "EUR")
    assert figure.low < euros < figure.high


def test_a_change_back_is_worth_as_much_with_the_other_sign():
    there, back = (willingness_to_pay(crowd(), SMALL, *pair) for pair in ((GOOD, BEST), (BEST, GOOD)))
    np.testing.assert_allclose(there.typical, -back.typical)


def test_people_who_like_to_pay_are_counted_and_left_out_of_the_median_person():
    three = Population(np.array([[[1.0, -0.1, 0], [2.0, -0.1, 0], [1.0, 0.02, 0]]]), [1.0, 1.0, 2.0], SMALL.names)
    worth = willingness_to_pay(three, SMALL, GOOD, BEST)
    assert worth.unmoved[0] == pytest.approx(0.5)
    np.testing.assert_allclose(worth.by_person, [[10.0, 20.0, np.nan]])
    assert worth.middle[0] == pytest.approx(10.0)
    # Mean part-worths 1.25 and -.04.
    assert worth.typical[0] == pytest.approx(31.25)


def test_no_dislike_of_the_price_leaves_no_money_value():
    with pytest.raises(CannotEstimate) as refused:
        willingness_to_pay(alike(1.0, 0.1, 0.0), SMALL, GOOD, BEST)
    assert refused.value.code == "nobody_minds_the_price"


def test_a_price_by_levels_has_no_ratio():
    coding = Coding((Attribute("price", "levels", ("10", "20"), is_price=True),))
    with pytest.raises(CannotEstimate) as refused:
        willingness_to_pay(Population([[[-1.0]]], [1.0], coding.names), coding, {"price": "10"}, {"price": "20"})
    assert refused.value.code == "price_not_linear"


def test_offers_at_different_prices_are_not_compared():
    with pytest.raises(CannotEstimate) as refused:
        willingness_to_pay(crowd(), SMALL, GOOD, {**BEST, "price": 25})
    assert refused.value.code == "price_differs"


def test_where_all_are_alike_competition_leaves_the_ratio_as_it_is():
    # One kind of people: the share depends on the offer's own utility only, so r = -beta / price.
    worth = against_competition(alike(1.5, -0.1, -2.0), SMALL, MARKET, "ours", BEST, highest_price=50)
    assert worth.rise[0] == pytest.approx(15.0)
    assert not worth.beyond[0]


def test_the_rise_of_the_price_gives_the_old_share_back():
    population = crowd()
    worth = against_competition(population, SMALL, MARKET, "ours", BEST, highest_price=60)
    before = simulate(population, SMALL, MARKET).of("ours")
    for world in range(population.worlds):
        dearer = MARKET.change("ours", quality="best", price=20 + worth.rise[world])
        assert simulate(population, SMALL, dearer).of("ours")[world] == pytest.approx(before[world], abs=1e-6)
    assert (worth.at_old_price > worth.target).all()


def test_a_worse_offer_has_to_become_cheaper():
    market = MARKET.change("ours", quality="best")
    assert (against_competition(crowd(), SMALL, market, "ours", GOOD, highest_price=60).rise < 0).all()


def test_a_price_above_the_highest_that_was_asked_is_flagged():
    assert against_competition(alike(1.5, -0.1, -2.0), SMALL, MARKET, "ours", BEST, highest_price=30).beyond.all()


def test_without_anything_to_compete_with_there_is_no_such_rise():
    with pytest.raises(CannotEstimate) as refused:
        against_competition(crowd(), SMALL, Market({"ours": GOOD}), "ours", BEST, highest_price=60)
    assert refused.value.code == "no_competition"


def value(candidate, today, population=None, **anchors):
    return value_of_quality(
        alike(1.5, -0.1, 0.0) if population is None else population,
        SMALL,
        GOOD,
        "quality",
        anchors or {"good": 0.80, "best": 0.95},
        candidate=candidate,
        today=today,
        rng=np.random.default_rng(1),
    )


def test_quality_is_worth_money_in_proportion_between_the_anchors():
    # best over good is worth 15, so a point of quality between .80 and .95 is worth 1.
    assert value(0.90, 0.85).money[0] == pytest.approx(5.0)
    assert value(0.85, 0.90).money[0] == pytest.approx(-5.0)
    assert not value(0.95, 0.80).beyond.any()


def test_quality_beyond_the_anchors_is_flagged_and_not_extrapolated():
    far = value(0.99, 0.70)
    assert far.beyond.all()
    assert far.money[0] == pytest.approx(15.0)


def test_draws_of_quality_stay_pairs_when_they_are_resampled():
    today = np.random.default_rng(2).uniform(0.80, 0.90, 500)
    money = value(today + 0.05, today, population=crowd(2000)).money
    ratio = willingness_to_pay(crowd(2000), SMALL, GOOD, BEST).typical
    np.testing.assert_allclose(money, ratio / 3, rtol=1e-9)


@pytest.mark.parametrize("anchors", [{"good": 0.8}, {"good": 0.8, "best": 0.8}, {"good": 0.8, "best": 1.2}])
def test_anchors_must_be_different_places_on_the_scale(anchors):
    with pytest.raises(CannotEstimate) as refused:
        value(0.9, 0.85, **anchors)
    assert refused.value.code == "anchors_not_usable"
