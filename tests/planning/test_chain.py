"""What must hold of any world, whatever its numbers."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.estimates.selectors import draws
from apps.planning.assembly import assemble
from apps.planning.assumptions import Assumed, checked
from apps.planning.chain import Choice, baseline, outcome
from apps.planning.judgement import best_price, judge
from apps.planning.needed_quality import needed_quality
from apps.planning.upstream import TODAY, upstream
from apps.workspaces.errors import Refused
from tests.planning.worlds import TRUTH, record_all, record_run
from trimtab.economics.errors import CannotEstimate

TYPED = {"arrivals_per_month": 100.0, "current_price": 50.0}


def world_of(workspace, **typed):
    return assemble(upstream(workspace), Assumed(typed), draws)


@pytest.fixture
def world(workspace):
    model = TRUTH.todays_model
    twin = (model.accuracy, model.latency_p50_ms, model.cost_per_1000)
    others = {"better": (0.9, *twin[1:]), "worse": (0.7, *twin[1:])}
    record_all(workspace, candidates={"twin": twin} | others)
    # Who is never trained again costs no GPU hours, as today's model costs none.
    return world_of(workspace, trainings_per_year=0.0)


def key_of(world, name):
    return next(key for key, known in world.names.items() if known.startswith(name))


def test_a_candidate_that_equals_today_gains_exactly_nothing_and_is_held(world):
    decision, _found = judge(world, world.current_price, 24, Assumed({}))
    verdicts = {world.names[v.candidate].split("-")[0]: v for v in decision.verdicts}
    assert (verdicts["twin"].verdict, verdicts["twin"].reason) == ("hold", "practically_nothing")
    assert verdicts["twin"].gain.low == verdicts["twin"].gain.high == 0.0
    assert verdicts["better"].verdict == "ship"
    assert verdicts["better"].p_better > 0.95  # equally quick and cheap, half the errors
    assert verdicts["worse"].verdict == "hold"


def test_at_today_s_price_the_forecast_starts_from_the_log_itself(world):
    found = baseline(world, 24)
    stay = np.exp(-world.hazard[:, : world.existing.size + 1].cumsum(axis=1))
    # Month 1: this month's arrivals, and of those who were there the part that stays one month more.
    before = np.concatenate([np.ones((2000, 1)), stay], axis=1)
    ages = world.existing.size
    kept = (world.existing[0, 0] * before[:, 1 : ages + 1] / before[:, :ages]).sum(axis=1)
    np.testing.assert_allclose(found.customers[:, 0], world.arrivals[:, 0] + kept, rtol=1e-9)


def test_the_best_price_of_the_sample_company_is_near_its_truth(world):
    # The truth's best price for revenue is 65; satisfaction and serving cost move the best for margin but a little.
    found = best_price(world, 24)
    assert 0.85 * TRUTH.best_price <= found.figure.median <= 1.15 * TRUTH.best_price
    assert found.p_better > 0.9


def test_the_price_recommended_is_the_best_on_its_grid(world):
    found = best_price(world, 24)
    expected = {row["price"]: outcome(world, Choice(row["price"])).npv_margin.mean() for row in found.curve}
    assert found.figure.median == max(expected, key=expected.get)


def test_a_model_that_breaks_even_is_as_good_as_it_must_be_and_no_better(world):
    needed = needed_quality(world, Choice(world.current_price, key_of(world, "better"), 24))
    # Same latency and cost: in each world it must be exactly as good as today's model is there.
    success = world.measured[TODAY].success
    assert needed.median == pytest.approx(TRUTH.todays_model.accuracy, abs=0.003)
    assert (needed.low, needed.high) == pytest.approx(tuple(np.quantile(success, [0.1, 0.9])), abs=0.003)
    assert needed.never == 0


def test_nothing_can_be_forecast_without_arrivals_and_price(workspace):
    with pytest.raises(CannotEstimate) as told:
        world_of(workspace)
    assert told.value.params["missing"] == ["arrivals_per_month", "current_price"]


def test_with_only_two_typed_numbers_every_link_is_assumed(workspace):
    world = world_of(workspace, **TYPED)
    assert {link.grade for link in world.links} == {"assumed"}
    assert np.median(outcome(world, Choice(50.0)).revenue[:, 0]) == pytest.approx(5000, rel=0.05)


def test_candidates_can_be_judged_on_typed_numbers_alone(workspace):
    record_run(workspace, {"better": (0.9, 800, 2.0)}, today=False)
    world = world_of(workspace, **TYPED)
    decision, _found = judge(world, 50.0, 24, Assumed(TYPED))
    assert world.grade == "assumed"
    assert 0.5 < decision.verdicts[0].p_better <= 1


def test_a_typed_number_goes_before_the_data_and_is_graded_as_typed(workspace):
    record_all(workspace)
    links = {link.code: link for link in world_of(workspace, churn_per_month=0.2).links}
    assert links["hazard"].grade == "assumed"
    assert links["hazard"].figure.median == pytest.approx(0.2, rel=0.05)
    assert links["link"].grade == "observed"


@pytest.mark.parametrize("given", [{"churn_per_month": 2}, {"nonsense": 1}, {"gamma": "many"}, {"gamma": True}])
def test_an_assumption_out_of_its_range_is_refused(given):
    with pytest.raises(Refused):
        checked(given)


@given(price=st.floats(25, 100), more=st.floats(1.01, 1.6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fewer_customers_stay_at_a_higher_price(world, price, more):
    cheap, dear = (outcome(world, Choice(p)) for p in (price, price * more))
    assert np.all(dear.retained <= cheap.retained + 1e-12)
    assert np.all(dear.customers <= cheap.customers + 1e-6)


@given(points=st.floats(0.001, 0.2))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_better_test_never_costs_margin(world, points):
    from dataclasses import replace

    today = world.measured[TODAY]
    better = replace(today, success=np.minimum(today.success + points, 1.0))
    gained = outcome(world, Choice(49.0), better).npv_margin - outcome(world, Choice(49.0)).npv_margin
    assert np.all(gained >= 0)


def test_a_price_survey_that_denies_the_price_customers_pay_is_set_aside_and_said_so(workspace):
    record_all(workspace, candidates={"better": (0.9, 500, 1.0)})
    # The truth's survey reaches 160; nobody in it would pay 400 a month.
    world = world_of(workspace, current_price=400.0)
    (worth,) = (link for link in world.links if link.code == "worth")
    assert (worth.grade, worth.estimate, worth.set_aside) == ("assumed", None, "survey_denies_price")
    assert 0.4 < worth.figure.median < 0.8  # the assumed .6
    gain = best_price(world, 24).gain
    assert gain.high < 100 * baseline(world, 24).npv_margin.mean()
    (usual,) = (link for link in world_of(workspace).links if link.code == "worth")
    assert (usual.grade, usual.set_aside) == ("observed", "")
