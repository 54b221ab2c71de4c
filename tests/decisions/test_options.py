"""What a founder does with options: build them, see them beside today, keep the comparison."""

from dataclasses import replace

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import comparison_services, searching, selectors, services
from apps.decisions.comparison import OptionComparison
from apps.decisions.option_values import values
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now
from apps.planning import needed_quality
from apps.planning import selectors as planning
from apps.planning import services as planning_services
from apps.planning.answers import world_of
from apps.planning.chain import outcome
from apps.planning.choice import Choice
from apps.workspaces.errors import Refused
from tests.planning.worlds import record_all


@pytest.fixture
def scenario(workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    return services.kept_scenario(planning.base(workspace), None)


def test_an_empty_workspace_is_told_what_is_missing(browser, workspace):
    html = browser.get(reverse("decisions:home", args=[workspace.slug])).content.decode()
    assert "Nothing can be compared yet" in html


def test_today_comes_first_and_an_option_that_changes_nothing_earns_the_same(scenario):
    services.add(scenario=scenario, values={"name": "Nothing new"})
    found = values(scenario)
    assert found.names == ("Today", "Nothing new")
    np.testing.assert_array_equal(found.npv[:, 0], found.npv[:, 1])


def test_a_deleted_option_is_gone_and_can_be_brought_back(scenario):
    option = services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    services.delete(option=option)
    assert selectors.options_of(scenario) == ()
    services.restore(option=option)
    assert [one.name for one in selectors.options_of(scenario)] == ["Dearer"]


def test_the_comparison_is_kept_as_evidence_with_what_it_stands_on(scenario):
    better = next(iter(world_of(scenario).candidates))
    services.add(scenario=scenario, values={"name": "Better model", "candidate_id": better})
    services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    job = run_now(comparison_services.start(scenario=scenario))
    assert job.state == "succeeded", job.error_message
    kept = selectors.result(scenario, selectors.OPTIONS)
    draws = estimates.draws(kept)
    assert draws["npv"].shape == draws["revenue_12"].shape == (2000, 3)
    rows = {row["name"]: row for row in kept.diagnostics["options"]}
    np.testing.assert_allclose(rows["Better model"]["expected_gain"], (draws["npv"][:, 1] - draws["npv"][:, 0]).mean())
    assert 0 <= rows["Better model"]["needed_quality"]["median"] <= 1
    # By the row's own key, as the page looks it up.
    assert rows["Better model"]["option"] == str(selectors.options_of(scenario)[0].pk)
    assert rows["Today"]["option"] == "today"
    assert {one.kind for one in kept.inputs.all()} >= {"estimate", "options", "scenario"}
    assert not estimates.staleness(kept).stale
    services.change(option=selectors.options_of(scenario)[1], values={"price": 61})
    assert estimates.staleness(kept).stale


def test_the_search_is_told_on_other_worlds_and_becomes_an_option(scenario):
    job = run_now(
        comparison_services.start_search(scenario=scenario, values={"low": 20, "high": 80, "kinds": ["one_price"]})
    )
    assert job.state == "succeeded", job.error_message
    found = selectors.result(scenario, selectors.SEARCH)
    assert 20 <= found.diagnostics["option"]["price"] <= 80
    option = comparison_services.add_found(scenario=scenario, found=found)
    value = values(scenario)
    gain = (value.npv[:, 1] - value.npv[:, 0]).mean()
    assert gain == pytest.approx(found.diagnostics["gain_held_out"], rel=0.2)
    assert option.price == found.diagnostics["option"]["price"]


def test_the_pages_show_what_was_built(browser, workspace, scenario):
    home = reverse("decisions:home", args=[workspace.slug])
    assert "What could you do differently?" in browser.get(home).content.decode()
    browser.post(reverse("decisions:add", args=[workspace.slug]), {"name": "Dearer", "price": "59"})
    (option,) = selectors.options_of(scenario)
    html = browser.get(home).content.decode()
    assert "All options, best first" in html
    assert "Dearer" in html
    html = browser.get(reverse("decisions:option", args=[workspace.slug, option.pk])).content.decode()
    assert "What it would bring" in html


def test_one_edited_field_answers_with_the_ranking_and_a_wrong_one_with_the_reason(browser, workspace, scenario):
    option = services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    quick = reverse("decisions:quick", args=[workspace.slug, option.pk])
    answer = browser.post(quick, {"quality": "2"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    option.refresh_from_db()
    assert option.quality == 0.02
    refused = browser.post(quick, {"price": "-5"})
    assert refused.status_code == 422
    assert "Dearer: This must lie from" in refused.content.decode()


def test_the_form_tries_an_option_out_without_keeping_it_and_then_keeps_it(browser, workspace, scenario):
    option = services.add(scenario=scenario, values={"name": "Sources"})
    rows = {
        "name": "Sources", "price": "51", "candidate": "today", "quality": "", "latency": "0.8", "arrivals": "",
        "plans-TOTAL_FORMS": "1", "plans-INITIAL_FORMS": "0", "plans-0-fee": "", "features-TOTAL_FORMS": "1",
        "features-INITIAL_FORMS": "0", "features-0-name": "Citations", "features-0-functional_low": "1",
        "features-0-functional_high": "5", "features-0-one_off_cost": "40000",
    }  # fmt: skip
    tried = browser.get(reverse("decisions:try-out", args=[workspace.slug, option.pk]), rows)
    assert "It is expected to change the discounted margin" in tried.content.decode()
    option.refresh_from_db()
    assert option.price is None
    assert browser.post(reverse("decisions:save", args=[workspace.slug, option.pk]), rows).status_code == 302
    option.refresh_from_db()
    assert (option.price, option.latency, option.plans) == (51, 0.8, [])
    (feature,) = option.features
    assert (feature["name"], feature["functional"], feature["one_off_cost"]) == ("Citations", [0.01, 0.05], 40000)


def test_combinations_are_filled_in_once_and_not_beyond_what_a_scenario_holds(browser, workspace, scenario):
    better = world_of(scenario).candidates[0]
    asked = {"prices": "29, 39; 59", "candidates": ["today", better], "menus": ["one_price"]}
    for _time in range(2):
        browser.post(reverse("decisions:fill", args=[workspace.slug]), asked)
    assert len(selectors.options_of(scenario)) == 6
    with pytest.raises(Refused, match="at most 200"):
        comparison_services.fill(
            scenario=scenario, prices=[10 + n / 10 for n in range(100)], candidates=["today", better]
        )


def test_what_is_put_aside_is_not_compared_and_a_copy_is_a_twin(browser, workspace, scenario):
    option = services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    browser.post(reverse("decisions:copy", args=[workspace.slug, option.pk]))
    twin = selectors.options_of(scenario)[1]
    assert (twin.name, twin.price) == ("Copy of Dearer", 59)
    browser.post(reverse("decisions:archive", args=[workspace.slug, option.pk]))
    assert selectors.options_of(scenario) == (twin,)
    assert selectors.archived_options(scenario) == (option,)
    found = OptionComparison(scenario, values(scenario))
    assert [row.name for row in found.rows] == ["Today", "Copy of Dearer"]


def test_a_deleted_scenario_retires_the_comparison_of_its_options(scenario):
    services.add(scenario=scenario, values={"name": "Dearer", "price": 59})
    run_now(comparison_services.start(scenario=scenario))
    kept = selectors.result(scenario, selectors.OPTIONS)
    planning_services.delete(scenario=scenario)
    kept.refresh_from_db()
    assert not kept.is_current


def test_programs_build_compare_and_search(browser, workspace, scenario):
    made = browser.post("/api/v1/options/", {"name": "Dearer", "price": 59}, content_type="application/json")
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    wrong = browser.patch(f"/api/v1/options/{key}/", {"plans": [{"fee": -1}]}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "plans.0.fee")
    told = browser.get("/api/v1/options/comparison/").json()
    rows = {row["name"]: row for row in told["options"]}
    assert rows["Today"]["expected_gain"] == 0
    assert sum(row["p_best"] for row in told["options"]) == pytest.approx(1)
    assert told["verdict"]["option"] == str(key)
    assert browser.post("/api/v1/options/comparison/").status_code == 202
    asked = {"low": 30, "high": 20}
    refused = browser.post("/api/v1/options/search/", asked, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "low")
    assert browser.delete(f"/api/v1/options/{key}/").status_code == 204
    assert browser.get("/api/v1/options/").json()["results"] == []
    assert browser.post(f"/api/v1/options/{key}/restore/").status_code == 200


def test_a_part_of_the_worlds_is_whole(scenario):
    world = world_of(scenario)
    part = searching.part_of(world, np.arange(100))
    assert part.worlds == 100
    choice = Choice(59.0, world.candidates[0], 24)
    np.testing.assert_allclose(outcome(part, choice).npv_margin, outcome(world, choice).npv_margin[:100], rtol=1e-9)


def test_the_needed_quality_is_that_at_which_the_option_just_pays(scenario):
    world = world_of(scenario)
    choice = Choice(49.0, world.candidates[0], 24)
    needed = needed_quality.by_world(world, choice)
    at = replace(world.measured[choice.candidate], success=np.where(np.isinf(needed), 1.0, needed))
    gain = outcome(world, choice, at).npv_margin - outcome(world, Choice(49.0, "today", 24)).npv_margin
    assert np.all(gain[np.isfinite(needed)] >= 0)
    below = replace(at, success=np.maximum(at.success - 2 * needed_quality.TOLERANCE, 0))
    less = outcome(world, choice, below).npv_margin - outcome(world, Choice(49.0, "today", 24)).npv_margin
    inside = np.isfinite(needed) & (needed > 0.01)
    assert np.all(less[inside] < 0)
