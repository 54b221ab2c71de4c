"""Survey designs: from what a person types to a file that comes back as answers, on the page and over REST."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.choices import design_making, design_reading, design_services
from apps.choices.choice_survey import choice_survey
from apps.choices.models import ChoiceDesign
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.jobs.testing import run_now
from apps.research import services as research
from apps.research.models import ChoiceAnswer, MaxDiffAnswer
from apps.workspaces.errors import Refused
from apps.workspaces.models import Membership, Role, User

pytestmark = pytest.mark.django_db

TYPED = {
    "kind": "choice",
    "name": "Assistant",
    "attributes": "quality: sufficient, good, best\nspeed: slow, fast\nprice: 15, 20, 25",
    "alternatives": 3,
    "tasks": 6,
    "versions": 3,
    "none": "on",
    "prohibited": "quality: best + price: 15",
    "prior": "price: 25 = -0.5",
}
PLAN = {
    "attributes": [{"name": "quality", "levels": ["good", "best"]}, {"name": "price", "levels": ["10", "20"]}],
    "alternatives": 2,
    "tasks": 4,
    "versions": 2,
}
ITEMS = {"items": list("abcdefg"), "per_task": 3, "tasks": 7, "versions": 1}


@pytest.fixture
def send(client, owner, workspace):
    client.force_login(owner)
    return lambda values: client.post(reverse("choices:design-create", args=[workspace.slug]), values)


def make(workspace, kind="choice", plan=PLAN, name="Design"):
    design = design_services.create(workspace=workspace, kind=kind, name=name, plan=plan)
    job = run_now(Job.objects.get(kind="choices.design", subject=str(design.pk)))
    design.refresh_from_db()
    return design, job


def file_of(client, workspace, design, **more):
    answer = client.get(reverse("choices:design-file", args=[workspace.slug, design.pk]), more)
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_what_is_typed_becomes_a_design_that_keeps_to_it(client, workspace, send):
    empty = client.get(reverse("choices:designs", args=[workspace.slug])).content.decode()
    assert "No design yet" in empty
    address = send(TYPED).url
    assert "Waiting for a worker" in client.get(address).content.decode()
    job = run_now(Job.objects.get(kind="choices.design"))
    assert job.state == "succeeded", job.error_text
    design = ChoiceDesign.objects.get()
    tasks = [task for version in design_reading.offers(design) for task in version]
    assert len(tasks) == 18
    assert not any(offer["quality"] == "best" and offer["price"] == "15" for task in tasks for offer in task)
    assert 0.5 < design.report["bound_efficiency"] <= 1
    assert design.report["gain"] > 1
    shown = client.get(address).content.decode()
    for words in ("Of the best that could be", "Level balance and overlap", "Download CSV", "Task 1", "None of these"):
        assert words in shown
    assert "No design yet" not in client.get(reverse("choices:designs", args=[workspace.slug])).content.decode()


def test_the_file_comes_back_as_answers_once_it_is_filled_in(client, workspace, owner, send):
    send(TYPED)
    run_now(Job.objects.get(kind="choices.design"))
    rows = file_of(client, workspace, ChoiceDesign.objects.get(), people=30)
    assert len(rows) == 30 * 6 * 4
    filled, seen = io.StringIO(), set()
    writer = csv.DictWriter(filled, rows[0])
    writer.writeheader()
    for row in rows:
        task = (row["respondent"], row["task"])
        writer.writerow(row | {"chosen": "0" if task in seen else "1"})
        seen.add(task)
    file = ContentFile(filled.getvalue().encode(), name="filled.csv")
    source = research.upload(workspace=workspace, kind="choices", file=file, actor=owner).source
    run_now(research.start_import(source=source, actor=owner))
    source.refresh_from_db()
    assert (source.rows_imported, source.rows_refused) == (720, 0)
    answer = ChoiceAnswer.objects.filter(is_none=False).first()
    assert set(answer.attributes) == {"quality", "speed", "price"}
    assert ChoiceAnswer.objects.filter(is_none=True).count() == 180
    assert {one.name for one in choice_survey(workspace).summary()} == {"quality", "speed", "price"}


def test_a_best_worst_design_is_balanced_and_its_file_comes_back_too(client, workspace, owner):
    client.force_login(owner)
    design, job = make(workspace, "maxdiff", ITEMS)
    assert job.state == "succeeded", job.error_text
    # Seven items by three: every pair meets exactly once.
    assert (design.report["pair_least"], design.report["pair_most"]) == (1, 1)
    page = client.get(reverse("choices:design", args=[workspace.slug, design.pk])).content.decode()
    assert "Each pair meets" in page
    rows = file_of(client, workspace, design, people=2)
    answers = {0: "best", 1: "worst", 2: ""}
    filled = "respondent,task,item,answer\n" + "".join(
        f"{row['respondent']},{row['task']},{row['item']},{answers[place % 3]}\n" for place, row in enumerate(rows)
    )
    file = ContentFile(filled.encode(), name="filled.csv")
    source = research.upload(workspace=workspace, kind="maxdiff", file=file, actor=owner).source
    run_now(research.start_import(source=source, actor=owner))
    assert MaxDiffAnswer.objects.count() == 42


def test_a_level_that_a_spreadsheet_would_run_is_made_text(client, workspace, owner):
    client.force_login(owner)
    levels = ["=HYPERLINK(1)", "+1", "-10 %", "@x"]
    design, _job = make(workspace, plan=PLAN | {"attributes": [{"name": "discount", "levels": levels}]})
    cells = {row["discount"] for row in file_of(client, workspace, design)}
    assert cells == {f"'{level}" for level in levels}


def test_the_same_plan_gives_the_same_design(workspace):
    assert make(workspace)[0].shown == make(workspace)[0].shown


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"attributes": "quality best, good"}, "Line 1 cannot be read"),
        ({"attributes": "speed: slow, fast\n\nprice"}, "Line 3 cannot be read"),
        ({"prohibited": "quality: best"}, "Line 1 cannot be read"),
        ({"prohibited": "quality: superb + price: 15"}, "does not name levels of two attributes"),
        ({"prior": "price: 25 = much"}, "Line 1 cannot be read"),
        ({"prior": "price: 30 = 1"}, "There is no part-worth named"),
        ({"attributes": "speed: slow, slow\nprice: 1, 2"}, "names a level twice"),
        ({"attributes": "task: a, b\nprice: 1, 2"}, "is the name of a column"),
        ({"tasks": 1, "versions": 1}, "cannot be told apart"),
        ({"tasks": 40, "versions": 50}, "1000 tasks"),
        ({"kind": "maxdiff", "items": "a\nb\nc\na", "per_task": 2}, "An item is named twice"),
    ],
)
def test_what_cannot_be_done_is_said_beside_its_field_and_what_was_typed_stays(send, change, words):
    seen = send(TYPED | change)
    assert seen.status_code == 422
    assert words in seen.content.decode()
    assert "Assistant" in seen.content.decode()
    assert not ChoiceDesign.objects.exists()


def test_chinese_marks_and_levels_with_commas_are_read(workspace, send):
    send(TYPED | {"attributes": "质量：一般、最好\nprice: 1,000; 2,000", "prohibited": "", "prior": ""})
    attributes = ChoiceDesign.objects.get().plan["attributes"]
    assert [one["levels"] for one in attributes] == [["一般", "最好"], ["1,000", "2,000"]]


def test_another_design_begins_with_what_the_first_was_asked_for(client, workspace, send):
    attributes = "quality: sufficient, good, best\nspeed: slow, fast\nprice: 15,0; 20,0; 25"
    send(TYPED | {"attributes": attributes, "prohibited": "quality: best + price: 15,0"})
    first = ChoiceDesign.objects.get()
    page = client.get(reverse("choices:designs", args=[workspace.slug]), {"like": first.pk})
    form = page.context["choice_form"]
    again = {name: value for name, value in form.initial.items() if value is not False} | {"kind": "choice"}
    send(again | {"none": "on"})
    assert ChoiceDesign.objects.exclude(pk=first.pk).get().plan == first.plan


def test_prohibitions_that_leave_nothing_to_tell_apart_fail_with_the_way_out(workspace):
    twins = [{"name": name, "levels": ["no", "yes"]} for name in ("a", "b")] + PLAN["attributes"]
    bans = [{"a": "no", "b": "yes"}, {"a": "yes", "b": "no"}]
    _design, job = make(workspace, plan=PLAN | {"attributes": twins, "prohibited": bans})
    assert job.state == "failed"
    assert "Prohibit fewer pairs" in job.error_text


def test_a_deleted_design_ends_its_job_with_a_reason(workspace, owner):
    design = design_services.create(workspace=workspace, kind="choice", name="x", plan=PLAN)
    job = Job.objects.get(kind="choices.design")
    design_services.delete(design=design, actor=owner)
    assert run_now(job).error_code == "design_gone"


def test_a_design_can_be_cancelled_while_it_is_made(workspace, monkeypatch):
    design = design_services.create(workspace=workspace, kind="choice", name="x", plan=PLAN)
    job = Job.objects.get(kind="choices.design")
    search = design_making.efficient_design

    def asked_to_stop(*given, **more):
        job.refresh_from_db()
        jobs.cancel(job=job)
        return search(*given, **more)

    monkeypatch.setattr(design_making, "efficient_design", asked_to_stop)
    assert run_now(job).state == "cancelled"
    design.refresh_from_db()
    assert not design.is_made


def test_a_viewer_sees_designs_but_makes_none(client, workspace):
    design, _job = make(workspace)
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    page = client.get(reverse("choices:designs", args=[workspace.slug])).content.decode()
    assert design.name in page
    assert "What may not stand together" not in page
    assert client.post(reverse("choices:design-create", args=[workspace.slug]), TYPED).status_code == 403
    assert client.post(reverse("choices:design-delete", args=[workspace.slug, design.pk])).status_code == 403


def test_programs_ask_for_a_design_read_it_and_delete_it(client, workspace, owner):
    client.force_login(owner)
    body = {"kind": "choice", "name": "By program", "plan": PLAN | {"none": True, "prior": {"price: 20": -1.0}}}
    made = client.post(reverse("api-choices-designs"), json.dumps(body), "application/json")
    assert made.status_code == 202
    assert made.json()["job"]["state"] == "queued"
    run_now(Job.objects.get(kind="choices.design"))
    address = reverse("api-choices-design", args=[made.json()["id"]])
    seen = client.get(address).json()
    assert [len(seen["versions"]), len(seen["versions"][0]), len(seen["versions"][0][0])] == [2, 4, 2]
    assert set(seen["versions"][0][0][0]) == {"quality", "price"}
    assert 0 < seen["report"]["bound_efficiency"] <= 1
    file = client.get(reverse("api-choices-design-file", args=[seen["id"]]), {"people": 2})
    assert len(file.getvalue().decode().splitlines()) == 1 + 2 * 4 * 3
    assert [one["name"] for one in client.get(reverse("api-choices-designs")).json()["results"]] == ["By program"]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_programs_are_told_which_field_is_at_fault(client, owner, workspace):
    client.force_login(owner)
    body = {"kind": "choice", "name": "x", "plan": PLAN | {"tasks": 1, "versions": 1}}
    seen = client.post(reverse("api-choices-designs"), json.dumps(body), "application/json")
    assert seen.status_code == 422
    assert seen.json()["code"] == "tasks_too_few"
    assert seen.json()["errors"][0]["field"] == "tasks"


def test_there_is_an_end_to_designs(workspace, monkeypatch):
    monkeypatch.setattr(design_services, "MOST_DESIGNS", 1)
    make(workspace)
    with pytest.raises(Refused, match="Delete one"):
        make(workspace)
