from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.jobs import selectors, services
from apps.jobs.models import Job
from apps.jobs.run import JobFailure, JobRun
from apps.jobs.testing import run_now
from apps.workspaces.models import Role, User, Workspace

Kind = Callable[..., str]
Member = Callable[[Role], User]


@pytest.fixture
def job(workspace: Workspace, kind: Kind) -> Job:
    return services.enqueue(workspace=workspace, kind=kind(lambda run: None, title="Count the stars"), params={})


def page(name: str, job: Job | None = None) -> str:
    return reverse(f"jobs:{name}", args=["ours", *([job.pk] if job else [])])


def failing(run: JobRun) -> None:
    raise JobFailure("no_rows", "The file has no rows. Upload another.")


def test_the_list_and_the_page_of_a_job_show_its_title(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.VIEWER))
    assert "Count the stars" in client.get(page("list")).content.decode()
    assert "Count the stars" in client.get(page("detail", job)).content.decode()


def test_a_waiting_job_goes_on_polling_and_offers_to_cancel(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.EDITOR))
    answer = client.get(page("progress", job))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'hx-trigger="every 1s"' in html
    assert page("cancel", job) in html


def test_a_viewer_is_offered_no_button(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.VIEWER))
    assert page("cancel", job) not in client.get(page("detail", job)).content.decode()
    assert client.post(page("cancel", job)).status_code == 403


def test_success_stops_the_polling_and_reloads_the_page(client: Client, job: Job, member: Member) -> None:
    run_now(job)
    client.force_login(member(Role.VIEWER))
    answer = client.get(page("progress", job))
    assert (answer.status_code, answer["HX-Refresh"]) == (286, "true")
    assert "hx-trigger" not in answer.content.decode()


def test_failure_stops_the_polling_and_says_why(
    client: Client, workspace: Workspace, kind: Kind, member: Member
) -> None:
    job = run_now(services.enqueue(workspace=workspace, kind=kind(failing), params={}))
    client.force_login(member(Role.EDITOR))
    answer = client.get(page("progress", job))
    html = answer.content.decode()
    assert (answer.status_code, answer.has_header("HX-Refresh")) == (286, False)
    assert "The file has no rows. Upload another." in html
    assert page("retry", job) in html


def test_cancel_and_try_again_by_button_with_and_without_scripts(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.EDITOR))
    assert "Cancelled" in client.post(page("cancel", job), headers={"HX-Request": "true"}).content.decode()
    assert client.post(page("retry", job)).headers["Location"] == page("detail", job)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_a_reason_with_markup_is_shown_as_text(
    client: Client, workspace: Workspace, kind: Kind, member: Member
) -> None:
    def work(run: JobRun) -> None:
        raise JobFailure("bad", "Column %(name)s is missing.", name="<script>alert(1)</script>")

    job = run_now(services.enqueue(workspace=workspace, kind=kind(work), params={}))
    client.force_login(member(Role.VIEWER))
    assert "<script>alert" not in client.get(page("detail", job)).content.decode()


def test_older_jobs_are_reached_by_key(client: Client, workspace: Workspace, kind: Kind, member: Member) -> None:
    name = kind(lambda run: None)
    jobs = [services.enqueue(workspace=workspace, kind=name, params={}) for _ in range(selectors.PAGE_SIZE + 3)]
    client.force_login(member(Role.VIEWER))
    first = client.get(page("list"))
    assert len(first.context["jobs"]) == selectors.PAGE_SIZE
    rest = client.get(page("list"), {"before": first.context["older"]})
    assert [job.pk for job in rest.context["jobs"]] == [job.pk for job in reversed(jobs[:3])]


def test_a_nonsense_moment_or_state_shows_the_newest(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.VIEWER))
    for query in ({"before": "yesterday"}, {"before": "2026-99-99T00:00"}, {"state": "' OR 1=1"}):
        assert client.get(page("list"), query).context["jobs"] == [job]


def test_jobs_of_another_workspace_are_not_found(
    client: Client, other_workspace: Workspace, kind: Kind, member: Member
) -> None:
    theirs = services.enqueue(workspace=other_workspace, kind=kind(lambda run: None), params={})
    client.force_login(member(Role.OWNER))
    for name in ("detail", "progress"):
        assert client.get(page(name, theirs)).status_code == 404
    for name in ("cancel", "retry"):
        assert client.post(page(name, theirs)).status_code == 404
    assert client.get(reverse("jobs:detail", args=["ours", uuid4()])).status_code == 404


def test_the_api_lists_filters_cancels_and_retries(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.EDITOR))
    workspace = {"Trimtab-Workspace": "ours"}
    listed = client.get("/api/v1/jobs/", {"state": "queued"}, headers=workspace).json()["results"]
    assert [row["id"] for row in listed] == [str(job.pk)]
    assert client.get("/api/v1/jobs/", {"state": "failed"}, headers=workspace).json()["results"] == []
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/", headers=workspace).json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{job.pk}/retry/", headers=workspace).json()["state"] == "queued"
    detail = client.get(f"/api/v1/jobs/{job.pk}/", headers=workspace).json()
    assert [line["text"] for line in detail["log"]] == ["Cancelled before it began.", "To be tried again."]
    assert detail["progress"] == {"done": 0, "of": 0, "message": ""}
    assert detail["error"] is None


def test_the_api_gives_the_reason_as_a_problem(client: Client, job: Job, member: Member) -> None:
    client.force_login(member(Role.EDITOR))
    answer = client.post(f"/api/v1/jobs/{job.pk}/retry/", headers={"Trimtab-Workspace": "ours"})
    assert (answer.status_code, answer.json()["code"]) == (422, "job_not_ended")


def test_the_api_hides_jobs_of_other_workspaces_and_buttons_from_viewers(
    client: Client, job: Job, other_workspace: Workspace, kind: Kind, member: Member
) -> None:
    theirs = services.enqueue(workspace=other_workspace, kind=kind(lambda run: None, "test.other"), params={})
    client.force_login(member(Role.VIEWER))
    workspace = {"Trimtab-Workspace": "ours"}
    assert client.get(f"/api/v1/jobs/{theirs.pk}/", headers=workspace).status_code == 404
    assert client.post(f"/api/v1/jobs/{job.pk}/cancel/", headers=workspace).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_as_many_questions_for_thirty_jobs_as_for_one(
    client: Client,
    workspace: Workspace,
    kind: Kind,
    member: Member,
    rows: int,
    django_assert_max_num_queries: Callable,
) -> None:
    user, name = member(Role.VIEWER), kind(lambda run: None)
    for _ in range(rows):
        services.enqueue(workspace=workspace, kind=name, params={}, created_by=user)
    client.force_login(user)
    client.get(page("list"))
    with django_assert_max_num_queries(8):
        client.get(page("list"))
