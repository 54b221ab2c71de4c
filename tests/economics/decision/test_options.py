"""Options side by side, held to closed forms of the normal distribution, to cases by hand and to rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import norm

from trimtab.economics.decision.break_even import break_even_by_world
from trimtab.economics.decision.options import compare, frontier, reached, worst_mean
from trimtab.economics.errors import CannotEstimate

WORLDS = 200_000
tables = arrays(
    float, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=8), elements=st.integers(-50, 50).map(float)
)


def normal_quantiles(mean, spread, worlds=WORLDS):
    """Draws without noise: the quantiles of the middle of equal parts, in an order of no meaning."""
    ordered = norm.ppf((np.arange(worlds) + 0.5) / worlds, mean, spread)
    return np.random.default_rng(2).permutation(ordered)


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 1.0), (0.5, 1.0), (-300.0, 1000.0), (1.0, 0.5)])
def test_a_normal_gain_has_the_closed_forms_of_chance_regret_information_and_tail(mean, spread):
    # G ~ N(d, s): P(best) = Phi(d/s), EVPI = s phi(d/s) - |d| Phi(-|d|/s),
    # CVaR of a tenth = d - s phi(z) / 0.1 with z = Phi^-1(0.1).
    gain = normal_quantiles(mean, spread)
    found = compare(np.column_stack([np.zeros(WORLDS), gain]))
    option, ratio = found.standings[1], abs(mean) / spread
    evpi = spread * norm.pdf(ratio) - abs(mean) * norm.cdf(-ratio)
    assert option.p_best == pytest.approx(norm.cdf(mean / spread), abs=1e-5)
    assert option.p_loss == pytest.approx(norm.cdf(-mean / spread), abs=1e-5)
    assert found.evpi == pytest.approx(evpi, rel=1e-3)
    assert option.regret == pytest.approx(evpi + max(0.0, -mean), rel=1e-3)
    assert option.cvar == pytest.approx(mean - spread * norm.pdf(norm.ppf(0.1)) / 0.1, rel=1e-3)
    assert option.gain.low == pytest.approx(norm.ppf(0.1, mean, spread), rel=1e-3)


def test_of_three_alike_and_independent_each_is_best_in_a_third_and_the_most_of_them_is_known():
    # E[max of 3 standard normals] = 3 / (2 sqrt(pi)) = 0.8463 (David & Nagaraja 2003, Order Statistics, 3.2).
    values = np.random.default_rng(5).normal(size=(WORLDS, 3))
    found = compare(values, dominance=False)
    assert [one.p_best for one in found.standings] == pytest.approx([1 / 3] * 3, abs=0.005)
    assert found.evpi == pytest.approx(3 / (2 * np.sqrt(np.pi)), abs=0.01)


def test_four_worlds_by_hand():
    # Gains of B: 3, -1, 4, 2; of C: 3, 0, -8, 1. Best in world 1: B and C tie; 2: today and C; 3 and 4: B.
    values = np.array([[10.0, 13, 13], [20, 19, 20], [30, 34, 22], [5, 7, 6]])
    today, b, c = compare(values).standings
    assert [today.p_best, b.p_best, c.p_best] == [0.125, 0.625, 0.25]
    assert [today.regret, b.regret, c.regret] == [2.25, 0.25, 3.25]  # E[max gain] = (3 + 0 + 4 + 2) / 4
    assert b.p_loss == c.p_loss == 0.25
    # Sorted: today 5 10 20 30, B 7 13 19 34, C 6 13 20 22: each pair crosses somewhere.
    assert today.dominated_by == b.dominated_by == c.dominated_by == ()
    assert today.expected_gain == today.cvar == today.spread == 0


def test_the_tail_counts_a_part_of_a_draw():
    # A tenth of 15 draws is 1.5 of them: (1 + 0.5 x 2) / 1.5.
    assert worst_mean(np.arange(15, 0, -1.0)) == pytest.approx(4 / 3)
    assert worst_mean(np.array([5.0, 7.0])) == 5.0  # less than one draw: the worst
    assert worst_mean(np.array([5.0, 7.0]), 1.0) == 6.0


def test_the_frontier_holds_what_no_other_beats():
    expected, safety = np.array([0.0, 5, 5, 9, 4]), np.array([0.0, -2, -3, -8, -2])
    assert frontier(expected, safety).tolist() == [True, True, False, True, False]
    assert frontier(np.array([1.0, 1.0]), np.array([2.0, 2.0])).tolist() == [True, True]  # alike: neither beats


def test_more_in_every_rank_dominates_and_crossing_does_not():
    base = np.random.default_rng(1).normal(size=500)
    shuffled = np.random.default_rng(2).permutation(base) + 0.1
    found = compare(np.column_stack([base, shuffled, 2 * base])).standings
    assert found[0].dominated_by == (1,)
    assert found[1].dominated_by == found[2].dominated_by == ()


def test_months_are_told_over_all_worlds_those_too_that_never_see_it_paid():
    told = reached(np.array([3.0, np.inf, 1, 4, np.inf]))
    assert (told.median, told.low, told.high, told.never) == (4, 1, None, 0.4)


def test_break_even_in_each_world_is_that_of_the_world():
    roots = np.random.default_rng(3).uniform(-0.5, 1.5, 400)
    found = break_even_by_world(lambda x: 7 * (x - roots) ** 3, np.zeros(400), np.ones(400), 1e-6)
    np.testing.assert_array_equal(found[roots <= 0], 0)
    assert np.all(np.isinf(found[roots > 1]))
    between = (roots > 0) & (roots < 1)
    np.testing.assert_allclose(found[between], roots[between], atol=1e-6)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_worlds_and_of_options_changes_nothing(values, chance):
    worlds, options = list(range(values.shape[0])), list(range(1, values.shape[1]))
    chance.shuffle(worlds)
    chance.shuffle(options)
    order = [0, *options]
    before, after = compare(values), compare(values[worlds][:, order])
    for place, was in enumerate(order):
        one, other = after.standings[place], before.standings[was]
        for name in ("expected_gain", "p_best", "p_loss", "regret", "cvar", "spread"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)
        assert one.on_frontier == other.on_frontier
        assert {order[k] for k in one.dominated_by} == set(other.dominated_by)
    assert after.evpi == pytest.approx(before.evpi, abs=1e-9)


@given(tables, st.integers(-1000, 1000))
def test_what_all_options_share_changes_nothing(values, shared):
    in_each_world = shared + np.arange(values.shape[0], dtype=float)[:, None]
    before, after = compare(values), compare(values + in_each_world)
    for one, other in zip(before.standings, after.standings, strict=True):
        assert (one.expected_gain, one.p_best, one.regret, one.cvar) == pytest.approx(
            (other.expected_gain, other.p_best, other.regret, other.cvar)
        )


@given(tables)
def test_chances_sum_to_one_and_the_best_regrets_what_information_is_worth(values):
    found = compare(values)
    assert sum(one.p_best for one in found.standings) == pytest.approx(1)
    assert min(one.regret for one in found.standings) == pytest.approx(found.evpi, abs=1e-9)
    assert all(one.regret >= -1e-9 and one.cvar <= one.expected_gain + 1e-9 for one in found.standings)
    assert not any(found.standings[k].expected_gain < one.expected_gain for one in found.standings
                   for k in one.dominated_by)  # fmt: skip
    assert found.frontier


def test_a_world_without_spread_is_told_without_doubt():
    found = compare(np.tile([1.0, 3.0, 3.0], (50, 1)))
    assert found.evpi == 0
    assert [one.p_best for one in found.standings] == [0, 0.5, 0.5]
    assert found.best == 1


@pytest.mark.parametrize("values", [np.empty((0, 2)), np.array([[1.0, np.nan]]), np.ones(3)])
def test_values_that_cannot_be_compared_are_refused(values):
    with pytest.raises(CannotEstimate):
        compare(values)


@pytest.mark.parametrize("tail", [0, -0.1, 1.5])
def test_a_tail_that_is_no_share_is_refused(tail):
    with pytest.raises(CannotEstimate, match="tail"):
        compare(np.ones((3, 2)), tail=tail)
