"""Plans: by hand, against every menu tried, and the rules that hold for any people."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.answers import price_answers
from trimtab.economics.price.demand import best_price, demand
from trimtab.economics.price.plan_pool import Pool
from trimtab.economics.price.plan_search import MenuKind, MenuSearch, compare_menus
from trimtab.economics.price.plans import People, Plan, copula_correlation, outcome, payment, people, use_of
from trimtab.economics.price.token_usage import token_usage

INF = np.inf


def rng(seed=1):
    return np.random.default_rng(seed)


def crowd(worth, tokens):
    worth, tokens = np.atleast_2d(np.asarray(worth, dtype=float)), np.atleast_2d(np.asarray(tokens, dtype=float))
    return People(worth, tokens, np.zeros(worth.shape[1], dtype=int), ("all",))


def some_crowd(seed, worlds=3, count=60):
    made = rng(seed)
    return crowd(np.exp(made.normal(3, 0.6, (worlds, count))), np.exp(made.normal(11, 1.2, (worlds, count))))


def test_three_people_and_two_plans_by_hand():
    # Half the tokens are worth half (returns 1). A: worth 10, wants 1,000. B: 30 for 2,000. C: 40 for 10,000.
    everyone = crowd([10, 30, 40], [1000, 2000, 10_000])
    menu = [Plan(8, included=1000), Plan(25)]
    # Surplus small / large: A 2 / -15, B 15 - 8 = 7 / 5, C 4 - 8 = -4 / 15. At 2 a thousand: cost 2, 2, 20.
    found = outcome(everyone, menu, 2.0, returns=1.0)
    assert found.revenue == pytest.approx([(8 + 8 + 25) / 3])
    assert found.cost == pytest.approx([(2 + 2 + 20) / 3])
    assert found.margin == pytest.approx([(41 - 24) / 3])
    assert found.takers == pytest.approx(np.array([[2 / 3, 1 / 3]]))
    # B would have paid 25 had the small plan not been there; nobody costs more than they pay.
    assert found.cannibalised == pytest.approx([1 / 3])
    assert found.at_a_loss == pytest.approx([0])
    # At 3 a thousand C costs 30 and pays 25.
    assert outcome(everyone, menu, 3.0, returns=1.0).at_a_loss == pytest.approx([1 / 3])


def test_paid_use_stops_where_the_next_token_is_worth_less_than_its_price():
    # w (x/u)^.5 with w = 20, u = 4,000: worth falls below .005 a token at (20 * .5 / (.005 * 4000^.5))^2 = 1000.
    used, value = use_of(np.array([20.0]), np.array([4000.0]), Plan(3, 0.0, per_1000=5.0))
    assert used == pytest.approx([1000])
    assert value == pytest.approx([10])
    assert payment(Plan(3, 0.0, per_1000=5.0), used) == pytest.approx([8])
    # Included tokens are used to the end, since they are free; beyond them only 1 more of 1,000 would be worth it.
    used, _value = use_of(np.array([20.0]), np.array([4000.0]), Plan(3, 2000.0, per_1000=5.0))
    assert used == pytest.approx([2000])


def test_the_best_use_is_where_a_fine_search_finds_it():
    worth, tokens, plan = np.array([30.0]), np.array([7000.0]), Plan(0, 500.0, per_1000=3.0)
    fine = np.linspace(0, 7000, 70_001)
    surplus = 30 * (fine / 7000) ** 0.7 - 3 * np.maximum(fine - 500, 0) / 1000
    used, value = use_of(worth, tokens, plan, 0.7)
    assert used[0] == pytest.approx(fine[np.argmax(surplus)], abs=0.2)
    assert value[0] - payment(plan, used)[0] == pytest.approx(surplus.max(), rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.5), st.integers(0, 2))
def test_the_exact_fee_is_beaten_by_no_fee_of_a_fine_grid(seed, cost, others):
    everyone = some_crowd(seed)
    pool = Pool(everyone.worth, everyone.tokens, cost)
    rest = [Plan(8.0, 20_000.0), Plan(15.0, 60_000.0)][:others]
    fee, margin = pool.best_fee(Plan(0.0, 100_000.0), pool.choices(rest))
    tried = [pool.margin([*rest, Plan(f, 100_000.0)]) for f in np.linspace(0.01, 150, 400)]
    assert margin >= max(tried) - 1e-9
    assert pool.margin([*rest, Plan(fee, 100_000.0)]) == pytest.approx(margin, abs=1e-6)


def every_menu(everyone, plans, fees, limits, cost):
    """The best margin of all menus of so many plans with these fees and limits: nothing is left out."""
    pool = Pool(everyone.worth, everyone.tokens, cost)
    offers = [Plan(fee, limit) for fee, limit in product(fees, limits)]
    return max(pool.margin(menu) for menu in product(offers, repeat=plans))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cost", [0.0, 0.1])
def test_the_search_finds_what_trying_every_menu_finds(seed, cost):
    # Six people whose every indifference lies at a threshold: a fine grid of fees cannot beat the search.
    everyone = some_crowd(seed, worlds=1, count=6)
    search = MenuSearch(Pool(everyone.worth, everyone.tokens, cost), rng())
    search.limits = [*sorted(everyone.tokens[0][::2].tolist()), INF]
    fees = np.quantile(everyone.worth, np.linspace(0, 1, 17)) * 0.999
    for kind, plans, limits in ((MenuKind.FLAT, 1, [INF]), (MenuKind.TWO_TIERS, 2, search.limits)):
        menu, _starts, _agreeing = search.best(kind)
        assert search.pool.margin(menu) >= every_menu(everyone, plans, fees, limits, cost) - 1e-6


def test_two_tiers_reach_the_known_optimum_of_two_kinds_of_people():
    # Textbook screening, returns 1: 10 light users (worth 10 for 1,000), 10 heavy ones (worth 30 for 10,000), no cost.
    # Small plan at 10 with 1,000 tokens is worth 3 to the heavy, below its price: they pay 30 in full. Margin 20.
    everyone = crowd([10.0] * 10 + [30.0] * 10, [1000.0] * 10 + [10_000.0] * 10)
    search = MenuSearch(Pool(everyone.worth, everyone.tokens, 0.0, returns=1.0), rng())
    search.limits = [1000.0, INF]
    menu, _starts, _agreeing = search.best(MenuKind.TWO_TIERS)
    assert [plan.fee for plan in menu] == pytest.approx([10, 30], abs=1e-6)
    assert search.pool.margin(menu) == pytest.approx(20, abs=1e-6)


def test_without_cost_and_without_use_the_flat_price_is_that_of_the_highest_revenue():
    answers = price_answers(np.cumsum(rng(4).uniform(0.5, 5, (80, 4)), axis=1))
    curve = demand(answers, worlds=300, rng=rng())
    idle = token_usage([0.0] * 50 + [1.0] * 1, worlds=300, rng=rng())
    everyone = people({"all": curve}, {"all": idle}, {"all": 1.0}, count=600, rng=rng(2))
    found = compare_menus(everyone, 0.0, rng=rng(3), kinds=[MenuKind.FLAT])[MenuKind.FLAT]
    best = best_price(curve)
    assert found.menu[0].fee == pytest.approx(best.point, rel=0.04)
    # The best single price for all worlds cannot beat the best price of each world.
    assert found.outcome.margin.mean() <= best.earns.mean() * 1.005
    assert found.outcome.margin.mean() == pytest.approx(best.earns.mean(), rel=0.02)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.1]))
def test_a_richer_kind_of_menu_is_never_worse(seed, cost):
    found = compare_menus(some_crowd(seed), cost, rng=rng(seed))
    margin = {kind: best.expected_margin for kind, best in found.items()}
    assert margin[MenuKind.TWO_TIERS] >= margin[MenuKind.FLAT] - 1e-9
    assert margin[MenuKind.THREE_TIERS] >= margin[MenuKind.TWO_TIERS] - 1e-9
    assert margin[MenuKind.HYBRID] >= max(margin[MenuKind.FLAT], margin[MenuKind.USAGE]) - 1e-9
    for best in found.values():
        brings = best.outcome
        assert np.allclose(brings.margin, brings.revenue - brings.cost)
        assert np.allclose(brings.takers.sum(axis=1), brings.customers)
        for share in (brings.customers, brings.at_a_loss, brings.cannibalised):
            assert np.all((share >= 0) & (share <= 1))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_dearer_serving_never_earns_more_and_a_menu_of_one_plan_is_that_plan(seed):
    everyone = some_crowd(seed)
    margins = [
        compare_menus(everyone, cost, rng=rng(1), kinds=[MenuKind.FLAT])[MenuKind.FLAT].expected_margin
        for cost in (0.0, 0.01, 0.03)
    ]
    assert margins == sorted(margins, reverse=True)
    alone, twice = outcome(everyone, [Plan(20.0)], 0.01), outcome(everyone, [Plan(20.0), Plan(20.0)], 0.01)
    assert np.array_equal(alone.margin, twice.margin)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 50))
def test_another_currency_scales_fees_and_margins(seed, rate):
    everyone = some_crowd(seed)
    dear = People(everyone.worth * rate, everyone.tokens, everyone.segment, everyone.segments)
    for kind in (MenuKind.FLAT, MenuKind.HYBRID):
        first = compare_menus(everyone, 0.02, rng=rng(1), kinds=[kind])[kind]
        second = compare_menus(dear, 0.02 * rate, rng=rng(1), kinds=[kind])[kind]
        assert second.expected_margin == pytest.approx(first.expected_margin * rate, rel=1e-4)


def test_worth_and_usage_go_together_as_far_as_they_are_said_to():
    answers = price_answers(np.cumsum(rng(4).uniform(0.5, 5, (80, 4)), axis=1))
    curve = demand(answers, worlds=20, rng=rng())
    used = token_usage(np.exp(rng(5).normal(10, 1, 200)), worlds=20, rng=rng())
    for correlation in (-0.6, 0.0, 0.8):
        drawn = people({"a": curve}, {"a": used}, {"a": 1.0}, count=500, rng=rng(), rank_correlation=correlation)
        ranks = np.argsort(np.argsort(drawn.worth[0])), np.argsort(np.argsort(drawn.tokens[0]))
        assert copula_correlation(drawn.worth[0], drawn.tokens[0]) == pytest.approx(correlation, abs=0.06)
        # Spearman's correlation of a normal copula is 6/pi asin(rho / 2).
        assert np.corrcoef(*ranks)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(correlation / 2), abs=0.06)
    # What people would just pay gives the demand back: its median is where demand is one half.
    middle = np.median(drawn.worth, axis=1)
    assert middle == pytest.approx([np.interp(-0.5, -row, curve.grid) for row in curve.worth], rel=0.03)


def test_people_are_split_by_the_shares_of_their_segments():
    curve = demand(price_answers([[1, 2, 3, 4]] * 6), worlds=5, rng=rng())
    used = token_usage([5.0] * 6, worlds=5, rng=rng())
    drawn = people({"a": curve, "b": curve}, {"a": used, "b": used}, {"a": 1, "b": 2}, count=100, rng=rng())
    assert np.bincount(drawn.segment).tolist() == [33, 67]
    assert drawn.worth.shape == (5, 100)


@pytest.mark.parametrize(
    ("cost", "returns", "code"),
    [
        (-1.0, 0.5, "cost_not_usable"),
        (np.nan, 0.5, "cost_not_usable"),
        (0.1, 0.0, "returns_not_usable"),
        (1e6, 1.0, "nothing_earns"),
    ],
)
def test_what_cannot_be_searched_is_refused_by_name(cost, returns, code):
    with pytest.raises(CannotEstimate) as refusal:
        compare_menus(some_crowd(1), cost, rng=rng(), returns=returns)
    assert refusal.value.code == code


def test_a_search_tells_how_far_it_is_and_stops_when_told_to():
    told = []
    compare_menus(some_crowd(1), 0.02, rng=rng(), on_progress=lambda done, of: told.append((done, of)))
    assert told == [(place, 5) for place in range(5)]

    class Stopped(Exception):
        pass

    def stop(done, of):
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        compare_menus(some_crowd(1), 0.02, rng=rng(), on_progress=stop)
