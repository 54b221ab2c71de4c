"""The best-worst study from imported rows to what matters most, on the page and for programs."""

from __future__ import annotations

import gzip
import re

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.choices import best_worst_services, best_worst_study
from apps.estimates import selectors as estimates
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import QuarantinedRow, SourceKind
from apps.workspaces.models import Membership, Role, User
from tests.choices.best_worst_rows import ITEMS, best_worst_rows
from tests.research_rows import add_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def brief(monkeypatch):
    """Short chains: the stories need a posterior, not a precise one."""
    monkeypatch.setattr(best_worst_study, "SWEEPS", 400)
    monkeypatch.setattr(best_worst_study, "BURN", 200)


@pytest.fixture
def answered(workspace):
    return add_source(workspace, SourceKind.MAXDIFF, best_worst_rows(people=60))


@pytest.fixture
def study(workspace, owner, brief):
    """Run the study on whatever is there and give the ended job."""
    return lambda: run_now(best_worst_services.start(workspace=workspace, actor=owner))


@pytest.fixture
def page(client, owner, workspace):
    client.force_login(owner)
    return lambda: client.get(reverse("choices:best-worst", args=[workspace.slug])).content.decode()


def current(workspace):
    return estimates.current(workspace, "choices.maxdiff")


def bring_in(workspace, owner, name, content):
    file = ContentFile(content, name=name)
    source = research.upload(workspace=workspace, kind=SourceKind.MAXDIFF, file=file, actor=owner).source
    run_now(research.start_import(source=source, actor=owner))
    source.refresh_from_db()
    return source


def test_without_answers_the_page_teaches_and_starting_is_refused(client, page, workspace):
    shown = page()
    assert "No best-worst survey yet" in shown
    assert reverse("research:upload", args=[workspace.slug]) + "?kind=maxdiff" in shown
    assert reverse("choices:designs", args=[workspace.slug]) in shown
    answer = client.post(reverse("choices:best-worst-run", args=[workspace.slug]), follow=True)
    assert "Import a best-worst survey first" in answer.content.decode()
    assert client.post(reverse("api-choices-best-worst")).json()["code"] == "no_best_worst_answers"


def test_from_the_answers_to_what_matters_most(client, workspace, answered, page, brief):
    assert "1,920 shown items wait to be studied" in page()
    client.post(reverse("choices:best-worst-run", args=[workspace.slug]))
    assert "Waiting for a worker" in page()
    job = run_now(Job.objects.get(kind="choices.maxdiff"))
    assert job.state == "succeeded", job.error_text
    shown = page()
    for words in (
        "Share of preference: accurate answers",
        "80% interval",
        "Observed",
        "Chance of mattering most",
        "Closed form",
        "Sequential logit",
        "Did the computation settle?",
        "Are these answers enough?",
        "By segment",
        "regulated",
        "the worst pick excludes the best",
        "not what they buy",
        "among these very items",
    ):
        assert words in shown, words
    evidence = reverse("estimates:detail", args=[workspace.slug, current(workspace).pk])
    assert evidence in shown
    assert "P(best i, worst k)" in client.get(evidence).content.decode()


def test_the_result_is_what_made_the_answers(workspace, answered, study):
    assert study().state == "succeeded"
    found = current(workspace)
    rows, about = {row["item"]: row for row in found.diagnostics["items"]}, found.diagnostics
    assert found.grade == "observed"
    assert (about["respondents"], about["tasks"], about["seen_each"]) == (60, 480, pytest.approx(8 * 4 / 6))
    assert found.parameters["order"][0] == "accurate answers"
    assert found.parameters["order"][-1] == "nice voice"
    shares = estimates.draws(found)["share"]
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert found.figures["item_share:accurate answers"]["unit"] == "share"
    # Each task has one best and one worst.
    assert sum(row["best"] for row in rows.values()) == sum(row["worst"] for row in rows.values()) == 480
    assert sum(row["shown"] for row in rows.values()) == 1920
    assert sum(row["p_first"] for row in rows.values()) == pytest.approx(1)
    # Half of the people want privacy by two more than the others, so that it is what people differ about most.
    assert max(rows, key=lambda item: rows[item]["people_differ"]) == "my data stays private"
    segments = {row["segment"]: row["shares"]["my data stays private"] for row in about["segments"]}
    assert segments["regulated"]["low"] > segments["small"]["high"]
    assert about["precision"]["needed"] > 0


def test_a_segment_of_few_people_is_told_apart(workspace, study, page):
    rows = best_worst_rows(people=50) + [
        row | {"customer": "late " + row["customer"], "segment": "students"} for row in best_worst_rows(people=4)
    ]
    add_source(workspace, SourceKind.MAXDIFF, rows)
    study()
    assert re.search(r"students \(4\): Too few people to tell; 20 are needed\.", page())


def test_political_issues_reach_the_published_numbers(public_data, workspace, owner, study, page):
    content = gzip.decompress((public_data / "maxdiff_issues/vdata.csv.gz").read_bytes())
    source = bring_in(workspace, owner, "vdata.csv", content)
    assert (source.rows_imported, source.rows_refused) == (18_200, 0), source.columns
    assert study().state == "succeeded"
    about = current(workspace).diagnostics
    rows = {row["item"]: row for row in about["items"]}
    assert (about["respondents"], about["tasks"], len(rows)) == (350, 4550, 13)
    # ORACLES: closed form of healthcare .926814507, sequential logit LL -10284.828.
    assert rows["healthcare"]["closed_form"] == pytest.approx(0.926814507, abs=1e-9)
    assert about["log_likelihood"] == pytest.approx(-10284.828, abs=5e-4)
    # 4,550 tasks by hand: the best of four, then the worst of the three that are left.
    assert about["null_log_likelihood"] == pytest.approx(-4550 * np.log(12))
    assert (rows["healthcare"]["best"], rows["healthcare"]["worst"], rows["healthcare"]["shown"]) == (731, 125, 1400)
    assert about["items"][0]["item"] == "healthcare"
    assert about["items"][0]["p_first"] > 0.99
    shown = page()
    assert "0.927" in shown
    assert "−10,284.828" in shown
    assert "“healthcare” matters most in 100% of the worlds" in shown


def test_the_twin_starts_and_shows_the_study(client, owner, workspace, answered, brief):
    client.force_login(owner)
    address = reverse("api-choices-best-worst")
    assert client.get(address).json() == {"rows": 1920, "best_worst": None, "job": None}
    run_now(Job.objects.get(pk=client.post(address).json()["id"]))
    found = client.get(address).json()
    assert found["best_worst"]["diagnostics"]["items"][0]["item"] == "accurate answers"
    assert set(found["best_worst"]["parameters"]["items"]) == set(ITEMS)
    assert "choices.maxdiff:" in found["job"]["result"]["kept"]


def test_too_few_people_are_refused_with_the_way_out(workspace, study, page):
    add_source(workspace, SourceKind.MAXDIFF, best_worst_rows(people=5, tasks=12, segments=("all",)))
    assert study().state == "failed"
    assert "5 people answered about 6 items. Ask at least as many people as there are items" in page()


def test_an_item_that_always_wins_fails_with_the_way_out(workspace, study, page):
    rows = [
        {"customer": f"P-{person}", "task": str(task), "item": item, "answer": answer}
        for person in range(30)
        for task in range(3)
        for item, answer in (("a", 1), ("b", 0), ("c", -1))
    ]
    add_source(workspace, SourceKind.MAXDIFF, rows)
    assert study().state == "failed"
    assert "was picked the same way every time it was shown" in page()


def test_two_surveys_without_an_item_in_common_are_refused(workspace, study, page):
    add_source(workspace, SourceKind.MAXDIFF, best_worst_rows(people=30))
    other = [
        row | {"customer": "other " + row["customer"], "item": "other " + row["item"]}
        for row in best_worst_rows(people=30, seed=8)
    ]
    add_source(workspace, SourceKind.MAXDIFF, other)
    assert study().state == "failed"
    assert "These items are never compared with the others" in page()


def test_answers_that_contradict_themselves_do_not_get_as_far_as_the_study(workspace, owner, study):
    lines = ["customer,task,item,answer"]
    for person in range(12):
        for task in range(4):
            order = np.random.default_rng([person, task]).permutation(4)
            marks = (1, -1, 0, 0)
            lines += [f"C-{person},{task},item {one},{mark}" for one, mark in zip(order, marks, strict=True)]
    lines[1] = lines[1].removesuffix("1") + "0"
    lines += ["C-99,1,item 0,1", "C-99,1,item 0,-1", "C-99,1,item 1,0", "C-99,1,item 2,0"]
    source = bring_in(workspace, owner, "answers.csv", "\n".join(lines).encode())
    # The task without a best and the one whose best is its worst.
    assert source.rows_refused == 8
    assert QuarantinedRow.objects.filter(source=source).count() == 8
    study()
    assert current(workspace).diagnostics["tasks"] == 47


def test_a_study_that_is_cancelled_while_it_learns_keeps_nothing(workspace, owner, answered, brief, monkeypatch):
    job = best_worst_services.start(workspace=workspace, actor=owner)
    counts = best_worst_study.maxdiff.counts

    def meanwhile(data):
        jobs.cancel(job=Job.objects.get(pk=job.pk), actor=owner)
        return counts(data)

    monkeypatch.setattr(best_worst_study.maxdiff, "counts", meanwhile)
    monkeypatch.setattr("apps.jobs.run.THROTTLE_SECONDS", 0)
    assert run_now(job).state == "cancelled"
    assert current(workspace) is None


def test_a_person_of_weight_three_counts_as_three(workspace, study, page):
    rows = [row | {"weight": 3.0 if row["segment"] == "regulated" else 1.0} for row in best_worst_rows(people=60)]
    add_source(workspace, SourceKind.MAXDIFF, rows)
    study()
    weighted = {row["item"]: row for row in current(workspace).diagnostics["items"]}["my data stays private"]
    plain = weighted["best"] - weighted["worst"]
    own = {
        segment: sum(
            row["answer"] for row in rows if row["segment"] == segment and row["item"] == "my data stays private"
        )
        for segment in ("regulated", "small")
    }
    shown = {
        segment: sum(row["segment"] == segment and row["item"] == "my data stays private" for row in rows)
        for segment in ("regulated", "small")
    }
    assert plain == own["regulated"] + own["small"]
    expected = (3 * own["regulated"] + own["small"]) / (3 * shown["regulated"] + shown["small"])
    assert weighted["score"]["point"] == pytest.approx(expected)
    assert "People have weights" in page()


def test_a_viewer_sees_but_does_not_run(client, workspace, answered):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    assert client.get(reverse("choices:best-worst", args=[workspace.slug])).status_code == 200
    assert client.post(reverse("choices:best-worst-run", args=[workspace.slug])).status_code == 403


def test_what_a_file_writes_is_shown_as_text(workspace, study, page):
    rows = [
        row | {"item": row["item"].replace("nice voice", "<script>alert(1)</script>"), "segment": "<b>x</b>"}
        for row in best_worst_rows(people=30)
    ]
    add_source(workspace, SourceKind.MAXDIFF, rows)
    study()
    shown = page()
    assert "<script>alert" not in shown
    assert "alert(1)" in shown
