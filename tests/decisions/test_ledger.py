"""The ledger: a decision freezes its forecast, the months score it, and its errors move the next one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.urls import reverse

from apps.decisions import ledger_page, ledger_services
from apps.decisions.ledger_models import Actual, Decision
from apps.estimates import selectors as estimates
from apps.planning import services as planning
from apps.planning.answers import saved_choice, world_of
from apps.planning.chain import outcome
from apps.workspaces.errors import Refused
from tests.planning.worlds import record_all

MARCH = date(2026, 3, 1)


@pytest.fixture
def decided(workspace, owner):
    record_all(workspace)
    scenario = planning.base_scenario(workspace=workspace, actor=owner)
    return ledger_services.decide(
        scenario=scenario, title="Keep the price", reasons="Churn is low.", starts_on=MARCH, actor=owner
    )


def foretold(decision, month):
    return estimates.draws(decision.estimate)["revenue"][:, month]


def note(decision, values, owner, measure="revenue"):
    for place, value in enumerate(values):
        ledger_services.note_actual(
            workspace=decision.workspace, measure=measure, month=date(2026, 3 + place, 1), value=value, actor=owner
        )


def next_year(scenario):
    world = world_of(scenario)
    return outcome(world, saved_choice(scenario, world)).revenue[:, :12].sum(axis=1)


def scores(decision):
    return ledger_page.entry(decision).revenue


@pytest.fixture
def workspace(db, owner):
    from apps.workspaces.services import create_workspace

    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def owner(db):
    from apps.workspaces.models import User

    return User.objects.create_user("owner@example.org", "long-secret-words")


def test_a_decision_keeps_its_forecast_when_the_world_changes(decided, workspace, owner):
    before = foretold(decided, 0).copy()
    record_all(workspace, seed=77)
    later = ledger_services.decide(scenario=decided.scenario, starts_on=date(2026, 4, 1), actor=owner)
    np.testing.assert_array_equal(foretold(Decision.objects.get(pk=decided.pk), 0), before)
    assert not np.array_equal(foretold(later, 0), before)


def test_months_that_come_as_foretold_are_held_and_those_far_off_are_not(decided, owner):
    middle = float(np.median(foretold(decided, 0)))
    note(decided, [middle, 3 * middle], owner)
    found = scores(decided)
    assert (found.known, found.held) == (2, 1)
    assert [month.held for month in found.months[:3]] == [True, False, None]
    assert found.months[1].crps > found.months[0].crps
    assert found.error is None, "two months are too few to correct by"


def test_a_forecast_that_was_too_high_lowers_and_widens_the_next(decided, workspace, owner):
    note(decided, [0.5 * float(np.median(foretold(decided, place))) for place in range(3)], owner)
    found = scores(decided)
    assert found.bias == pytest.approx(-0.5, abs=0.02)
    learnt = ledger_page.ledger(workspace).correction.parameters
    # By hand: one error z gives a shift of z / (4 + 1).
    assert learnt["shift"] == pytest.approx(found.error / 5)
    assert learnt["shift"] < 0
    assert learnt["widen"] > 1


def test_the_next_forecast_is_shifted_and_widened_and_says_so(decided, workspace, owner):
    before = np.quantile(next_year(decided.scenario), [0.1, 0.5, 0.9])
    note(decided, [0.5 * float(np.median(foretold(decided, place))) for place in range(3)], owner)
    after = np.quantile(next_year(decided.scenario), [0.1, 0.5, 0.9])
    assert after[1] < before[1]
    assert np.log(after[2] / after[0]) > 1.2 * np.log(before[2] / before[0])
    link = next(link for link in world_of(decided.scenario).links if link.code == "past_errors")
    assert link.estimate.kind == "decisions.correction"
    planning.change(scenario=decided.scenario, values={"assumptions": {"use_past_errors": 0}}, actor=owner)
    np.testing.assert_allclose(np.quantile(next_year(decided.scenario), [0.1, 0.5, 0.9]), before)


def test_corrections_do_not_pile_up(decided, workspace, owner):
    values = [0.5 * float(np.median(foretold(decided, place))) for place in range(3)]
    note(decided, values, owner)
    first = ledger_page.ledger(workspace).correction.parameters
    again = ledger_services.decide(scenario=decided.scenario, starts_on=MARCH, actor=owner)
    assert scores(again).bias > scores(decided).bias, "what is shown is corrected"
    second = ledger_page.ledger(workspace).correction.parameters
    assert second["shift"] == pytest.approx(first["shift"])


def test_a_withdrawn_decision_is_not_learnt_from_until_it_is_restored(decided, workspace, owner):
    note(decided, [0.5 * float(np.median(foretold(decided, place))) for place in range(3)], owner)
    ledger_services.withdraw(decision=decided, actor=owner)
    assert ledger_page.ledger(workspace).correction.parameters["scored"] == 0
    ledger_services.restore(decision=decided, actor=owner)
    assert ledger_page.ledger(workspace).correction.parameters["scored"] == 1


def test_two_decisions_of_one_month_count_once(decided, workspace, owner):
    ledger_services.decide(scenario=decided.scenario, starts_on=MARCH, actor=owner)
    note(decided, [1.0, 1.0, 1.0], owner)
    assert ledger_page.ledger(workspace).correction.parameters["scored"] == 1


def test_pasted_rows_are_kept_and_bad_ones_come_back_with_the_remedy(workspace, owner):
    text = "month,measure,value\n2026-03,revenue,1200\n2026-13,revenue,5\n2026-04,profit,5\n2026-05\tmargin\t-30\n"
    noted = ledger_services.import_actuals(workspace=workspace, text=text, actor=owner)
    assert noted.kept == 2
    assert [(one["row"], one["field"]) for one in noted.refused] == [(3, "month"), (4, "measure")]
    assert "revenue, margin or customers" in noted.refused[1]["message"]
    assert Actual.objects.get(measure="margin").value == -30


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": float("nan")}, "value_out_of_range"),
        ({"value": -1.0}, "value_out_of_range"),
        ({"month": date(2099, 12, 1)}, "month_not_over"),
        ({"month": date(1800, 1, 1)}, "month_out_of_range"),
        ({"measure": "joy"}, "measure_unknown"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(workspace, owner, changes, code):
    given = {"measure": "revenue", "month": MARCH, "value": 1.0} | changes
    with pytest.raises(Refused) as refusal:
        ledger_services.note_actual(workspace=workspace, actor=owner, **given)
    assert refusal.value.code == code


def test_the_page_and_the_interface_tell_the_same(decided, workspace, owner, client):
    middle = float(np.median(foretold(decided, 0)))
    client.force_login(owner)
    said = client.post(
        reverse("decisions:actual-note", args=[workspace.slug]),
        {"month": "2026-03", "measure": "revenue", "value": middle},
    )
    assert said.status_code == 302
    page = client.get(reverse("decisions:ledger", args=[workspace.slug])).content.decode()
    assert "Keep the price" in page
    told = client.get("/api/v1/ledger/", headers={"Trimtab-Workspace": workspace.slug}).json()
    revenue = told["entries"][0]["measures"][0]
    assert (revenue["known"], revenue["held"], told["held"]) == (1, 1, 1)
    assert revenue["months"][0]["name"] == "2026-03"
    shown = client.get(reverse("decisions:decision", args=[workspace.slug, decided.pk])).content.decode()
    assert "1 of 1 known months" in shown


def test_a_decision_is_made_and_withdrawn_on_the_page(workspace, owner, client):
    record_all(workspace)
    client.force_login(owner)
    said = client.post(
        reverse("decisions:decide", args=[workspace.slug]),
        {"title": "Raise it", "reasons": "They can pay.", "starts_on": "2026-05"},
    )
    made = Decision.objects.get()
    assert said.url == reverse("decisions:decision", args=[workspace.slug, made.pk])
    assert (made.title, made.starts_on) == ("Raise it", date(2026, 5, 1))
    client.post(reverse("decisions:decision-withdraw", args=[workspace.slug, made.pk]))
    made.refresh_from_db()
    assert made.withdrawn_at is not None
