"""What a founder does with options: build them, see them beside today, keep the comparison."""

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import comparison_services, selectors, services
from apps.decisions.option_values import values
from apps.estimates import selectors as estimates
from apps.jobs.testing import run_now
from apps.planning import selectors as planning
from apps.planning.answers import world_of
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
    print(
        found.diagnostics["families"],
        found.diagnostics["gain_seen"],
        found.diagnostics["gain_held_out"],
        found.diagnostics["evaluations"],
    )


def test_the_pages_show_what_was_built(browser, workspace, scenario):
    home = reverse("decisions:home", args=[workspace.slug])
    assert "What could you do differently?" in browser.get(home).content.decode()
    browser.post(reverse("decisions:add", args=[workspace.slug]), {"name": "Dearer", "price": "59"})
    (option,) = selectors.options_of(scenario)
    html = browser.get(home).content.decode()
    assert "All options, best first" in html and "Dearer" in html
    html = browser.get(reverse("decisions:option", args=[workspace.slug, option.pk])).content.decode()
    assert "What it would bring" in html
