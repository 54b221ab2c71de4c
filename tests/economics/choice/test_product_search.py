"""The price and the product that earn most: closed forms, bounds, and what competitors do to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import lambertw

from tests.economics.choice.assistants import SMALL, alike, crowd
from trimtab.economics.choice import product_search
from trimtab.economics.choice.coding import Attribute, Coding
from trimtab.economics.choice.optimal_price import Contest, optimal_price
from trimtab.economics.choice.population import Population
from trimtab.economics.choice.product_search import BuildOptions, optimal_product
from trimtab.economics.choice.simulator import Market, simulate
from trimtab.economics.errors import CannotEstimate

ALONE = Market({"ours": {"quality": "good", "price": 10}}, none=True)
RIVALS = ALONE.add("theirs", {"quality": "best", "price": 15})


def contest(population, market=ALONE) -> Contest:
    return Contest(population, SMALL, market, "ours")


@pytest.mark.parametrize(("cost", "price"), [(0.0, 16.0397), (10.0, 20.0)])
def test_the_best_price_of_a_logit_without_rivals_is_the_published_closed_form(cost, price):
    # p* = c + (1 + W(exp(a - 1 - b c))) / b with a = 4, b = .2.
    found = optimal_price(contest(alike(0.0, -0.2, -4.0)), lowest=0, highest=60, unit_cost=cost)
    assert found.price[0] == pytest.approx(price, abs=5e-5)
    assert found.best == pytest.approx(price, abs=0.1)
    assert found.converged.all()
    assert not found.at_edge.any()


@given(a=st.floats(-1, 6), b=st.floats(0.08, 1.0), cost=st.floats(0, 20))
@settings(max_examples=40, deadline=None)
def test_the_search_agrees_with_the_closed_form_everywhere(a, b, cost):
    expected = cost + (1 + float(lambertw(np.exp(a - 1 - b * cost)).real)) / b
    found = optimal_price(contest(alike(0.0, -b, -a)), lowest=0, highest=120, unit_cost=cost)
    assert found.price[0] == pytest.approx(expected, rel=1e-4)


def test_a_price_at_the_bound_is_respected_and_flagged():
    found = optimal_price(contest(alike(0.0, -0.2, -4.0)), lowest=0, highest=12)
    assert found.price[0] == pytest.approx(12.0)
    assert found.at_edge.all()
    assert found.best_at_edge


def test_no_price_on_a_fine_grid_earns_more_in_any_world():
    population = crowd()
    found = optimal_price(contest(population, RIVALS), lowest=0, highest=60, unit_cost=3)
    for price in np.linspace(0, 60, 121):
        share = simulate(population, SMALL, RIVALS.change("ours", price=price)).of("ours")
        assert ((price - 3) * share <= found.money + 1e-9).all()
        assert ((price - 3) * share).mean() <= found.best_money.mean() + 1e-4


def test_a_rival_lowers_what_can_be_earned():
    alone, rivals = (optimal_price(contest(crowd(), m), lowest=0, highest=60) for m in (ALONE, RIVALS))
    assert (rivals.money < alone.money).all()


def test_a_higher_cost_never_lowers_the_best_price():
    prices = [optimal_price(contest(crowd()), lowest=0, highest=80, unit_cost=c).price for c in (0, 5, 10)]
    assert (np.diff(prices, axis=0) > 0).all()


@pytest.mark.parametrize(
    ("bounds", "code"),
    [((10, 10, 0), "price_range_empty"), ((-1, 10, 0), "price_range_empty"), ((0, 10, -2), "out_of_range")],
)
def test_an_empty_range_and_a_negative_cost_are_refused(bounds, code):
    with pytest.raises(CannotEstimate) as refused:
        optimal_price(contest(crowd()), lowest=bounds[0], highest=bounds[1], unit_cost=bounds[2])
    assert refused.value.code == code


def test_the_better_product_wins_until_it_costs_more_than_it_is_worth():
    # One kind of people for whom best is worth 15: it pays while it costs less than that.
    people = contest(alike(1.5, -0.1, -2.0), RIVALS)
    allowed = {"quality": ("good", "best")}
    cheap, dear = (
        optimal_product(people, BuildOptions(allowed, 0, 80, cost={"quality": {"best": cost}})) for cost in (10, 20)
    )
    assert cheap.best.offer["quality"] == "best"
    assert cheap.best.unit_cost == 10
    assert dear.best.offer["quality"] == "good"
    assert cheap.exhaustive
    assert [candidate.p_best for candidate in cheap.candidates] == [1.0, 0.0]


WIDE = Coding(
    (*(Attribute(f"feature {n}", "levels", ("no", "yes"), coding="dummy") for n in range(6)),
     Attribute("price", "number", is_price=True)),
    none=True,
)  # fmt: skip


def test_climbing_finds_what_trying_everything_finds(monkeypatch):
    rng = np.random.default_rng(8)
    parts = np.concatenate([rng.normal(0.5, 0.7, (20, 5, 6)), np.full((20, 5, 1), -0.1), np.zeros((20, 5, 1))], axis=-1)
    market = Market({"ours": {f"feature {n}": "no" for n in range(6)} | {"price": 10}}, none=True)
    people = Contest(Population(parts, np.ones(5), WIDE.names), WIDE, market, "ours")
    options = BuildOptions(
        {f"feature {n}": ("no", "yes") for n in range(6)}, 0, 60, cost={f"feature {n}": {"yes": 4.0} for n in range(6)}
    )
    everything = optimal_product(people, options)
    monkeypatch.setattr(product_search, "MOST_PRODUCTS", 10)
    climbed = optimal_product(people, options)
    assert everything.exhaustive
    assert climbed.tried < everything.tried == 64
    assert climbed.best.offer == everything.best.offer


def test_progress_is_told_and_can_stop_the_search():
    class Stop(Exception):
        pass

    def stop(done, of):
        assert (done, of) == (1, 2)
        raise Stop

    with pytest.raises(Stop):
        optimal_product(contest(crowd()), BuildOptions({"quality": ("good", "best")}, 0, 60), on_progress=stop)
