"""What a founder does with scenarios: pull levers, keep, take back, put away, list."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs.testing import run_now
from apps.planning import history, selectors, services
from apps.planning.models import Scenario, ScenarioChange
from apps.planning.sliders import grid
from apps.workspaces.errors import Refused
from apps.workspaces.models import AuditEntry
from tests.planning.worlds import record_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(workspace, owner):
    made = record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    base = services.create(workspace=workspace, name="Base", actor=owner)
    base.tested = made["better"].candidate
    return base


def at(name, scenario):
    return reverse(f"planning:{name}", args=[scenario.workspace.slug, scenario.pk])


def answer(browser, scenario, **levers):
    return browser.get(reverse("api-scenario-what-if", args=[scenario.pk]), levers).json()


def test_each_lever_moves_the_outcome_the_way_it_should(browser, scenario):
    still = answer(browser, scenario)["figures"]["margin_12"]["median"]
    assert answer(browser, scenario, quality="0.05")["figures"]["margin_12"]["median"] > still
    assert answer(browser, scenario, latency="2")["figures"]["margin_12"]["median"] < still
    assert answer(browser, scenario, arrivals="1.5")["figures"]["margin_12"]["median"] > still


def test_a_lever_that_is_moved_is_an_assumption_and_grades_the_answer_so(browser, scenario):
    assert answer(browser, scenario, arrivals="1.5")["grade"] == "assumed"
    html = browser.get(at("what-if", scenario), {"quality": "0.02"}).content.decode()
    assert "Moved by hand, so assumed." in html
    assert "Quality in the test: +2.0 points" in html


@pytest.mark.parametrize(
    ("field", "value"), [("quality", "1.5"), ("latency", "0"), ("arrivals", "-1"), ("quality", "nan"), ("latency", "x")]
)
def test_a_lever_out_of_its_range_is_refused_by_name(browser, scenario, field, value):
    seen = browser.get(reverse("api-scenario-what-if", args=[scenario.pk]), {field: value})
    assert seen.status_code == 422
    assert seen.json()["errors"][0]["field"] == field


def test_a_slider_says_what_its_place_means_and_what_stands_behind_it(browser, scenario):
    html = browser.get(at("what-if", scenario), {"quality": "0.02", "candidate": scenario.tested.pk}).content.decode()
    # 91 % right in the test (worlds.py) and two points more.
    assert ">93.0%</output>" in html
    assert "measured 91.0%; today 80.0%" in html
    # 40 customers or so a month come; the estimate that says so is one click away.
    page = browser.get(at("scenario", scenario))
    arrivals = next(slider for slider in page.context["sliders"] if slider.key == "arrivals")
    assert reverse("estimates:detail", args=[scenario.workspace.slug, arrivals.link.estimate.pk]) in html


@given(
    today=st.decimals(1, 500, places=2).map(float),
    value=st.decimals(1, 500, places=2).map(float),
    step=st.sampled_from([0.01, 0.05, 0.5, 1.0, 2.0, 5.0]),
)
def test_a_slider_can_stand_exactly_at_today_and_at_what_is_kept(today, value, step):
    low, high, fine = grid(0.4 * today, 2.5 * today, step, today, value)
    assert low <= min(0.4 * today, value) + 1e-9
    assert high >= max(2.5 * today, value) - 1e-9
    if fine != "any":
        for place in (today, value):
            far = (place - low) / fine
            assert abs(far - round(far)) < 1e-3


def test_every_link_without_data_leads_to_the_field_where_it_is_typed(browser, scenario):
    page = browser.get(at("scenario", scenario))
    html = page.content.decode()
    assumed = [row for row in page.context["links"] if row.estimate is None and row.assumption]
    assert assumed
    for row in assumed:
        assert f'href="#{row.assumption}"' in html
        assert f'id="{row.assumption}"' in html


def test_figures_lead_to_the_recorded_forecast_only_where_it_says_the_same(browser, scenario):
    run_now(services.start(workspace=scenario.workspace, scenario=scenario))
    recorded = selectors.results(scenario)[f"{selectors.FORECAST}:today"]
    link = reverse("estimates:detail", args=[scenario.workspace.slug, recorded.pk])
    tiles = browser.get(at("what-if", scenario)).content.decode()
    assert link in tiles
    assert link not in browser.get(at("what-if", scenario), {"price": "64"}).content.decode()


def test_the_forecast_that_is_recorded_is_that_of_the_levers(browser, scenario):
    key = str(scenario.tested.pk)
    services.change(scenario=scenario, values={"candidate": key, "quality": 0.02, "arrivals": 1.2})
    run_now(services.start(workspace=scenario.workspace, scenario=scenario))
    recorded = selectors.results(scenario)[f"{selectors.FORECAST}:{key}"]
    shown = answer(browser, scenario)["figures"]
    assert {name: recorded.figures[name]["median"] for name in shown} == {n: f["median"] for n, f in shown.items()}
    assert recorded.grade == "assumed"


def test_the_address_follows_the_levers_and_opens_them_again(browser, scenario):
    seen = browser.get(at("what-if", scenario), {"price": "64", "quality": "0.03"})
    address = seen.headers["HX-Replace-Url"]
    assert address == f"{at('scenario', scenario)}?price=64&quality=0.03"
    choice = browser.get(address).context["choice"]
    assert (choice.price, choice.quality) == (64, 0.03)


def test_levers_are_kept_with_the_scenario_and_copied_with_it(browser, scenario):
    browser.post(at("keep", scenario), {"price": "59", "quality": "0.02", "latency": "1.0", "arrivals": "1.2"})
    scenario.refresh_from_db()
    assert scenario.levers == {"quality": 0.02, "arrivals": 1.2}
    browser.post(at("copy", scenario))
    twin = Scenario.objects.get(name="Copy of Base")
    assert (twin.price, twin.levers) == (59, scenario.levers)
    assert selectors.content_sha256(twin) == selectors.content_sha256(scenario)


def test_changes_are_taken_back_and_made_again_one_by_one(browser, scenario):
    browser.post(at("keep", scenario), {"price": "59"})
    browser.post(at("assume", scenario), {"requests_per_month": "900"})
    browser.post(at("rename", scenario), {"name": "Dearer"})
    for expected in ({"name": "Base"}, {"assumptions": {}}, {"price": None}):
        browser.post(at("undo", scenario))
        scenario.refresh_from_db()
        for field, value in expected.items():
            assert getattr(scenario, field) == value
    browser.post(at("redo", scenario))
    browser.post(at("redo", scenario))
    scenario.refresh_from_db()
    assert (scenario.price, scenario.assumptions, scenario.name) == (59, {"requests_per_month": 900}, "Base")
    done = list(AuditEntry.objects.filter(action__in=["scenario.undone", "scenario.redone"]))
    assert len(done) == 5


def test_a_new_change_ends_what_could_be_made_again(scenario):
    services.change(scenario=scenario, values={"price": 59})
    history.undo(scenario=scenario)
    services.change(scenario=scenario, values={"price": 64})
    with pytest.raises(Refused) as refused:
        history.redo(scenario=scenario)
    assert refused.value.code == "nothing_to_redo"
    history.undo(scenario=scenario)
    assert scenario.price is None


def test_saving_what_is_there_already_is_no_step(scenario):
    services.change(scenario=scenario, values={"months": 24, "levers": {"quality": 0}})
    assert history.steps(scenario) == history.Steps()


def test_fifty_steps_are_kept(scenario):
    for price in range(50, 110):
        services.change(scenario=scenario, values={"price": price})
    assert ScenarioChange.objects.count() == history.MOST_STEPS
    for _step in range(history.MOST_STEPS):
        history.undo(scenario=scenario)
    assert scenario.price == 59  # 60 changes were made: the tenth can't be taken back any more.


def test_a_candidate_that_is_gone_is_not_brought_back_by_undo(scenario):
    services.change(scenario=scenario, values={"candidate": str(scenario.tested.pk)})
    services.change(scenario=scenario, values={"candidate": "today"})
    scenario.tested.delete()
    assert history.undo(scenario=scenario).candidate_id is None


def test_an_archived_scenario_leaves_the_menus_refuses_changes_and_comes_back_whole(browser, scenario, workspace):
    services.change(scenario=scenario, values={"price": 59})
    html = browser.post(at("archive", scenario), follow=True).content.decode()
    assert "Archived on" in html
    assert list(selectors.live(workspace)) == []
    browser.post(at("keep", scenario), {"price": "70"})
    scenario.refresh_from_db()
    assert scenario.price == 59
    listed = reverse("planning:scenarios", args=[workspace.slug])
    assert "Base" not in [row.scenario.name for row in browser.get(listed).context["rows"]]
    assert [row.scenario.name for row in browser.get(listed, {"archived": "1"}).context["rows"]] == ["Base"]
    browser.post(at("restore", scenario))
    assert [one.price for one in selectors.live(workspace)] == [59]


def test_the_list_says_what_each_scenario_chooses_and_earns(browser, scenario, workspace):
    services.change(scenario=scenario, values={"price": 59, "quality": 0.02})
    services.open_example(workspace=workspace)
    told = {
        row.scenario.name: row
        for row in browser.get(reverse("planning:scenarios", args=[workspace.slug])).context["rows"]
    }
    shown = told["Base"].headline
    assert shown.price == 59
    assert shown.levers == (("Quality in the test", "+2.0 points"),)
    assert shown.figures["revenue_12"].median == answer(browser, scenario)["figures"]["revenue_12"]["median"]
    assert told["Source document's example"].headline is None


def test_the_list_of_a_new_workspace_teaches_what_a_scenario_is(browser, workspace):
    html = browser.get(reverse("planning:scenarios", args=[workspace.slug])).content.decode()
    assert "No scenarios yet" in html
    assert "Open the forecast" in html


def test_the_interface_does_all_that_the_page_does(browser, scenario):
    def post(name):
        return browser.post(reverse(f"api-scenario-{name}", args=[scenario.pk]))

    detail = reverse("api-scenario-detail", args=[scenario.pk])
    body = {"price": 59, "levers": {"latency": 0.5}}
    assert browser.patch(detail, body, content_type="application/json").json()["levers"] == {"latency": 0.5}
    assert browser.patch(detail, {"levers": {"speed": 2}}, content_type="application/json").status_code == 422
    assert browser.patch(detail, {"levers": [1]}, content_type="application/json").status_code == 422
    assert post("undo").json()["levers"] == {}
    assert post("undo").json()["code"] == "nothing_to_undo"
    assert post("redo").json()["price"] == 59
    (step,) = browser.get(reverse("api-scenario-history", args=[scenario.pk])).json()["results"]
    assert step["fields_changed"] == ["levers", "price"]
    assert post("archive").json()["archived_at"]
    listed = reverse("api-scenario-list")
    assert browser.get(listed, {"archived": "false"}).json()["results"] == []
    assert len(browser.get(listed, {"archived": "true"}).json()["results"]) == 1
    assert post("restore").json()["archived_at"] is None
