"""Sobol's effects, the tornado and the flips: closed forms, and independence of the order of the worlds."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trimtab.economics.decision.flips import option_flips, verdict_flips
from trimtab.economics.decision.response_curve import ResponseCurve, tornado
from trimtab.economics.decision.sensitivity import over_draws, sobol_effects
from trimtab.economics.errors import CannotEstimate


def ishigami(x):
    return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])


def revenue(x):
    return x["price"] * x["share"] * x["reach"]


def revenue_inputs(rng, worlds):
    return {
        "price": rng.lognormal(np.log(20), 0.2, worlds),
        "share": rng.beta(8, 32, worlds),
        "reach": rng.lognormal(np.log(1e6), 0.35, worlds),
    }


def assert_effects(found, first, total, within):
    by_name = {effect.name: effect for effect in found.effects}
    for name in first:
        assert by_name[name].first == pytest.approx(first[name], abs=within), name
        assert by_name[name].total == pytest.approx(total[name], abs=within), name


def test_ishigami_has_its_closed_form():
    # Ishigami & Homma 1990 with a = 7, b = .1: S1 .3139 .4424 0, ST .5576 .4424 .2437.
    rng = np.random.default_rng(1)
    inputs = {name: rng.uniform(-np.pi, np.pi, 30_000) for name in "abc"}
    found = sobol_effects(over_draws(ishigami, inputs), list(inputs), rng, replicates=2)
    first, total = {"a": 0.3139, "b": 0.4424, "c": 0.0}, {"a": 0.5576, "b": 0.4424, "c": 0.2437}
    assert_effects(found, first, total, within=0.015)
    assert [effect.name for effect in found.effects] == ["a", "b", "c"]
    assert found.together == pytest.approx(1 - 0.7563, abs=0.02)
    assert found.variance == pytest.approx(13.8446, rel=0.03)  # 1/2 + 7^2/8 + .1 pi^4/5 + .01 pi^8/18


def test_price_times_share_times_reach_has_its_closed_form():
    # S_i = cv_i^2 / (prod(1 + cv^2) - 1), ST_i = cv_i^2 prod_{j != i}(1 + cv_j^2) / (...).
    rng = np.random.default_rng(2)
    inputs = revenue_inputs(rng, 30_000)
    found = sobol_effects(over_draws(revenue, inputs), list(inputs), rng, replicates=2)
    first = {"price": 0.1401, "share": 0.3350, "reach": 0.4475}
    total = {"price": 0.1739, "share": 0.3941, "reach": 0.5112}
    assert_effects(found, first, total, within=0.02)
    assert found.mean == pytest.approx(4_338_568, rel=0.01)
    low, middle, high = np.quantile(revenue(revenue_inputs(rng, 400_000)), [0.05, 0.5, 0.95])
    np.testing.assert_allclose([low, middle, high], [1.590e6, 3.840e6, 8.776e6], rtol=0.01)


def test_our_effects_are_those_of_scipy_on_the_same_distributions():
    rng = np.random.default_rng(3)
    inputs = revenue_inputs(rng, 2**14)
    ours = {e.name: e for e in sobol_effects(over_draws(revenue, inputs), list(inputs), rng).effects}
    dists = [stats.lognorm(0.2, scale=20), stats.beta(8, 32), stats.lognorm(0.35, scale=1e6)]
    theirs = stats.sobol_indices(func=lambda x: x[0] * x[1] * x[2], n=2**14, dists=dists, rng=rng)
    for place, name in enumerate(inputs):
        assert ours[name].first == pytest.approx(theirs.first_order[place], abs=0.03)
        assert ours[name].total == pytest.approx(theirs.total_order[place], abs=0.03)


def test_intervals_hold_the_closed_form_about_four_times_in_five():
    # 40 sets of 2,000 worlds of the product, three inputs: 240 intervals.
    first = {"price": 0.1401, "share": 0.3350, "reach": 0.4475}
    total = {"price": 0.1739, "share": 0.3941, "reach": 0.5112}
    held = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        inputs = revenue_inputs(rng, 2000)
        for e in sobol_effects(over_draws(revenue, inputs), list(inputs), rng).effects:
            held += [e.first_low <= first[e.name] <= e.first_high, e.total_low <= total[e.name] <= e.total_high]
    assert 0.68 <= np.mean(held) <= 0.92


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_same_worlds_in_another_order_give_the_same_effects(seed):
    rng = np.random.default_rng(seed)
    inputs = revenue_inputs(rng, 300)
    order = rng.permutation(300)
    moved = {name: draws[order] for name, draws in inputs.items()}
    one = sobol_effects(over_draws(revenue, inputs), list(inputs), np.random.default_rng(7))
    other = sobol_effects(over_draws(revenue, moved), list(inputs), np.random.default_rng(7))
    assert [e.name for e in one.effects] == [e.name for e in other.effects]
    for a, b in zip(one.effects, other.effects, strict=True):
        np.testing.assert_allclose(astuple(b)[1:], astuple(a)[1:])


def test_an_input_that_is_not_used_has_no_effect_and_a_sum_has_nothing_together():
    rng = np.random.default_rng(4)
    inputs = {"x": rng.standard_normal(20_000), "y": rng.standard_normal((20_000, 3)), "idle": rng.random(20_000)}
    found = sobol_effects(over_draws(lambda i: i["x"] + i["y"][:, 1], inputs), list(inputs), rng)
    idle = next(effect for effect in found.effects if effect.name == "idle")
    assert (idle.first, idle.total, idle.total_high) == (0.0, 0.0, 0.0)
    assert found.together == pytest.approx(0, abs=0.03)


def test_a_run_can_be_stopped_between_two_worlds_of_work():
    rng = np.random.default_rng(5)
    inputs = revenue_inputs(rng, 100)
    told = []

    def stop(done, of):
        told.append((done, of))
        if done == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sobol_effects(over_draws(revenue, inputs), list(inputs), rng, on_progress=stop)
    assert told == [(1, 5), (2, 5), (3, 5)]


def test_a_result_that_never_varies_and_too_few_worlds_are_refused():
    rng = np.random.default_rng(6)
    with pytest.raises(CannotEstimate) as refused:
        sobol_effects(lambda _orders: np.full(100, 3.0), ["x"], rng)
    assert refused.value.code == "nothing_varies"
    with pytest.raises(CannotEstimate) as refused:
        sobol_effects(lambda _orders: np.arange(10.0), ["x"], rng)
    assert refused.value.code == "too_few_worlds"


def test_a_tornado_of_a_sum_swings_by_two_and_a_half_spreads_of_each_input():
    # gain = 3 x - y + noise with x, y ~ N(0, 1): from the 10th to the 90th percentile 2 x 1.2816 times the slope.
    rng = np.random.default_rng(7)
    x, y, noise = rng.standard_normal((3, 20_000))
    found = tornado(1 + 3 * x - y + noise, {"y": y, "x": x, "idle": noise * 0 + rng.random(20_000)})
    assert [swing.name for swing in found] == ["x", "y", "idle"]
    assert found[0].gain_high - found[0].gain_low == pytest.approx(3 * 2.5631, abs=0.15)
    assert found[1].gain_high - found[1].gain_low == pytest.approx(-2.5631, abs=0.15)
    assert found[2].width <= 0.1
    assert found[0].low == pytest.approx(-1.2816, abs=0.03)


def test_a_curve_is_followed_and_its_error_is_that_of_repeated_draws():
    at = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal(1000)
        curve = ResponseCurve((np.sin(2 * x) + 0.5 * rng.standard_normal(1000))[:, None], x)
        at.append([curve.at(np.array([0.7]))[0, 0], curve.error(np.array([0.7]))[0, 0]])
    found = np.array(at)
    assert found[:, 0].mean() == pytest.approx(np.sin(1.4), abs=0.12)
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.35)


def test_the_decision_flips_where_two_lines_cross():
    # E[gain A | x] = 1 - x, E[gain B | x] = x: A is best on average, B from x = .5 on, which lies .5 sd up: 69 %.
    rng = np.random.default_rng(8)
    x, y, noise = rng.standard_normal((3, 20_000))
    gains = np.column_stack([1 - x + 0.2 * y, x + 0.2 * y]) + 0.5 * noise[:, None]
    (first, second) = option_flips(gains, ("today", "A", "B"), {"y": y, "x": x})
    assert (first.name, first.becomes) == ("x", "B")
    assert first.at == pytest.approx(0.5, abs=0.03)
    assert first.change == pytest.approx(first.at - first.start)
    assert first.quantile == pytest.approx(stats.norm.cdf(0.5), abs=0.015)
    assert first.chance == pytest.approx(stats.norm.sf(0.5), abs=0.015)
    assert (second.name, second.at, second.becomes, second.chance) == ("y", None, None, 0.0)


def test_the_verdict_flips_where_its_chance_crosses_the_threshold():
    # gain = 2 + 2 x + e: P(gain > 0 | x) = Phi(2 + 2 x), which is .9 at x = (1.2816 - 2) / 2. Overall: Phi(2 / sqrt 5).
    rng = np.random.default_rng(9)
    x, noise = rng.standard_normal((2, 40_000))
    flip = verdict_flips(2 + 2 * x + noise, {"x": x})[0]
    assert stats.norm.cdf(2 / np.sqrt(5)) < 0.9  # cannot tell as it is
    assert (flip.becomes, flip.at) == ("ship", pytest.approx(flip.start, abs=0.06))
    surer = verdict_flips(4 + 2 * x + noise, {"x": x})[0]
    assert surer.becomes == "cannot_tell"
    assert surer.at == pytest.approx((1.2816 - 4) / 2, abs=0.05)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_swings_and_flips_do_not_depend_on_the_order_of_the_worlds(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, 400))
    gains = np.column_stack([0.2 - x, x * y + 0.1])
    order = rng.permutation(400)
    for one, other in zip(tornado(gains[:, 0], {"x": x, "y": y}),
                          tornado(gains[order, 0], {"x": x[order], "y": y[order]}), strict=True):  # fmt: skip
        assert other.name == one.name
        assert other.gain_low == pytest.approx(one.gain_low, abs=1e-6)
        assert other.gain_high == pytest.approx(one.gain_high, abs=1e-6)
    names = ("today", "A", "B")
    base = option_flips(gains, names, {"x": x, "y": y})
    moved = option_flips(gains[order], names, {"x": x[order], "y": y[order]})
    assert [(f.name, f.becomes) for f in base] == [(f.name, f.becomes) for f in moved]
    for one, other in zip(base, moved, strict=True):
        assert other.at == (None if one.at is None else pytest.approx(one.at, abs=1e-5))
