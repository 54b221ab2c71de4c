"""Every resource of the API as the client gives it, and lists walked to their end."""

from __future__ import annotations

import dataclasses
import time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.jobs.models import Job as JobRow
from apps.jobs.testing import run_waiting
from apps.planning.loop import advance_all
from apps.workspaces.models import Role
from apps.workspaces.services import create_token
from tests.furnished import furnish
from tests.planning.worlds import record_all
from trimtab.client import Problem, Trimtab, overview


@pytest.fixture
def mine(transactional_db):
    return furnish("mine")


@pytest.fixture
def furnished(live_server, mine):
    token = create_token(workspace=mine["workspace"], user=mine["owner"], name="t", role=Role.EDITOR)[1]
    return Trimtab(live_server.url, token=token)


def test_lists_are_walked_page_by_page_and_each_row_comes_once(t, workspace):
    JobRow.objects.bulk_create(JobRow(workspace=workspace, kind="x", queue="analysis") for _ in range(120))
    found = [job.id for job in t.jobs.list()]
    assert len(found) == len(set(found)) == 120
    walk = t.jobs.list(kind="x")
    assert next(walk).kind == "x"  # a list that is left early asks for no further page


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sources", "source_id"), ("needs", "need_id"), ("labelled_sets", "set_id"), ("training_runs", "run_id"),
        ("candidates", "candidate_id"), ("deployments", "name"), ("scenarios", "scenario_id"),
        ("estimates", "estimate_id"), ("jobs", "job_id"),
    ],
)  # fmt: skip
def test_what_is_listed_can_be_asked_for_and_is_frozen(furnished, mine, name, key):
    resource = getattr(furnished, name)
    listed = {str(getattr(row, "id", None) or row.name) for row in resource.list()}
    assert str(mine[key]) in listed
    one = resource.get(mine[key])
    assert type(one).__name__ in repr(one)
    assert "tt_" not in repr(one)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.kind = "other"


def test_what_is_not_there_is_a_problem_that_says_what_to_check(t):
    with pytest.raises(Problem, match="the token belongs to the workspace") as caught:
        t.scenarios.get(999_999)
    assert (caught.value.status, caught.value.code) == (404, "not_found")


def test_a_need_is_renamed_set_aside_and_brought_back(furnished, mine):
    need = furnished.needs.get(mine["need_id"])
    assert [quote.id for quote in need.quotes()] == [mine["feedback_id"]]
    assert need.rename("Answer faster").named_by_person
    assert need.put_aside().set_aside
    assert furnished.needs.list() == []
    assert not need.bring_back().set_aside


def test_a_criterion_is_weighed_and_rated(furnished, mine):
    [criterion] = furnished.differentiation.criteria()
    assert criterion.id == mine["criterion_id"]
    assert criterion.change(assumed_weight=3, less_is_better=True).assumed_weight == 3
    rated = criterion.rate("speed", 0.75)
    assert [(row["offer"], row["rating"]) for row in rated.ratings] == [("speed", 0.75)]
    with pytest.raises(Problem):
        furnished.differentiation.position()


def test_a_viewers_token_reads_and_does_not_write(live_server, mine):
    token = create_token(workspace=mine["workspace"], user=mine["owner"], name="v", role=Role.VIEWER)[1]
    t = Trimtab(live_server.url, token=token)
    assert t.retention.study().rows == {"answers": 1, "subscriptions": 1}
    with pytest.raises(Problem, match="token of an editor") as caught:
        t.needs.run()
    assert caught.value.status == 403


def test_a_scenario_is_asked_what_if_run_and_judged(t, workspace, worker):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    scenario = t.scenarios.create("Dearer")
    with pytest.raises(Problem) as caught:
        scenario.verdict()
    assert caught.value.code == "no_verdict"
    answer = scenario.what_if(price=60)
    assert answer.price == 60
    assert answer.gain.low <= answer.gain.median <= answer.gain.high
    assert set(answer.figures) == set(answer.today)
    scenario.run().wait()
    forecasts = scenario.forecast()
    assert len(forecasts.forecasts) == 2
    assert forecasts.price.figures["best_margin_price"].unit == "EUR/month"
    verdict = scenario.verdict()
    assert verdict.diagnostics["verdict"]
    assert verdict.lineage().made_from
    seen = t.overview()
    assert seen.answer.price == forecasts.price.figures["best_margin_price"]
    assert seen.stage("forecast").state == "ready"
    assert scenario.change(price=80).price == 80
    assert t.overview().stage("forecast").state == "stale"
    assert scenario.undo().price is None
    dearer = scenario.redo().change(levers={"quality": 0.02})
    assert dearer.levers == {"quality": 0.02}
    assert scenario.what_if(quality=0).p_better != scenario.what_if(quality=0.05).p_better
    twin = scenario.copy().change(price=60)
    compared = scenario.compare(twin)
    assert (compared.left, compared.right) == (scenario.id, twin.id)
    assert {row.name for row in compared.figures} >= {"revenue_12", "npv_margin"}
    link = scenario.share(days=7)
    assert link.address.startswith("http")
    assert [each.id for each in scenario.links()] == [link.id]
    scenario.revoke(link)
    assert next(scenario.links()).revoked_at is not None
    assert twin.archive().archived_at is not None
    assert twin.restore().archived_at is None
    twin.delete()
    assert [each.name for each in t.scenarios.list()] == ["Dearer"]


def test_the_loop_is_run_and_waited_for(t, workspace, monkeypatch):
    record_all(workspace)
    loop = t.run_loop()
    assert t.run_loop().id == loop.id  # a round under way is given back
    looks = []

    def work(_seconds):
        run_waiting(workspace)
        advance_all(timezone.now())

    monkeypatch.setattr(overview, "time", SimpleNamespace(monotonic=time.monotonic, sleep=work))
    ended = loop.wait(progress=looks.append, timeout_s=60)
    assert looks[-1] == ended
    assert ended.under_way.loop is None
