"""The joint search finds optima that are known, keeps constraints, and says when it cannot be sure."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import lambertw

from trimtab.economics.decision.joint_search import Axis, Effort, Family, Trial, search
from trimtab.economics.errors import CannotEstimate

QUICK = Effort(starts=3, members=10, generations=40, grid_points=64)
# Logit demand S(p) = 1 / (1 + exp(-(a - b p))), unit cost c.
A, B, COST = 5.0, 0.2, 8.0
MONOPOLY_PRICE = COST + (1 + lambertw(np.exp(A - B * COST - 1)).real) / B  # first-order condition, Lambert W


def rng():
    return np.random.default_rng(7)


def demand(price):
    return 1 / (1 + np.exp(-(A - B * price)))


def profit(_family, point):
    return Trial(np.full(3, (point[0] - COST) * demand(point[0])))


PRICE = Family("today", (Axis("price", 1, 100),))


def test_the_monopoly_price_is_that_of_the_closed_form():
    found = search([PRICE], profit, rng=rng(), effort=QUICK)
    assert found.best.point[0] == pytest.approx(MONOPOLY_PRICE, rel=1e-4)
    assert found.best.converged
    assert not found.best.is_flat
    assert found.best.grid_gain <= found.best.gain


def test_on_an_axis_of_sizes_it_is_the_same_price():
    found = search([Family("today", (Axis("price", 1, 100, is_log=True),))], profit, rng=rng(), effort=QUICK)
    assert found.best.point[0] == pytest.approx(MONOPOLY_PRICE, rel=1e-4)


def test_a_constraint_that_binds_is_met_at_its_edge():
    # Sell to nine of ten at least: the price where S(p) = 0.9, (a - ln 9) / b, below the monopoly price.
    def constrained(family, point):
        return replace(profit(family, point), slack=(demand(point[0]) - 0.9,))

    found = search([PRICE], constrained, rng=rng(), effort=QUICK)
    assert found.best.point[0] == pytest.approx((A - np.log(9)) / B, rel=1e-3)
    assert found.best.slack[0] >= 0


def test_many_hills_do_not_mislead_it():
    # Rastrigin 1974: highest at 0 among about a hundred hills in the square; -10 d + ... as usual, turned over.
    def rastrigin(_family, point):
        x = np.array(point)
        return Trial(np.array([-(10 * x.size + (x**2 - 10 * np.cos(2 * np.pi * x)).sum())]))

    axes = tuple(Axis(name, -4.1, 5.12) for name in ("x", "y"))
    found = search([Family("hills", axes)], rastrigin, rng=rng())
    assert found.best.point == pytest.approx((0, 0), abs=1e-3)
    assert found.best.gain > found.best.grid_gain + 1
    assert found.best.converged


def test_a_valley_that_bends_is_followed():
    # Rosenbrock 1960: highest, 0, at (1, 1).
    def valley(_family, point):
        return Trial(np.array([-((1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2)]))

    found = search([Family("valley", (Axis("x", -2, 2), Axis("y", -1, 3)))], valley, rng=rng())
    assert found.best.point == pytest.approx((1, 1), abs=0.02)


def test_the_best_of_several_families_is_chosen_and_each_is_told():
    families = [PRICE, Family("cheaper to serve", PRICE.axes), Family("as it is")]

    def by_family(family, point):
        cost = {"today": 8.0, "cheaper to serve": 4.0, "as it is": 8.0}[family.name]
        price = point[0] if point else 20.0
        return Trial(np.full(2, (price - cost) * demand(price)))

    found = search(families, by_family, rng=rng(), effort=QUICK)
    assert found.best.family == "cheaper to serve"
    assert [one.family for one in found.families] == [family.name for family in families]
    assert found.families[2].gain == pytest.approx(12 * demand(20.0))
    assert found.families[2].starts == 1


def test_two_hills_of_one_height_are_told_as_a_choice_that_matters_little():
    def two_hills(_family, point):
        return Trial(np.array([5 - min((point[0] - 2) ** 2, (point[0] - 8) ** 2)]))

    found = search([Family("two", (Axis("x", 0, 10),))], two_hills, rng=np.random.default_rng(3),
                   effort=Effort(starts=8, members=5, generations=20, grid_points=10))  # fmt: skip
    assert found.best.converged
    assert found.best.gain == pytest.approx(5, abs=1e-6)
    assert 0 < found.best.same_place < found.best.agreeing


def test_ends_that_do_not_agree_are_said_not_to():
    spikes = np.random.default_rng(1).normal(size=10_000)

    def noise(_family, point):
        return Trial(np.array([float(spikes[int(point[0] * 9999)])]))

    few = Effort(starts=2, most_starts=3, members=5, generations=2, grid_points=5)
    assert not search([Family("noise", (Axis("x", 0, 1),))], noise, rng=rng(), effort=few).best.converged


def test_the_gain_on_other_worlds_takes_back_what_the_search_picked_for_its_own():
    # 200 alternatives, none of which gains anything: the best of them on 50 draws of its own seems to, by about
    # E[max of 200 normals] / sqrt(50) = 2.75 / 7.07 = 0.39 (David & Nagaraja 2003, table of E[max]).
    draws = np.random.default_rng(4).normal(size=(200, 50 + 5000))
    families = [Family(str(place)) for place in range(200)]
    found = search(
        families,
        lambda family, _point: Trial(draws[int(family.name), :50]),
        rng=rng(),
        held_out=lambda family, _point: Trial(draws[int(family.name), 50:]),
    )
    assert found.gain_seen == pytest.approx(0.39, abs=0.15)
    assert abs(found.gain_held_out) < 0.05
    assert found.optimism > 2 * found.standard_error


def test_where_nothing_keeps_the_constraints_it_says_so():
    def impossible(family, point):
        return replace(profit(family, point), slack=(-1.0 - point[0],))

    with pytest.raises(CannotEstimate) as refused:
        search([PRICE], impossible, rng=rng(), effort=QUICK)
    assert refused.value.code == "nothing_feasible"
    with pytest.raises(CannotEstimate):
        search([], impossible, rng=rng())


def test_the_same_seed_finds_the_same_and_a_stop_stops_it():
    first, second = (search([PRICE], profit, rng=rng(), effort=QUICK) for _time in range(2))
    assert first.best == second.best

    def stop(done, _of):
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search([PRICE], profit, rng=rng(), effort=QUICK, on_progress=stop)
