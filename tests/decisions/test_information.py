"""What a founder asks before deciding: what to find out next, and what the decision hangs on."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import information_selectors, information_services, sensitivity_study, services
from apps.decisions.information_groups import groups
from apps.decisions.information_models import StudyCost
from apps.decisions.information_options import compared
from apps.estimates.selectors import staleness
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.planning import selectors as planning
from apps.planning.chain import outcome
from apps.planning.world import INPUT_GROUPS, rearranged
from apps.workspaces.errors import Refused
from tests.planning.worlds import record_all
from trimtab.economics.decision.value_of_information import information


@pytest.fixture(autouse=True)
def _one_rearrangement(monkeypatch):
    """Enough for a test: intervals are wider, nothing else changes."""
    monkeypatch.setattr(sensitivity_study, "REPLICATES", 1)


@pytest.fixture
def scenario(workspace):
    record_all(workspace, candidates={"better": (0.88, 900, 3.4)})
    found = services.kept_scenario(planning.base(workspace), None)
    services.add(scenario=found, values={"name": "Dearer", "price": 62})
    services.add(scenario=found, values={"name": "Much dearer", "price": 67})
    return found


@pytest.fixture
def studied(scenario, owner):
    job = run_now(information_services.start(scenario=scenario, actor=owner))
    assert job.state == Job.State.SUCCEEDED, job.error_message
    return information_selectors.result(scenario)


def test_the_job_says_what_each_study_is_worth_and_none_more_than_knowing_everything(studied):
    everything = studied.figures["perfect_information"]["median"]
    assert everything > 0
    found = information_selectors.next_studies(studied)
    assert {"price_survey", "satisfaction", "followed", "waiting"} <= {one.code for one in found}
    for one in found:
        assert 0 <= one.low <= one.value <= one.high <= everything + 1e-6
        assert one.worth <= one.value * one.study.decisions + 1e-6
        assert one.net == pytest.approx(one.worth - one.cost)
    nets = [one.net if one.pays else 0 for one in found]
    assert nets == sorted(nets, reverse=True)


def test_what_is_expected_of_who_knows_prices_is_what_a_loop_through_the_whole_chain_finds(scenario):
    options = compared(scenario)
    known = groups(options.world, options.choices)
    fitted = information(options.gains, {"worth": known["worth"]}).groups[0].expected
    rng = np.random.default_rng(1)
    held = rng.permutation(options.world.worlds)[:30]
    averages = []
    for world in held:
        orders = {group: rng.permutation(options.world.worlds) for group in known if group in INPUT_GROUPS}
        orders["worth"] = np.full(options.world.worlds, world)
        moved = rearranged(options.world, orders)
        npv = [outcome(moved, choice).npv_margin.mean() for choice in options.choices]
        averages.append(np.array(npv[1:]) - npv[0])
    brute = np.array(averages)
    spread = brute.std(axis=0)
    assert np.all(np.abs(fitted[held] - brute).mean(axis=0) < 0.15 * spread)
    assert np.corrcoef(fitted[held, 1] - fitted[held, 0], brute[:, 1] - brute[:, 0])[0, 1] > 0.97


def test_what_matters_adds_up_and_names_where_the_decision_turns(scenario, studied):
    found = information_selectors.sensitivity_result(scenario).diagnostics
    effects = {effect["name"]: effect for effect in found["effects"]}
    assert sum(effect["first"] for effect in effects.values()) == pytest.approx(1, abs=0.1)
    assert found["effects"][0]["name"] == "worth"
    # No option changes the model, so its test, elasticities and cost cannot matter.
    assert effects["tests"]["total"] == effects["quality_elasticity"]["total"] == 0
    turning = next(flip for flip in found["option_flips"] if flip["name"] == "worth")
    assert turning["becomes"] == "Much dearer"
    assert turning["change"] > 0
    assert next(flip for flip in found["option_flips"] if flip["name"] == "tests")["at"] is None


def test_a_cost_typed_by_the_workspace_moves_the_best_size_and_nothing_else(studied, workspace):
    def survey():
        found = information_selectors.next_studies(studied)
        return next(one for one in found if one.code == "price_survey")

    before = survey()
    assert not before.pays
    information_services.set_costs(workspace=workspace, values={"price_survey": {"fixed": 10, "unit": 0.5}})
    after = survey()
    assert after.pays
    assert after.value == before.value
    assert after.cost == pytest.approx(10 + 0.5 * after.size)
    information_services.set_costs(workspace=workspace, values={"price_survey": {"fixed": "", "unit": None}})
    assert survey().cost == before.cost
    information_services.set_costs(workspace=workspace, values={"price_survey": {"decisions": 100}})
    assert survey().worth > 50 * before.worth


def test_costs_that_make_no_sense_are_refused(workspace):
    for values, code in (
        ({"horoscope": {"fixed": 1}}, "unknown_study"),
        ({"labels": {"unit": -1}}, "cost_out_of_range"),
        ({"labels": {"decisions": 0}}, "cost_out_of_range"),
        ({"labels": {"fixed": "dear"}}, "cost_out_of_range"),
    ):
        with pytest.raises(Refused) as refused:
            information_services.set_costs(workspace=workspace, values=values)
        assert refused.value.code == code
    assert not StudyCost.objects.filter(study="horoscope").exists()


def test_without_options_the_tested_candidates_are_asked_about(workspace, owner):
    record_all(
        workspace, candidates={"doubtful": (0.80, 900, 3.0), "other": (0.81, 1400, 2.4), "third": (0.79, 500, 1)}
    )
    job = run_now(information_services.start(scenario=planning.base(workspace), actor=owner))
    assert job.state == Job.State.SUCCEEDED, job.error_message
    found = information_selectors.result(planning.base(workspace))
    assert found.diagnostics["are_options"] is False
    assert len(found.diagnostics["options"]) == 4
    codes = {one.code for one in information_selectors.next_studies(found)}
    assert {"labels", "experiment", "training"} <= codes


def test_with_only_today_there_is_nothing_to_find_out(workspace, owner, browser):
    record_all(workspace, candidates={})
    with pytest.raises(Refused) as refused:
        information_services.start(scenario=planning.base(workspace), actor=owner)
    assert refused.value.code == "nothing_to_compare"
    for page in ("decisions:information", "decisions:sensitivity"):
        html = browser.get(reverse(page, args=[workspace.slug])).content.decode()
        assert "There is only today to choose" in html


def test_an_option_that_is_changed_makes_the_answer_stale(scenario, studied):
    assert not staleness(studied).stale
    services.add(scenario=scenario, values={"name": "Between", "price": 64})
    assert staleness(studied).stale


def test_from_the_button_to_both_pages(browser, workspace, scenario):
    address = reverse("decisions:information", args=[workspace.slug]) + f"?scenario={scenario.pk}"
    assert "The options are there" in browser.get(address).content.decode()
    answer = browser.post(
        reverse("decisions:information-run", args=[workspace.slug]), {"scenario": scenario.pk, "page": "information"}
    )
    assert answer.url == address
    run_now(Job.objects.get(kind="decisions.information"))
    html = browser.get(address).content.decode()
    assert "Price survey" in html
    assert "Knowing everything first is worth at most" in html
    assert "Dearer" in html
    matters = browser.get(reverse("decisions:sensitivity", args=[workspace.slug]) + f"?scenario={scenario.pk}")
    assert "Much dearer" in matters.content.decode()
    typed = {"scenario": scenario.pk, "price_survey-fixed": "10", "price_survey-unit": "0.5"}
    browser.post(reverse("decisions:study-costs", args=[workspace.slug]), typed)
    assert StudyCost.objects.get(study="price_survey").unit == 0.5
    bad = browser.post(reverse("decisions:study-costs", args=[workspace.slug]), {"labels-unit": "-3"})
    assert bad.status_code == 422


def test_programs_get_the_same(browser, workspace, scenario, studied):
    told = browser.get(reverse("api-information"), {"scenario": scenario.pk}).json()
    assert told["estimate"]["kind"] == "decisions.information"
    best = information_selectors.next_studies(studied)[0]
    assert told["studies"][0]["study"]["code"] == best.code
    assert told["studies"][0]["net"] == pytest.approx(best.net)
    matters = browser.get(reverse("api-sensitivity"), {"scenario": scenario.pk}).json()
    assert matters["diagnostics"]["effects"][0]["name"] == "worth"
    costs = browser.patch(reverse("api-study-costs"), {"costs": {"labels": {"unit": 0.8}}}, "application/json").json()
    assert next(one for one in costs["studies"] if one["code"] == "labels")["unit"] == 0.8
    assert browser.patch(reverse("api-study-costs"), {"costs": {"x": {}}}, "application/json").status_code == 422
    again = browser.post(reverse("api-information"), {"scenario": scenario.pk}, "application/json")
    assert again.status_code == 202
