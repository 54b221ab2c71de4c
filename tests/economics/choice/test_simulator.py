"""Shares of preference: the three rules, and what must hold for any of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.economics.choice.assistants import SMALL, alike, crowd
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.simulator import RULES, Market, share_of_preference, simulate
from trimtab.economics.errors import CannotEstimate

offer = st.fixed_dictionaries({"quality": st.sampled_from(["good", "best"]), "price": st.integers(0, 40)})
offers = st.lists(offer, min_size=1, max_size=4)
MARKET = Market({"ours": {"quality": "best", "price": 20}, "theirs": {"quality": "good", "price": 10}}, none=True)


def market(listed) -> Market:
    return Market({f"offer {place}": values for place, values in enumerate(listed)}, none=True)


@pytest.mark.parametrize("rule", RULES)
@given(listed=offers)
@settings(max_examples=15, deadline=None)
def test_shares_are_never_negative_and_sum_to_one(rule, listed):
    shares = simulate(crowd(), SMALL, market(listed), rule, points=16).shares
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1)


@pytest.mark.parametrize("rule", RULES)
@given(listed=offers, extra=offer)
@settings(max_examples=15, deadline=None)
def test_a_new_offer_never_raises_the_share_of_another(rule, listed, extra):
    before = simulate(crowd(), SMALL, market(listed), rule, points=16)
    after = simulate(crowd(), SMALL, market(listed).add("new", extra), rule, points=16)
    for name in before.names:
        assert (after.of(name) <= before.of(name) + 1e-9).all()


@pytest.mark.parametrize("rule", RULES)
@given(listed=offers, rise=st.integers(1, 20))
@settings(max_examples=15, deadline=None)
def test_a_higher_price_never_raises_the_share(rule, listed, rise):
    population, first = crowd(), market(listed)
    dearer = first.change("offer 0", price=listed[0]["price"] + rise)
    before, after = (simulate(population, SMALL, m, rule, points=16).of("offer 0") for m in (first, dearer))
    assert (after <= before + 1e-9).all()


def test_the_share_of_preference_is_the_logit_by_hand():
    # Utilities 1.5 - .1 x 20 = -.5 and -.1 x 10 = -1, none -2: exp gives .606531 .367879 .135335, sum 1.109745.
    shares = simulate(alike(1.5, -0.1, -2.0), SMALL, MARKET).shares[0]
    np.testing.assert_allclose(shares, [0.546549, 0.331499, 0.121952], atol=1e-6)


def test_people_count_by_their_shares():
    two = Population(np.array([[[1.5, -0.1, -2.0], [0.0, -0.1, -2.0]]]), [3.0, 1.0], SMALL.names)
    each = [simulate(alike(q, -0.1, -2.0), SMALL, MARKET).shares for q in (1.5, 0.0)]
    np.testing.assert_allclose(simulate(two, SMALL, MARKET).shares, 0.75 * each[0] + 0.25 * each[1])


def test_a_blue_bus_takes_from_the_car_only_under_the_logit():
    # The classical example: car and red bus are liked alike; a blue bus comes that is a red bus but for its paint.
    coded = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    taste = Population(np.zeros((1, 1, 2)), np.ones(1), ("car", "bus"))
    logit = share_of_preference(taste, coded)
    randomised = share_of_preference(
        taste, coded, "randomised_first", attribute_noise=np.ones(2), points=4096, rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(logit, [[1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(randomised, [[1 / 2, 1 / 4, 1 / 4]], atol=0.005)
    between = share_of_preference(
        taste, coded, "randomised_first", attribute_noise=np.ones(2), product_noise=1.0, points=1024
    )
    assert 1 / 3 < between[0, 0] < 1 / 2


def test_the_first_choice_is_split_at_a_tie():
    same = Market({"a": {"quality": "good", "price": 10}, "b": {"quality": "good", "price": 10}}, none=True)
    np.testing.assert_allclose(simulate(alike(1.0, -0.1, -9.0), SMALL, same, "first").shares, [[0.5, 0.5, 0.0]])


def test_a_large_scale_turns_the_logit_into_the_first_choice():
    steep = simulate(crowd(), SMALL, MARKET, scale=1e4).shares
    np.testing.assert_allclose(steep, simulate(crowd(), SMALL, MARKET, "first").shares, atol=1e-3)


def test_noise_in_proportion_to_the_part_worths_does_not_depend_on_the_unit_of_price():
    population = crowd()
    cents = Population(population.partworths / [1, 100, 1], population.shares, SMALL.names)
    in_cents = Market(
        {name: {**values, "price": 100 * values["price"]} for name, values in MARKET.offers.items()}, True
    )
    np.testing.assert_allclose(
        simulate(population, SMALL, MARKET, "randomised_first").shares,
        simulate(cents, SMALL, in_cents, "randomised_first").shares,
    )


def test_the_order_of_worlds_and_people_does_not_matter():
    population = crowd()
    worlds, kinds = np.random.default_rng(5).permutation(30), np.random.default_rng(6).permutation(40)
    mixed = Population(population.partworths[worlds][:, kinds], population.shares[worlds][:, kinds], population.names)
    np.testing.assert_allclose(
        simulate(mixed, SMALL, MARKET).shares, simulate(population, SMALL, MARKET).shares[worlds]
    )


def test_none_that_was_never_asked_is_refused():
    from trimtab.economics.choice.coding import Coding

    asked = Coding(SMALL.attributes)
    population = Population(np.array([[[1.0, -0.1]]]), np.ones(1), asked.names)
    with pytest.raises(CannotEstimate) as refused:
        simulate(population, asked, MARKET)
    assert refused.value.code == "none_not_asked"


@pytest.mark.parametrize(
    ("options", "code"),
    [({"rule": "loudest"}, "rule_unknown"), ({"scale": 0.0}, "out_of_range"),
     ({"rule": "randomised_first", "attribute_noise": -1.0}, "out_of_range")],
)  # fmt: skip
def test_senseless_options_are_refused(options, code):
    with pytest.raises(CannotEstimate) as refused:
        simulate(crowd(), SMALL, MARKET, **options)
    assert refused.value.code == code


def test_a_market_names_what_it_does_not_offer():
    with pytest.raises(CannotEstimate) as refused:
        MARKET.change("thiers", price=3)
    assert refused.value.code == "offer_unknown"
    assert MARKET.without("theirs").names == ("ours", "none")
