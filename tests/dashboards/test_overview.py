"""What a founder sees first: the answer, the loop, and what to do next."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from apps.estimates import selectors as estimates
from apps.estimates.freshness import Freshness
from apps.estimates.models import Estimate, Grade
from apps.estimates.services import record
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.planning import services
from apps.planning.models import LoopRun
from apps.research.models import Need, Source, SourceState
from apps.research.needs_selectors import need_ref
from apps.workspaces.models import Membership, Role, User
from apps.workspaces.services import create_workspace
from tests.planning.worlds import record_all
from trimtab.economics.draws import summarise

OVERVIEW_QUERIES = 16
INPUT_QUERIES = 2  # the inputs, and all needs among them


@pytest.fixture
def page(workspace):
    return reverse("dashboards:overview", args=[workspace.slug])


@pytest.fixture
def answered(workspace):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    return run_now(services.start(workspace=workspace))


def imported(workspace, kind, rows):
    return Source.objects.create(
        workspace=workspace, kind=kind, name=f"{kind}.csv", file=f"{kind}.csv", format="csv",
        sha256=kind.ljust(64, "0"), state=SourceState.IMPORTED, rows_imported=rows, simulated=True,
    )  # fmt: skip


def test_an_empty_workspace_is_taught_its_first_step(browser, page):
    html = browser.get(page).content.decode()
    assert "Begin with what customers say" in html
    assert "Load the sample company" in html
    assert "templates/feedback.csv" in html
    assert "Run the loop" not in html  # there is nothing to run it on


def test_the_answer_stands_on_top_with_its_intervals_and_its_evidence(browser, workspace, page, answered):
    html = browser.get(page).content.decode()
    price = estimates.current(workspace, "planning.price", str(answered.params["scenario_id"]))
    assert "Charge about" in html
    assert "Ship better" in html
    assert "80% interval" in html
    assert reverse("estimates:detail", args=[workspace.slug, price.pk]) in html
    assert html.index("Charge about") < html.index("loop-stages")
    assert html.count("Simulated") > 3


def test_every_stage_says_its_grade_and_what_to_do(browser, workspace, answered):
    stages = {stage["code"]: stage for stage in browser.get("/api/v1/overview/").json()["stages"]}
    assert list(stages) == [
        "evidence", "needs", "differentiation", "price", "satisfaction", "retention", "models", "forecast", "decision",
    ]  # fmt: skip
    assert stages["models"]["grade"] == "tested"
    assert stages["retention"]["grade"] == "observed"
    assert stages["forecast"]["grade"] == "assumed"  # fees and requests are typed
    assert stages["needs"]["state"] == "empty"
    assert all(stage["action"] for stage in stages.values())


def test_rows_that_wait_to_be_studied_come_before_files_to_collect(browser, workspace, page):
    imported(workspace, "prices", 600)
    told = browser.get("/api/v1/overview/").json()
    assert told["next"] == "price"
    assert "600" in browser.get(page).content.decode()


def test_a_stale_input_dims_the_stages_that_used_it(browser, workspace, answered):
    Estimate.objects.filter(kind="retention.survival").update(expires_at=timezone.now())
    stages = {stage["code"]: stage for stage in browser.get("/api/v1/overview/").json()["stages"]}
    assert stages["retention"]["state"] == stages["forecast"]["state"] == stages["decision"]["state"] == "stale"
    assert stages["models"]["state"] == "ready"


def test_freshness_in_bulk_agrees_with_one_by_one(workspace, answered):
    Estimate.objects.filter(kind="pricing.demand").update(is_current=False)
    found = list(Estimate.objects.filter(workspace=workspace, is_current=True))
    fresh = Freshness(workspace, found, timezone.now())
    for estimate in found:
        assert fresh.of(estimate).stale == estimates.staleness(estimate).stale


def test_work_under_way_is_polled_until_it_ends(browser, workspace, page):
    job = Job.objects.create(workspace=workspace, kind="planning.forecast", queue="analysis")
    work = reverse("dashboards:work", args=[workspace.slug])
    assert work in browser.get(page).content.decode()
    assert browser.get(work).status_code == 200
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCEEDED)
    ended = browser.get(work)
    assert (ended.status_code, ended["HX-Refresh"]) == (286, "true")
    assert work not in browser.get(page).content.decode()


def test_running_the_loop_starts_one_round(browser, workspace, page):
    imported(workspace, "feedback", 10)
    browser.post(reverse("dashboards:run", args=[workspace.slug]))
    assert LoopRun.objects.filter(workspace=workspace).count() == 1


def test_a_viewer_cannot_run_the_loop_and_a_stranger_sees_nothing(client, workspace, page):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.post(reverse("dashboards:run", args=[workspace.slug])).status_code == 403
    stranger = User.objects.create_user("stranger@example.org", "long-secret-words")
    create_workspace(name="Elsewhere", owner=stranger)
    client.force_login(stranger)
    assert client.get(page).status_code == 404
    assert client.get("/api/v1/overview/", headers={"Trimtab-Workspace": workspace.slug}).status_code == 404


def test_the_overview_asks_the_database_a_pinned_number_of_times(
    browser, workspace, page, answered, django_assert_max_num_queries
):
    browser.get(page)
    with django_assert_max_num_queries(OVERVIEW_QUERIES):
        browser.get(page)


def test_many_needs_as_inputs_cost_the_overview_no_more_questions(
    browser, workspace, page, answered, django_assert_max_num_queries
):
    voiced = [Need.objects.create(workspace=workspace, name=f"Need {number}") for number in range(15)]
    draws = np.linspace(0.0, 10.0, 101)
    scored = record(
        workspace=workspace, kind="research.needs", grade=Grade.OBSERVED, draws={"opportunity": draws},
        figures=[summarise(draws, name="opportunity")], diagnostics={"needs": []},
        inputs=[need_ref(need) for need in voiced],
    )  # fmt: skip
    browser.get(page)
    with django_assert_max_num_queries(OVERVIEW_QUERIES + 1):
        browser.get(page)
    Need.objects.filter(pk=voiced[-1].pk).update(revision=1)
    with django_assert_max_num_queries(INPUT_QUERIES):
        reasons = estimates.staleness(scored).reasons
    assert reasons == ["Need 14 has changed since."]
