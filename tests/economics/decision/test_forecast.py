"""The forecast against closed forms, a month-by-month account in plain Python, and its own symmetries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trimtab.economics.decision import forecast as engine
from trimtab.economics.decision.forecast import ForecastInputs, forecast
from trimtab.economics.errors import CannotEstimate

FAST = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def some_inputs(seed: int = 1, worlds: int = 5, segments: int = 2, plans: int = 3, months: int = 7, **changes):
    rng = np.random.default_rng(seed)
    inputs = ForecastInputs(
        buyers=rng.lognormal(4, 0.5, (worlds, segments, months)),
        share=rng.dirichlet(np.ones(plans + 1), (worlds, segments))[..., :plans],
        price=rng.uniform(5, 50, plans),
        hazard=rng.gamma(2, 0.05, (worlds, segments, months)),
        link=rng.normal(0, 0.5, (worlds, segments, plans)),
        serving_cost=rng.gamma(2, 0.5, (worlds, segments, plans)),
        payment_fee=0.03,
        fixed_cost=rng.uniform(0, 100, worlds),
    )
    return replace(inputs, **changes)


def account_by_hand(i: ForecastInputs, worlds: int, segments: int, plans: int, months: int):
    """Customers, revenue and serving cost, one cohort and one month after the other."""
    people, revenue, cost = np.zeros((worlds, months)), np.zeros((worlds, months)), np.zeros((worlds, months))
    growth = 0.0 if i.expansion is None else i.expansion
    last = i.hazard.shape[2] - 1
    for d in range(worlds):
        for s in range(segments):
            for p in range(plans):
                cohorts = [(-1 - g, n) for g, n in enumerate(i.existing[s, p])] if i.existing is not None else []
                cohorts += [(month, i.buyers[d, s, month] * i.share[d, s, p]) for month in range(months)]
                for came, alive in cohorts:
                    for month in range(max(came, 0), months):
                        tenure = month - came
                        if tenure > 0:
                            alive *= np.exp(-i.hazard[d, s, min(tenure - 1, last)] * np.exp(-i.link[d, s, p]))
                        people[d, month] += alive
                        revenue[d, month] += alive * i.price[p] * (1 + growth) ** min(tenure, month + 1)
                        cost[d, month] += alive * i.serving_cost[d, s, p]
    return people, revenue, cost


@pytest.mark.parametrize("expansion", [None, 0.02])
@pytest.mark.parametrize("with_existing", [False, True])
def test_the_forecast_equals_an_account_of_every_cohort_by_hand(expansion, with_existing):
    existing = np.random.default_rng(9).integers(0, 50, (2, 3, 4)).astype(float) if with_existing else None
    inputs = some_inputs(expansion=expansion, existing=existing)
    people, revenue, cost = account_by_hand(inputs, 5, 2, 3, 7)
    found = forecast(inputs)
    np.testing.assert_allclose(found.customers, people, rtol=1e-12)
    np.testing.assert_allclose(found.revenue, revenue, rtol=1e-12)
    np.testing.assert_allclose(found.serving_cost, cost, rtol=1e-12)
    margin = revenue * 0.97 - cost - inputs.fixed_cost[:, None]
    np.testing.assert_allclose(found.margin, margin, rtol=1e-11)
    np.testing.assert_allclose(found.npv_margin, (margin / 1.1 ** (np.arange(1, 8) / 12)).sum(axis=1), rtol=1e-11)
    np.testing.assert_allclose(found.cumulated_margin[:, -1], margin.sum(axis=1), rtol=1e-11)


def test_first_month_revenue_is_price_times_share_times_buyers():
    # By hand: 1 segment, 1 plan: 20 currency x .2 x 1,000 people = 4,000.
    found = forecast(
        ForecastInputs(
            buyers=np.array([[1000.0, 500.0]]),
            share=np.array([[[0.2]]]),
            price=np.array([20.0]),
            hazard=np.array([[-np.log(0.9)]]),
        )
    )
    np.testing.assert_allclose(found.document_revenue, [[4000, 2000]])
    np.testing.assert_allclose(found.customers, [[200, 280]])  # 200, then 180 stayed and 100 came
    np.testing.assert_allclose(found.revenue, [[4000, 5600]])


def revenue_of(price, share, buyers):
    """T = P*S*N of one month by the engine, for vectors of draws."""
    draws = len(price)
    return forecast(
        ForecastInputs(
            buyers=buyers.reshape(draws, 1, 1),
            share=share.reshape(draws, 1, 1),
            price=price.reshape(draws, 1),
            hazard=np.zeros((draws, 1)),
        )
    ).document_revenue[:, 0]


PRICE, SHARE, BUYERS = stats.lognorm(0.2, scale=20), stats.beta(8, 32), stats.lognorm(0.35, scale=1e6)


def test_uncertain_revenue_has_the_published_mean_and_quantiles():
    # ORACLES.md, row T = P*S*N: mean 4,338,568; p5/p50/p95 1.590e6 3.840e6 8.776e6. Tolerance: 4 standard errors.
    rng = np.random.default_rng(20)
    found = revenue_of(*(law.rvs(1_000_000, random_state=rng) for law in (PRICE, SHARE, BUYERS)))
    assert found.mean() == pytest.approx(4_338_568, rel=0.003)
    np.testing.assert_allclose(np.quantile(found, [0.05, 0.5, 0.95]), [1.590e6, 3.840e6, 8.776e6], rtol=0.004)


def test_uncertain_revenue_has_the_published_sensitivities():
    # ORACLES.md: S1 .1401 .3350 .4475, ST .1739 .3941 .5112.
    indices = stats.sobol_indices(
        func=lambda x: revenue_of(*x), n=2**15, dists=[PRICE, SHARE, BUYERS], rng=np.random.default_rng(1)
    )
    np.testing.assert_allclose(indices.first_order, [0.1401, 0.3350, 0.4475], atol=0.01)
    np.testing.assert_allclose(indices.total_order, [0.1739, 0.3941, 0.5112], atol=0.01)


@FAST
@given(SEEDS)
def test_nobody_leaves_without_hazard(seed):
    inputs = some_inputs(seed)
    found = forecast(replace(inputs, hazard=np.zeros_like(inputs.hazard)))
    np.testing.assert_allclose(found.customers, np.cumsum(found.new_customers, axis=1), rtol=1e-12)


@FAST
@given(SEEDS, st.floats(0.01, 100))
def test_revenue_scales_with_price_and_customers_do_not_change(seed, factor):
    inputs = some_inputs(seed)
    before, after = forecast(inputs), forecast(replace(inputs, price=inputs.price * factor))
    np.testing.assert_allclose(after.revenue, before.revenue * factor, rtol=1e-12)
    np.testing.assert_allclose(after.document_revenue, before.document_revenue * factor, rtol=1e-12)
    np.testing.assert_array_equal(after.customers, before.customers)


@FAST
@given(SEEDS)
def test_the_order_of_the_worlds_does_not_matter(seed):
    inputs = some_inputs(seed, worlds=40)
    order = np.random.default_rng(seed).permutation(40)
    moved = {name: getattr(inputs, name)[order] for name in ("buyers", "share", "hazard", "link")}
    moved |= {name: getattr(inputs, name)[order] for name in ("serving_cost", "fixed_cost")}
    before, after = forecast(inputs), forecast(replace(inputs, **moved))
    np.testing.assert_allclose(after.margin, before.margin[order], rtol=1e-12)
    np.testing.assert_allclose(after.retained, before.retained[order], rtol=1e-12)


def test_the_size_of_the_blocks_does_not_matter(monkeypatch):
    inputs = some_inputs(worlds=23)
    whole = forecast(inputs)
    monkeypatch.setattr(engine, "BLOCK_BYTES", 1)
    np.testing.assert_allclose(forecast(inputs).margin, whole.margin, rtol=1e-12)


@FAST
@given(SEEDS, st.sampled_from(["hazard", "document"]), st.booleans())
def test_retention_starts_at_one_and_never_rises(seed, form, by_tenure):
    inputs = some_inputs(seed, form=form)
    if by_tenure:
        inputs = replace(inputs, link=np.random.default_rng(seed).normal(0, 1, (5, 2, 3, 7)))
    found = forecast(inputs)
    assert np.all(found.retention[..., 0] == 1)
    assert np.all(np.diff(found.retention, axis=-1) <= 0)
    assert np.all(np.diff(found.retained, axis=-1) <= 1e-12)


@FAST
@given(SEEDS, st.sampled_from(["hazard", "document"]))
def test_more_satisfaction_never_loses_customers(seed, form):
    inputs = some_inputs(seed, form=form)
    assert np.all(
        forecast(replace(inputs, link=inputs.link + 0.1)).customers >= forecast(inputs).customers * (1 - 1e-12)
    )


def test_a_link_that_is_the_same_at_every_tenure_equals_one_that_knows_no_tenure():
    inputs = some_inputs()
    by_tenure = replace(inputs, link=np.repeat(inputs.link[..., None], 7, axis=-1))
    for form in ("hazard", "document"):
        one, other = forecast(replace(inputs, form=form)), forecast(replace(by_tenure, form=form))
        np.testing.assert_allclose(one.retention, other.retention, rtol=1e-12)
        assert one.capped_share == other.capped_share


def test_the_document_form_multiplies_retention_by_exp_h_and_says_where_it_capped():
    # By hand: baseline .9 and .81; exp(h) = 1.2 gives 1.08 -> 1 (capped) and .972.
    found = forecast(
        ForecastInputs(
            buyers=np.ones((1, 2)),
            share=np.ones((1, 1, 1)),
            price=np.ones(1),
            hazard=np.array([[-np.log(0.9)]]),
            link=np.log(1.2),
            form="document",
        )
    )
    np.testing.assert_allclose(found.retention[0, 0, 0], [1, 1, 0.972])
    assert found.capped_share == 0.5


def test_the_source_documents_example_retains_a_tenth_times_exp_u():
    # ORACLES.md: F=.9 I=.8 C=.1, U = .072, R_t = .1 exp(.072).
    found = forecast(
        ForecastInputs(
            buyers=np.ones((1, 1)),
            share=np.ones((1, 1, 1)),
            price=np.ones(1),
            hazard=np.array([[-np.log(0.1)]]),
            link=0.9 * 0.8 * 0.1,
            form="document",
        )
    )
    assert found.retained[0, 1] == pytest.approx(0.1 * np.exp(0.072), rel=1e-12)


@FAST
@given(SEEDS)
def test_segments_and_plans_each_sum_to_the_total(seed):
    inputs = some_inputs(seed, expansion=0.01)
    found = forecast(inputs)
    for parts in (found.by_segment(), found.by_plan()):
        for name in ("new_customers", "customers", "revenue", "serving_cost"):
            np.testing.assert_allclose(getattr(parts, name).sum(axis=1), getattr(found, name), rtol=1e-11)
        margin = parts.margin.sum(axis=1) - inputs.fixed_cost[:, None]
        np.testing.assert_allclose(margin, found.margin, rtol=1e-9, atol=1e-6)


def test_buyers_of_all_segments_together_are_parted_by_the_segment_mix():
    inputs = some_inputs()
    together = replace(inputs, buyers=np.full((5, 7), 100.0), segment_mix=np.array([3.0, 1.0]))
    apart = replace(inputs, buyers=np.broadcast_to(np.array([75.0, 25.0])[:, None], (5, 2, 7)))
    np.testing.assert_allclose(forecast(together).margin, forecast(apart).margin, rtol=1e-12)


def test_a_segment_without_buyers_has_exactly_no_customers_until_they_come():
    inputs = some_inputs()
    buyers = inputs.buyers.copy()
    buyers[:, 0, :4] = 0
    assert np.all(forecast(replace(inputs, buyers=buyers)).active[:, 0, :, :4] == 0)


def test_existing_customers_are_not_charged_for_months_they_already_survived():
    # By hand: hazard ln 2 in the first month of tenure only; 10 people of tenure 1 all stay, 10 of tenure 0 halve.
    found = forecast(
        ForecastInputs(
            buyers=np.zeros((1, 3)),
            share=np.ones((1, 1, 1)),
            price=np.ones(1),
            hazard=np.array([[np.log(2), 0.0]]),
            existing=np.array([[[10.0, 10.0]]]),
        )
    )
    np.testing.assert_allclose(found.customers, [[15, 15, 15]])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"price": np.array([1.0, -1.0, 2.0])}, "out_of_range"),
        ({"price": np.array([1.0, np.nan, 2.0])}, "not_finite"),
        ({"price": np.array([1.0, 2.0])}, "shape_does_not_fit"),
        ({"price": np.array(["dear", "cheap", "free"])}, "not_numbers"),
        ({"hazard": np.full((5, 2, 7), -0.1)}, "out_of_range"),
        ({"hazard": np.zeros((4, 2, 7))}, "shape_does_not_fit"),
        ({"hazard": np.zeros((5, 0))}, "no_hazard"),
        ({"buyers": np.full((5, 7), 1.0)}, "segments_not_parted"),
        ({"buyers": np.full((5, 7), 1.0), "segment_mix": np.zeros(2)}, "segment_mix_empty"),
        ({"buyers": np.zeros((5, 2, 0))}, "no_months"),
        ({"share": np.full((5, 2, 3), 0.5)}, "shares_above_one"),
        ({"share": np.zeros((0, 2, 3))}, "no_draws"),
        ({"link": 1000.0}, "out_of_range"),
        ({"payment_fee": 1.5}, "out_of_range"),
        ({"existing": np.full((2, 3, 2), -1.0)}, "out_of_range"),
        ({"form": "magic"}, "unknown_retention_form"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_a_remedy(changes, code):
    with pytest.raises(CannotEstimate) as refused:
        forecast(some_inputs(**changes))
    assert refused.value.code == code
    assert refused.value.remedy


@FAST
@given(SEEDS, st.floats(0.1, 50))
def test_revenue_is_linear_in_the_people_in_reach(seed, factor):
    inputs = some_inputs(seed)
    one, more = forecast(inputs), forecast(replace(inputs, buyers=inputs.buyers * factor))
    np.testing.assert_allclose(more.revenue, one.revenue * factor, rtol=1e-11)
    np.testing.assert_allclose(more.gross_margin, one.gross_margin * factor, rtol=1e-9, atol=1e-9)


@FAST
@given(SEEDS, st.floats(0.01, 20))
def test_margin_and_cash_fall_in_every_cost(seed, extra):
    inputs = some_inputs(seed)
    before = forecast(inputs)
    for name in ("serving_cost", "fixed_cost", "acquisition_cost", "marketing"):
        after = forecast(replace(inputs, **{name: getattr(inputs, name) + extra}))
        assert np.all(after.margin < before.margin), name
        assert np.all(after.cash < before.cash), name
    later = forecast(replace(inputs, one_off_cost=extra))
    np.testing.assert_array_equal(later.margin, before.margin)
    np.testing.assert_allclose(later.npv_margin, before.npv_margin - extra, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(later.cash, before.cash - extra, rtol=1e-9, atol=1e-9)


@FAST
@given(SEEDS, st.booleans())
def test_segments_and_plans_each_sum_to_the_whole(seed, together):
    inputs = some_inputs(seed, expansion=0.01)
    if together:
        mix = np.random.default_rng(seed).dirichlet(np.ones(2), 5)
        inputs = replace(inputs, buyers=inputs.buyers.sum(axis=1), segment_mix=mix)
    found = forecast(inputs)
    for parts in (found.by_segment(), found.by_plan()):
        for name in ("customers", "new_customers", "revenue", "serving_cost"):
            np.testing.assert_allclose(getattr(parts, name).sum(axis=1), getattr(found, name), rtol=1e-11)
        np.testing.assert_allclose(parts.margin.sum(axis=1), found.gross_margin, rtol=1e-9, atol=1e-8)


@FAST
@given(SEEDS)
def test_a_segment_without_buyers_changes_nothing(seed):
    inputs = some_inputs(seed)
    buyers = inputs.buyers.copy()
    buyers[:, 1] = 0
    with_it = forecast(replace(inputs, buyers=buyers))
    alone = {name: getattr(inputs, name)[:, :1] for name in ("share", "hazard", "link", "serving_cost")}
    without = forecast(replace(inputs, buyers=buyers[:, :1], **alone))
    for name in ("revenue", "customers", "margin", "npv_margin", "retained"):
        np.testing.assert_allclose(getattr(with_it, name), getattr(without, name), rtol=1e-11, atol=1e-12, err_msg=name)
    assert np.all(with_it.by_segment().revenue[:, 1] == 0)


@FAST
@given(SEEDS)
def test_buyers_given_together_with_their_parts_are_those_given_by_segment(seed):
    inputs = some_inputs(seed, existing=np.ones((2, 3, 4)))
    mix, total = np.random.default_rng(seed).dirichlet(np.ones(2), 5), inputs.buyers.sum(axis=1)
    parted = forecast(replace(inputs, buyers=total, segment_mix=mix))
    by_segment = forecast(replace(inputs, buyers=total[:, None] * mix[..., None]))
    np.testing.assert_allclose(parted.active, by_segment.active, rtol=1e-11)
    np.testing.assert_allclose(parted.retained, by_segment.retained, rtol=1e-11)


@pytest.mark.parametrize("churn", [0.02, 0.1, 0.5])
def test_at_a_constant_rate_customers_grow_to_arrivals_over_churn(churn):
    # 100 a month: sum_{a<t} 100 (1 - c)^a = 100 (1 - (1 - c)^t) / c, in the end 100 / c.
    months = 600
    found = forecast(
        ForecastInputs(
            buyers=np.full((1, months), 200.0),
            share=np.full((1, 1, 1), 0.5),
            price=np.array([30.0]),
            hazard=np.array([[-np.log1p(-churn)]]),
            serving_cost=4.0,
            payment_fee=0.05,
            acquisition_cost=25.0,
            marketing=100.0,
        )
    )
    t = np.arange(1, months + 1)
    customers = 100 * (1 - (1 - churn) ** t) / churn
    np.testing.assert_allclose(found.customers[0], customers, rtol=1e-9)
    np.testing.assert_allclose(found.customers[0, -1], 100 / churn, rtol=1e-4)
    np.testing.assert_allclose(found.gross_margin[0], customers * (30 * 0.95 - 4), rtol=1e-9)
    np.testing.assert_allclose(found.margin[0], customers * 24.5 - 2600.0, rtol=1e-9)


def test_of_the_existing_customers_only_those_who_accept_are_counted():
    kept = np.random.default_rng(3).uniform(0, 1, (5, 2, 3))
    existing = np.random.default_rng(4).integers(0, 50, (2, 3, 9)).astype(float)
    some = some_inputs(existing=existing, expansion=0.01)
    nobody, everyone = (forecast(replace(some, existing_kept=part)) for part in (0.0, 1.0))
    part = forecast(replace(some, existing_kept=kept))
    expected = nobody.active + kept[..., None] * (everyone.active - nobody.active)
    np.testing.assert_allclose(part.active, expected, rtol=1e-11)
    np.testing.assert_allclose(nobody.active, forecast(replace(some, existing=None)).active, rtol=1e-11)


def test_two_threads_find_what_one_does(monkeypatch):
    inputs = some_inputs(worlds=31, existing=np.ones((2, 3, 20)), expansion=0.01)
    one = forecast(inputs)
    monkeypatch.setattr(engine, "LARGE", 0)
    monkeypatch.setattr(engine, "BLOCK_BYTES", 1)
    two = forecast(inputs)
    for name in ("active", "paying", "margin", "npv_margin", "retained"):
        np.testing.assert_allclose(getattr(two, name), getattr(one, name), rtol=1e-12)
