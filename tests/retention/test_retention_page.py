"""What people see of satisfaction and retention, and its twin for programs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research.models import SourceKind
from apps.workspaces.models import Membership, Role, User
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("retention:home", args=[workspace.slug])).content.decode()


def test_without_data_the_page_says_what_to_bring(page):
    assert "Neither a survey nor a log yet" in page()


def test_starting_without_data_is_refused_with_the_way_out(client, owner, workspace):
    client.force_login(owner)
    answer = client.post(reverse("retention:run", args=[workspace.slug]), follow=True)
    assert "Import one of them first" in answer.content.decode()
    twin = client.post(reverse("api-retention-study"))
    assert (twin.status_code, twin.json()["code"]) == (422, "nothing_to_study")


def test_from_the_data_to_the_link(client, workspace, sample, page):
    assert "They wait to be studied" in page()
    for _ in range(2):
        client.post(reverse("retention:run", args=[workspace.slug]))
    job = Job.objects.get(kind="retention.study")
    assert "Waiting for a worker" in page()
    assert run_now(job).state == "succeeded"
    shown = page()
    for words in (
        "Seen and projected",
        "Customers watched from then on",
        "Would the projection have been right?",
        "Customers differ (shifted beta-geometric)",
        "The data cannot tell these forms apart",
        "Observed, not causal",
        "Established customers",
        "enterprise",
        "2026-09",
        "clear trend",
        "Simulated",
    ):
        assert words in shown, words
    for part in ("satisfaction", "survival", "link", "arrivals"):
        estimate = estimates.current(workspace, f"retention.{part}")
        evidence = reverse("estimates:detail", args=[workspace.slug, estimate.pk])
        assert evidence in shown
        assert client.get(evidence).status_code == 200


def test_a_missing_survey_leaves_the_rest_of_the_page(client, workspace, study, page):
    day = date(2026, 10, 31)
    rows = [
        {"customer": f"C-{n}", "started_on": day - timedelta(days=n + 1)}
        | ({"ended_on": day - timedelta(days=n // 2)} if n % 3 == 0 else {})
        for n in range(300)
    ]
    add_source(workspace, SourceKind.SUBSCRIPTIONS, rows, parameters={"as_of": day.isoformat()})
    study()
    shown = page()
    assert "Seen and projected" in shown
    assert "There are no satisfaction answers. Import a satisfaction survey." in shown
    assert "Nobody measured this link here" in shown
    assert "What if?" not in shown


def test_the_sliders_answer_from_the_draws_without_a_reload(client, workspace, sample, study, page):
    study()
    assert 'name="interaction"' in page()
    address = reverse("retention:what-if", args=[workspace.slug])
    answer = client.get(address, {"functionality": 0.9, "interaction": 0.05, "cost": 0.9}).content.decode()
    assert "<html" not in answer
    assert "Hardly anyone answered there" in answer
    assert "Interaction, I" in answer
    assert client.get(address, {"functionality": 2, "interaction": 0.5, "cost": 0.5}).status_code == 422


def test_the_twin_moves_satisfaction_and_retention_together(client, owner, workspace, sample, study):
    client.force_login(owner)
    address = reverse("api-retention-what-if")
    parts = {"functionality": 0.7, "interaction": 0.6, "cost": 0.85}
    assert client.get(address, parts).status_code == 404
    study()
    low, high = (client.get(address, parts | {"functionality": level}).json() for level in (0.5, 0.9))
    for name in ("satisfaction", "retained"):
        assert low[name]["high"] < high[name]["low"]
    assert low["retained_change"]["high"] < 0 < high["retained_change"]["low"]
    wrong = client.get(address, parts | {"cost": "NaN"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "cost"


def test_the_twin_shows_the_study_and_starts_it(client, owner, workspace, sample):
    client.force_login(owner)
    started = client.post(reverse("api-retention-study"))
    assert started.status_code == 202
    run_now(Job.objects.get(pk=started.json()["id"]))
    found = client.get(reverse("api-retention-study")).json()
    assert found["rows"] == {"answers": 150, "subscriptions": 2000}
    assert found["refused"] == {}
    assert found["link"]["grade"] == "observed"
    assert len(found["segments"]) == 4
    assert found["survival"]["id"] in found["job"]["result"]["kept"].values()


def test_a_viewer_reads_but_does_not_run(client, workspace, sample):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    shown = client.get(reverse("retention:home", args=[workspace.slug]))
    assert shown.status_code == 200
    assert reverse("retention:run", args=[workspace.slug]) not in shown.content.decode()
    assert client.post(reverse("retention:run", args=[workspace.slug])).status_code == 403
    assert client.post(reverse("api-retention-study")).status_code == 403
