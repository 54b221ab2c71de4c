"""Needs are found, named, merged and split by people, and runs to come keep to what they said."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.jobs.models import Job
from apps.jobs.testing import run_now, run_waiting
from apps.research import needs
from apps.research.models import FeedbackItem, Need, NeedMention
from apps.workspaces.errors import Refused
from tests.research.needs.conftest import SUBJECTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(workspace, feedback, paying, read_texts):
    run_now(needs.start(workspace=workspace))
    return {subject: need_about(workspace, subject) for subject in SUBJECTS}


def need_about(workspace, subject):
    item = FeedbackItem.objects.filter(workspace=workspace, customer=f"{subject}-0").get()
    return item.mention.need


def current(workspace):
    return estimates.current(workspace, "research.needs")


def placed(workspace):
    return dict(NeedMention.objects.filter(workspace=workspace).values_list("feedback_id", "need_id"))


def test_three_subjects_become_three_needs_ranked_by_opportunity(workspace, found):
    assert len({need.pk for need in found.values()}) == 3
    ranked = [row["need_id"] for row in current(workspace).diagnostics["needs"]]
    assert ranked == [found[subject].pk for subject in ("export", "speed", "bills")]
    assert {"export", "download", "spreadsheet"} <= set(" ".join(found["export"].terms).split())


def test_each_customer_counts_once_and_brings_their_money_once(workspace, found, add_feedback):
    add_feedback([("export download, still", "export-0", "team", 1)] * 5, name="more.csv")
    run_now(needs.start(workspace=workspace))
    row = current(workspace).diagnostics["needs"][0]
    # 30 customers raised it, one of them six times; export-0 pays 10 and export-1 20 a month.
    assert (row["customers"], row["mentions"], row["money"]) == (30, 35, 30.0)
    # All 30 of 48 customers: the median share of worlds lies at 30/48.
    assert row["share"]["median"] == pytest.approx(30 / 48, abs=0.02)


def test_draws_segments_and_inputs_are_kept(workspace, found, feedback):
    estimate = current(workspace)
    draws = estimates.draws(estimate)
    assert {name: values.shape for name, values in draws.items()} == dict.fromkeys(
        ("opportunity", "importance", "satisfaction"), (2000, 3)
    )
    assert np.all((draws["opportunity"] >= 0) & (draws["opportunity"] <= 20))
    assert sorted(estimate.parameters["need_ids"]) == sorted(need.pk for need in found.values())
    assert {part["segment"] for part in estimate.diagnostics["needs"][0]["by_segment"]} == {"solo", "team"}
    assert estimate in estimates.figures_moved_by(workspace, "source", str(feedback.pk))
    assert estimate in estimates.figures_moved_by(workspace, "need", str(found["export"].pk))
    assert not estimates.staleness(estimate).stale
    assert estimate.grade == "observed"


def test_a_second_run_reads_only_new_texts_and_changes_nothing_else(workspace, found, add_feedback, read_texts):
    before = placed(workspace)
    add_feedback([("waiting seconds for it", "late-1", "solo", 2)], name="late.csv")
    run_now(needs.start(workspace=workspace))
    assert read_texts[1] == ["waiting seconds for it"]
    after = placed(workspace)
    assert {pk: after[pk] for pk in before} == before
    assert Need.objects.filter(workspace=workspace).count() == 3
    assert FeedbackItem.objects.get(customer="late-1").mention.need == found["speed"]


def test_a_new_subject_in_new_texts_becomes_a_new_need(workspace, found, add_feedback, monkeypatch):
    monkeypatch.setitem(SUBJECTS, "colour", ["colour", "dark", "theme"])
    add_feedback([(f"dark theme please {n}", f"colour-{n}", "solo", 2) for n in range(9)], name="late.csv")
    run_now(needs.start(workspace=workspace))
    assert Need.objects.filter(workspace=workspace).count() == 4
    assert need_about(workspace, "colour").mentions.count() == 9


def test_names_merges_and_moved_quotes_survive_another_run(workspace, found, owner):
    needs.rename(need=found["export"], name="Take the data out", actor=owner)
    needs.merge(need=found["speed"], into=found["bills"], actor=owner)
    moved = FeedbackItem.objects.get(customer="export-3")
    needs.move(item=moved, need=found["bills"], actor=owner)
    run_waiting(workspace)
    run_now(needs.start(workspace=workspace))
    assert Need.objects.get(pk=found["export"].pk).name == "Take the data out"
    assert found["bills"].mentions.count() == 12 + 6 + 1
    assert NeedMention.objects.get(feedback=moved).need == found["bills"]
    scored = {row["need_id"] for row in current(workspace).diagnostics["needs"]}
    assert scored == {found["export"].pk, found["bills"].pk}


def test_a_merge_makes_the_figure_stale_until_it_is_scored_anew_and_can_be_undone(workspace, found):
    before = placed(workspace)
    needs.merge(need=found["speed"], into=found["bills"])
    assert estimates.staleness(current(workspace)).stale
    [job] = run_waiting(workspace)
    assert job.params == {"only_score": True}
    assert not estimates.staleness(current(workspace)).stale
    speed = Need.objects.get(pk=found["speed"].pk)
    needs.unmerge(need=speed)
    run_waiting(workspace)
    assert placed(workspace) == before


def test_a_merge_of_merged_needs_is_undone_one_by_one(workspace, found):
    before = placed(workspace)
    needs.merge(need=found["speed"], into=found["bills"])
    bills = Need.objects.get(pk=found["bills"].pk)
    needs.merge(need=bills, into=found["export"])
    assert set(placed(workspace).values()) == {found["export"].pk}
    needs.unmerge(need=Need.objects.get(pk=bills.pk))
    assert set(placed(workspace).values()) == {found["export"].pk, bills.pk}
    needs.unmerge(need=Need.objects.get(pk=found["speed"].pk))
    assert placed(workspace) == before


def test_chosen_quotes_become_a_need_that_later_runs_keep(workspace, found):
    chosen = list(found["export"].mentions.order_by("pk").values_list("feedback_id", flat=True)[:4])
    fresh = needs.split(need=found["export"], feedback_ids=chosen, name="Spreadsheets")
    run_waiting(workspace)
    run_now(needs.start(workspace=workspace))
    kept = set(fresh.mentions.values_list("feedback_id", flat=True))
    assert set(chosen) <= kept
    assert fresh.pk in {row["need_id"] for row in current(workspace).diagnostics["needs"]}


def test_a_need_is_split_in_two_by_what_its_quotes_say(workspace, found):
    needs.merge(need=found["speed"], into=found["bills"])
    with pytest.raises(Refused, match="merged into"):
        needs.split_in_two(need=Need.objects.get(pk=found["bills"].pk))
    run_waiting(workspace)
    run_now(needs.split_in_two(need=Need.objects.get(pk=found["export"].pk)))
    active = Need.objects.filter(workspace=workspace, merged_into=None)
    assert active.count() == 3
    parts = [need.mentions.count() for need in active if need.pk != found["bills"].pk]
    assert sum(parts) == 30
    assert min(parts) > 0


def test_what_is_set_aside_gathers_texts_but_is_not_scored(workspace, found):
    needs.set_aside(need=found["bills"])
    run_waiting(workspace)
    assert found["bills"].pk not in current(workspace).parameters["need_ids"]
    run_now(needs.start(workspace=workspace))
    assert found["bills"].pk not in current(workspace).parameters["need_ids"]
    assert found["bills"].mentions.count() == 6
    needs.bring_back(need=Need.objects.get(pk=found["bills"].pk))
    run_waiting(workspace)
    assert found["bills"].pk in current(workspace).parameters["need_ids"]


def test_without_ratings_the_figure_is_graded_assumed(workspace, add_feedback, read_texts):
    add_feedback([(f"{SUBJECTS['export'][n % 3]} {n}", f"c{n}", "", None) for n in range(20)])
    run_now(needs.start(workspace=workspace))
    assert current(workspace).grade == "assumed"
    assert current(workspace).diagnostics["satisfaction_assumed"]


def test_nothing_to_read_is_refused_and_a_second_press_gives_the_same_job(workspace, feedback, add_feedback):
    assert needs.start(workspace=workspace) == needs.start(workspace=workspace)
    FeedbackItem.objects.all().delete()
    Job.objects.all().delete()
    with pytest.raises(Refused, match="no feedback"):
        needs.start(workspace=workspace)


def test_a_person_walks_from_the_empty_page_to_a_renamed_need(client, workspace, owner, feedback, read_texts):
    client.force_login(owner)
    page = reverse("research:needs", args=[workspace.slug])
    assert "Find the needs" in client.get(page).content.decode()
    assert client.post(reverse("research:needs-run", args=[workspace.slug])).status_code == 302
    assert "Waiting for a worker" in client.get(page).content.decode()
    run_waiting(workspace)
    need = need_about(workspace, "export")
    shown = client.get(page).content.decode()
    assert need.name in shown
    assert "48 texts of 48 independent customers" in shown
    here = reverse("research:need", args=[workspace.slug, need.pk])
    assert "again, case" in client.get(here).content.decode()
    rename = reverse("research:need-rename", args=[workspace.slug, need.pk])
    assert client.post(rename, {"name": "Take data out"}).status_code == 302
    assert "Take data out" in client.get(here).content.decode()
    other = need_about(workspace, "bills")
    taken = client.post(reverse("research:need-rename", args=[workspace.slug, other.pk]), {"name": "take DATA out"})
    assert taken.status_code == 422
    assert "Another need has this name" in taken.content.decode()
    quote = other.mentions.first().feedback_id
    move = reverse("research:need-move-quote", args=[workspace.slug, quote])
    client.post(move, {"into": need.pk, "need_id": other.pk})
    assert NeedMention.objects.get(feedback_id=quote).need == need
    nothing = client.post(reverse("research:need-split", args=[workspace.slug, need.pk]), {"name": "New"})
    assert nothing.status_code == 422
    client.post(
        reverse("research:need-split", args=[workspace.slug, need.pk]), {"name": "New", "feedback_ids": [quote]}
    )
    assert NeedMention.objects.get(feedback_id=quote).need.name == "New"
    assert client.get(reverse("research:needs-left-over", args=[workspace.slug])).status_code == 200


def test_needs_of_another_workspace_do_not_exist_and_viewers_may_only_read(client, workspace, found, viewer, owner):
    from apps.workspaces.services import create_workspace

    other = create_workspace(name="Other", owner=owner)
    need = found["export"]
    client.force_login(owner)
    assert client.get(reverse("research:need", args=[other.slug, need.pk])).status_code == 404
    assert client.post(reverse("research:need-rename", args=[other.slug, need.pk]), {"name": "x"}).status_code == 404
    client.force_login(viewer)
    assert client.get(reverse("research:need", args=[workspace.slug, need.pk])).status_code == 200
    assert (
        client.post(reverse("research:need-rename", args=[workspace.slug, need.pk]), {"name": "x"}).status_code == 403
    )
    assert client.post(reverse("research:needs-run", args=[workspace.slug])).status_code == 403


def test_the_api_lists_renames_merges_splits_and_runs(client, workspace, found, owner):
    client.force_login(owner)
    said = {"headers": {"Trimtab-Workspace": workspace.slug}, "content_type": "application/json"}
    listed = client.get("/api/v1/needs/", **said).json()
    assert [row["id"] for row in listed] == [found[subject].pk for subject in ("export", "speed", "bills")]
    assert 0 < listed[0]["figures"]["opportunity"]["median"] <= 20
    export, speed = found["export"].pk, found["speed"].pk
    renamed = client.patch(f"/api/v1/needs/{export}/", {"name": "Take data out"}, **said)
    assert renamed.json()["name"] == "Take data out"
    assert client.post(f"/api/v1/needs/{speed}/merge/", {"into": speed}, **said).status_code == 422
    assert client.post(f"/api/v1/needs/{speed}/merge/", {"into": export}, **said).status_code == 200
    assert client.get(f"/api/v1/needs/{speed}/", **said).json()["merged_into"] == export
    assert client.post(f"/api/v1/needs/{speed}/unmerge/", **said).json()["merged_into"] is None
    quotes = client.get(f"/api/v1/needs/{export}/quotes/?page_size=5", **said).json()["results"]
    assert len(quotes) == 5
    split = client.post(f"/api/v1/needs/{export}/split/", {"feedback_ids": [quotes[0]["id"]], "name": "One"}, **said)
    assert split.status_code == 201
    put = client.put(f"/api/v1/feedback/{quotes[1]['id']}/need/", {"into": split.json()["id"]}, **said)
    assert put.json()["by_person"] is True
    assert client.post("/api/v1/needs/run/", **said).status_code == 202
    assert client.get("/api/v1/needs/999999/", **said).status_code == 404
