"""Segments, plans, spending, use and cash in the chain, each against what follows by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apps.estimates.models import Estimate
from apps.estimates.selectors import draws
from apps.planning.assembly import assemble
from apps.planning.assumptions import Assumed
from apps.planning.chain import Choice, Feature, baseline, outcome
from apps.planning.money import figures_of, money_of
from apps.planning.upstream import upstream
from apps.planning.world import INPUT_GROUPS, rearranged
from apps.research.models import SourceKind
from tests.planning.worlds import TRUTH, record_all, record_estimate
from tests.research_rows import add_source
from trimtab.economics.errors import CannotEstimate
from trimtab.economics.price.plans import Plan

PRICE = TRUTH.current_price
SEGMENTS = {"solo": 0.5, "team": 0.3, "large": 0.15}
LIMITED = (Plan(29.0, 100_000), Plan(59.0, 1_000_000))


def world_of(workspace, **typed):
    return assemble(upstream(workspace), Assumed(typed), draws)


def name_segments(workspace, shares=SEGMENTS):
    """The log as if it named segments, and nobody knew those of the other customers."""
    log = Estimate.objects.get(workspace=workspace, kind="retention.arrivals", is_current=True)
    active = log.parameters["active_customers"]
    log.parameters["segment_shares"] = shares
    log.parameters["active_by_segment"] = {name: [int(part * n) for n in active] for name, part in shares.items()}
    log.save()


def add_usage(workspace, customers=300, seed=3, per_request=500):
    rng = np.random.default_rng(seed)
    tokens = rng.lognormal(11.5, 1.2, customers).round()
    rows = [
        {"customer": f"c{n}", "segment": "solo", "month": "2026-09-01", "tokens": f"{used:.0f}",
         "requests": f"{max(1, used / per_request):.0f}"}
        for n, used in enumerate(tokens)
    ]  # fmt: skip
    add_source(workspace, SourceKind.USAGE, rows)
    return tokens


@pytest.fixture
def segmented(workspace):
    record_all(workspace, candidates={"better": (0.9, 820, 1.9)})
    name_segments(workspace)
    return world_of(workspace)


def test_segments_and_the_rest_add_up_to_the_whole(workspace, segmented):
    assert segmented.segments == ("solo", "team", "large", "other")
    np.testing.assert_allclose(segmented.mix.sum(axis=1), 1)
    assert segmented.existing.sum() == sum(
        Estimate.objects.get(kind="retention.arrivals").parameters["active_customers"]
    )
    found = outcome(segmented, Choice(PRICE * 1.2, months=24))
    parts = found.by_segment()
    for name in ("customers", "new_customers", "revenue", "serving_cost"):
        np.testing.assert_allclose(getattr(parts, name).sum(axis=1), getattr(found, name), rtol=1e-9, err_msg=name)
    np.testing.assert_allclose(parts.margin.sum(axis=1), found.gross_margin, rtol=1e-9)
    plans = found.by_plan()
    np.testing.assert_allclose(plans.revenue[:, 0], found.revenue, rtol=1e-9)


def test_segments_of_which_nothing_is_known_change_nothing(workspace, segmented):
    log = Estimate.objects.get(kind="retention.arrivals")
    log.parameters |= {"segment_shares": {}, "active_by_segment": {}}
    log.save()
    whole = world_of(workspace)
    assert whole.segments == ("",)
    for choice in (Choice(PRICE), Choice(PRICE * 1.3), Choice(PRICE, quality=0.05)):
        one, many = outcome(whole, choice), outcome(segmented, choice)
        np.testing.assert_allclose(many.revenue, one.revenue, rtol=1e-9)
        np.testing.assert_allclose(many.npv_margin, one.npv_margin, rtol=1e-9)


def test_a_segment_that_leaves_faster_has_its_own_hazard(workspace):
    record_all(workspace)
    name_segments(workspace)
    pooled = draws(Estimate.objects.get(kind="retention.survival"))
    record_estimate(workspace, "retention.survival", {"hazard": 3 * pooled["hazard"]}, subject="large")
    world = world_of(workspace)
    np.testing.assert_allclose(world.hazard_by_segment[:, 2], 3 * world.hazard, rtol=1e-6)  # draws are kept in 4 bytes
    np.testing.assert_array_equal(world.hazard_by_segment[:, 0], world.hazard)
    share = outcome(world, Choice(PRICE)).by_segment().customers[:, 2] / outcome(world, Choice(PRICE)).customers
    assert np.all(share[:, -1] < share[:, 0])
    typed = world_of(workspace, churn_per_month=0.1)
    assert typed.hazard_by_segment is None


def test_todays_choice_has_no_link_to_the_last_bit_in_any_segment_or_form(segmented):
    from apps.planning.felt import link_values, model_of, worth_in_segments

    today = Choice(PRICE)
    worth = worth_in_segments(segmented, PRICE)
    slopes = np.random.default_rng(2).gamma(2, 1, (2000, 4, 2))
    shape = np.column_stack([np.full(2000, 3.0), np.full(2000, 0.5)])
    for family in ("linear", "saturating", "convex", "s_shaped"):
        world = replace(
            segmented, link_family=family, link_shape=shape, link_reference=np.full(2000, 0.6),
            slope_by_segment=slopes, tenure_edges=(3.0,), cached={},
        )  # fmt: skip
        assert np.all(link_values(world, today, model_of(world, today), worth, worth) == 0)
        better = Choice(PRICE, quality=0.05)
        moved = link_values(world, better, model_of(world, better), worth, worth)
        assert moved.shape == (2000, 4, 1, 60)
        assert np.all(moved > 0)
        # New customers until the third month, established ones after: each band has its own slope.
        np.testing.assert_array_equal(moved[:, :, 0, 0], moved[:, :, 0, 2])
        assert np.any(moved[:, :, 0, 2] != moved[:, :, 0, 3])


def test_levers_move_what_they_say(segmented):
    now = baseline(segmented, 24)
    double = outcome(segmented, Choice(PRICE, arrivals=2.0))
    np.testing.assert_allclose(double.new_customers, 2 * now.new_customers, rtol=1e-12)
    assert np.all(outcome(segmented, Choice(PRICE, quality=0.05)).npv_margin > now.npv_margin)
    assert np.all(outcome(segmented, Choice(PRICE, latency=2.0)).npv_margin < now.npv_margin)
    spent = outcome(segmented, Choice(PRICE, one_off_cost=1000.0, monthly_cost=10.0))
    np.testing.assert_allclose(spent.margin, now.margin - 10.0)
    discounted = 10.0 * (1.1 ** (-np.arange(1, 25) / 12)).sum()
    np.testing.assert_allclose(spent.npv_margin, now.npv_margin - 1000.0 - discounted)
    np.testing.assert_allclose(spent.cash, now.cash - 1000.0 - 10.0 * np.arange(1, 25))


def test_a_feature_adds_its_points_and_its_cost(segmented):
    now = baseline(segmented, 24)
    nothing = Choice(PRICE, features=(Feature("nothing", one_off_cost=500.0),))
    np.testing.assert_allclose(outcome(segmented, nothing).npv_margin, now.npv_margin - 500.0)
    from apps.planning.felt import points_of

    better = Feature("search", functional=(0.02, 0.08))
    low, middle, high = np.quantile(points_of(better, "functional", 2000), [0.1, 0.5, 0.9])
    assert (low, middle, high) == pytest.approx((0.02, 0.05, 0.08), abs=0.004)
    gain = outcome(segmented, Choice(PRICE, features=(better,))).npv_margin - now.npv_margin
    assert np.mean(gain > 0) > 0.95


def test_money_out_is_counted_where_it_belongs(workspace):
    record_all(workspace, candidates={"better": (0.9, 820, 1.9)})
    plain = world_of(workspace)
    typed = world_of(
        workspace, acquisition_cost=100.0, marketing_per_month=2000.0, cash_today=50_000.0, retries=0.5,
        gpu_hour_price=12.0, gpu_hours_per_candidate=10.0, trainings_per_year=2.0, one_off_cost=700.0,
    )  # fmt: skip
    before, after = baseline(plain, 24), baseline(typed, 24)
    np.testing.assert_allclose(after.serving_cost, 1.5 * before.serving_cost, rtol=1e-12)
    np.testing.assert_allclose(
        after.acquisition_cost, typed.acquisition_cost[:, None] * before.new_customers + 2000.0, rtol=1e-12
    )
    np.testing.assert_allclose(after.margin, after.gross_margin - after.acquisition_cost, rtol=1e-9)
    np.testing.assert_allclose(after.cash, 50_000.0 + np.cumsum(after.margin, axis=1), rtol=1e-9)
    key = next(iter(typed.candidates))
    own = outcome(typed, Choice(PRICE, key))
    np.testing.assert_allclose(own.one_off, 700.0)
    # 12 a GPU hour, 10 hours in the middle world, twice a year: 20 a month.
    assert np.median(own.gross_margin[:, 0] - own.acquisition_cost[:, 0] - own.margin[:, 0]) == pytest.approx(
        20, rel=0.03
    )
    figures = figures_of(typed, after)
    assert set(figures) >= {"mrr_12", "gross_margin_12", "cash_low", "runway", "payback", "ltv_to_cac"}
    assert figures["payback"].median == pytest.approx(100 / (PRICE * 0.97), rel=0.2)
    assert "payback" not in figures_of(plain, before)


def test_cash_that_runs_out_is_told_in_months(workspace):
    record_all(workspace)
    world = world_of(workspace, cash_today=100_000.0, fixed_cost=1_000_000.0)
    figures = figures_of(world, baseline(world, 24))
    assert figures["runway"].median == 0
    assert figures["cash_low"].median < 0


def test_the_document_form_is_a_choice_and_says_where_it_caps(workspace):
    record_all(workspace)
    hazard, document = world_of(workspace), world_of(workspace, retention_form=1.0)
    np.testing.assert_allclose(baseline(document, 24).revenue, baseline(hazard, 24).revenue, rtol=1e-12)
    assert baseline(document, 24).capped == 0
    better = Choice(PRICE, quality=0.1)
    found = outcome(document, better)
    assert 0 < found.capped < 1
    money = money_of(document, better, found, baseline(document, 24))
    assert money.capped == found.capped


def test_spending_grows_as_the_study_of_revenue_says(workspace):
    record_all(workspace)
    kept = np.full(2000, 0.6)
    record_estimate(
        workspace, "retention.revenue",
        {"net_revenue_retention": kept * 1.01**12, "paying_customers_retained": kept}, parameters={"months": 12},
        diagnostics={"base_customers": 900},
    )  # fmt: skip
    world = world_of(workspace)
    np.testing.assert_allclose(world.expansion, 0.01, rtol=1e-6)
    found, flat = baseline(world, 24), baseline(world_of(workspace, expansion_per_month=0.0), 24)
    np.testing.assert_allclose(found.customers, flat.customers)
    # Who was there on the day before pays 1 % more in the first month, who comes in it pays today's price.
    new = flat.new_customers[:, 0] * PRICE
    np.testing.assert_allclose(found.revenue[:, 0], new + (flat.revenue[:, 0] - new) * 1.01, rtol=1e-6)


def test_new_customers_may_follow_the_adoption_curve(workspace):
    record_all(workspace)
    quarters = np.repeat(np.array([[300.0, 600.0, 90.0]]), 2000, axis=0)
    record_estimate(
        workspace, "adoption.bass", {"adopters": quarters}, parameters={"period": "quarter"}, diagnostics={"periods": 9}
    )
    assert not np.allclose(world_of(workspace).arrivals[:, 0], 100)
    world = world_of(workspace, arrivals_source=1.0)
    np.testing.assert_allclose(world.arrivals[0, :10], [100] * 3 + [200] * 3 + [30] * 4)
    link = next(link for link in world.links if link.code == "arrivals")
    assert (link.estimate.kind, link.observations) == ("adoption.bass", 9)


def test_without_an_adoption_curve_the_log_stands_in_and_says_so(workspace):
    record_all(workspace)
    link = next(link for link in world_of(workspace, arrivals_source=1.0).links if link.code == "arrivals")
    assert (link.estimate.kind, link.set_aside) == ("retention.arrivals", "no_adoption_curve")


def test_use_comes_from_the_sheets_with_its_heavy_users(workspace):
    record_all(workspace)
    tokens = add_usage(workspace)
    world = world_of(workspace)
    assert np.median(world.tokens) == pytest.approx(tokens.mean(), rel=0.1)
    assert np.median(world.requests) == pytest.approx(tokens.mean() / 500, rel=0.1)
    links = {link.code: link for link in world.links}
    assert (links["usage"].grade, links["usage"].observations) == ("observed", 300)
    top = np.sort(tokens)[-30:].sum() / tokens.sum()
    assert links["usage"].figure.median == pytest.approx(top, abs=0.05)
    # At a price near the mean cost a quarter or so lose money: those far above the mean.
    cost = outcome(world, Choice(PRICE)).serving_cost[:, 0] / outcome(world, Choice(PRICE)).customers[:, 0]
    price = float(np.median(cost))
    lost = outcome(world, Choice(price)).at_a_loss
    assert np.median(lost) == pytest.approx(np.mean(tokens > tokens.mean()), abs=0.05)


def test_plans_sell_to_each_the_best_for_them(workspace):
    record_all(workspace)
    add_usage(workspace)
    world = world_of(workspace)
    same = outcome(world, Choice(1.0, plans=(Plan(PRICE),)))
    np.testing.assert_allclose(same.npv_margin, baseline(world, 24).npv_margin, rtol=1e-9)
    found = outcome(world, Choice(PRICE, plans=LIMITED))
    plans = found.by_plan()
    assert plans.revenue.shape == (2000, 2, 24)
    np.testing.assert_allclose(plans.revenue.sum(axis=1), found.revenue, rtol=1e-9)
    np.testing.assert_allclose(plans.customers.sum(axis=1), found.customers, rtol=1e-9)
    assert np.all(plans.customers.mean(axis=(0, 2)) > 0)
    # Light users take the small plan: they cost less.
    assert np.median(found.plan_cost[:, 0, 0]) < np.median(found.plan_cost[:, 0, 1])
    np.testing.assert_allclose(found.plan_payment[:, 0, 0], 29.0)
    money = money_of(world, Choice(PRICE, plans=LIMITED), found, baseline(world, 24))
    assert [part.name for part in money.plans] == ["Plan 1", "Plan 2"]


def test_plans_with_limits_are_refused_where_use_is_not_known(workspace):
    record_all(workspace)
    with pytest.raises(CannotEstimate) as told:
        outcome(world_of(workspace), Choice(PRICE, plans=LIMITED))
    assert told.value.code == "plans_need_usage"


def test_groups_of_worlds_are_taken_in_another_order_together_or_apart(segmented):
    order = np.random.default_rng(4).permutation(2000)
    alike = rearranged(segmented, dict.fromkeys(INPUT_GROUPS, order))
    choice = Choice(PRICE * 1.2, segmented.candidates[0])
    np.testing.assert_allclose(
        outcome(alike, choice).npv_margin, outcome(segmented, choice).npv_margin[order], rtol=1e-9
    )
    one = rearranged(segmented, {"link": order})
    np.testing.assert_array_equal(one.slope, segmented.slope[order])
    np.testing.assert_array_equal(one.arrivals, segmented.arrivals)
    # At today's price and with today's model the link does not matter.
    np.testing.assert_array_equal(baseline(one, 24).npv_margin, baseline(segmented, 24).npv_margin)


def test_quality_in_use_stands_for_the_plain_test_only_where_all_models_have_it(workspace):
    made = record_all(workspace, candidates={"better": (0.9, 700, 1.5)})
    name_segments(workspace)

    def weigh(name, success):
        arrays = {"success": np.full(2000, success), "latency_ms": np.full(2000, 700.0)}
        arrays |= {"cost_per_1000": np.full(2000, 2.0), "success_segment": np.full((2000, 1), success - 0.1)}
        record_estimate(
            workspace, "modellab.quality", arrays, subject=made[name].subject, parameters={"segments": ["solo"]},
            diagnostics={"held_out_texts": 800},
        )  # fmt: skip

    key = made["better"].subject
    weigh("better", 0.8)
    assert np.median(world_of(workspace).measured[key].success) == pytest.approx(0.9, abs=0.01)
    weigh("today", 0.6)
    world = world_of(workspace)
    np.testing.assert_allclose(world.measured[key].success, 0.8, rtol=1e-6)
    np.testing.assert_allclose(world.measured["today"].success, 0.6, rtol=1e-6)
    np.testing.assert_allclose(world.success_by_segment[key][0], [0.7, 0.8, 0.8, 0.8], rtol=1e-6)
    behind = {link.code.split("-")[0]: link.estimate.kind for link in world.links if link.code.startswith("candidate:")}
    assert behind == {"candidate:better": "modellab.quality"}


def test_what_outcomes_say_of_quality_stands_for_the_assumed_elasticity(workspace):
    record_all(workspace, candidates={"better": (0.9, 700, 1.5)})
    record_estimate(
        workspace, "modellab.quality_to_function", {"elasticity": np.full(2000, 0.5)}, diagnostics={"observations": 77}
    )
    world = world_of(workspace)
    np.testing.assert_allclose(world.quality_elasticity, 0.5, rtol=1e-6)
    links = {link.code: link for link in world.links}
    assert (links["quality_elasticity"].grade, links["latency_elasticity"].grade) == ("observed", "assumed")
    assert world_of(workspace, quality_elasticity=2.0).quality_elasticity.mean() > 1.5
