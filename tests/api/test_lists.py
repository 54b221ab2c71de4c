"""Lists: each row once while others are added, and nothing to ask for but what is offered."""

from __future__ import annotations

import base64
import hashlib
import json
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.jobs.models import Job
from apps.research.models import FeedbackItem
from tests.api.problems import assert_is_a_problem
from tests.api.test_schema import SCHEMA
from tests.routes import Route

LISTS = [
    path
    for path, methods in SCHEMA["paths"].items()
    if any(parameter["name"] == "cursor" for parameter in methods.get("get", {}).get("parameters", []))
]
LOOK_UPS = {
    "workspace": "1",
    "workspace_id": "1",
    "workspace__slug": "theirs",
    "workspace__memberships__user__password__startswith": "md5",
    "user__password__startswith": "md5",
    "created_by__password__regex": "^m",
    "uploaded_by__password__startswith": "md5",
    "source__workspace__tokens__secret_sha512__startswith": "a",
    "id__in": "1,2",
    "pk__gt": "0",
    "text__regex": "(a+)+$",
    "ordering": "workspace__memberships__user__password",
    "order_by": "-secret_sha512",
    "fields": "secret_sha512",
    "search[password]": "x",
    "format": "api",
}


def add_feedback(mine, numbers):
    source = FeedbackItem.objects.get(pk=mine["feedback_id"]).source
    for number in numbers:
        sha256 = hashlib.sha256(str(number).encode()).digest()
        place = {"workspace": mine["workspace"], "source": source, "row_number": number, "sha256": sha256}
        FeedbackItem.objects.create(**place, text=f"row {number}", customer="c", segment="counted")


def walk(client, bearer, address, between):
    seen = []
    while address:
        page = client.get(address, headers=bearer).json()
        seen += page["results"]
        between()
        address = page["next"]
    return seen


def test_a_walk_over_the_pages_sees_every_row_once_while_rows_are_added(client, mine, bearer):
    add_feedback(mine, range(10, 40))
    fresh = iter(range(100, 200))
    seen = walk(
        client,
        bearer,
        "/api/v1/feedback/?segment=counted&page_size=7",
        lambda: add_feedback(mine, [next(fresh), next(fresh)]),
    )
    numbers = [row["row_number"] for row in seen]
    assert sorted(number for number in numbers if number < 100) == list(range(10, 40))
    assert len(numbers) == len(set(numbers))


def test_a_walk_over_jobs_of_one_moment_sees_every_job_once(client, mine, bearer):
    first = Job.objects.get(pk=mine["job_id"])
    twins = [
        Job(workspace=mine["workspace"], kind="twin", queue="analysis", created_at=first.created_at) for _ in range(25)
    ]
    Job.objects.bulk_create(twins)

    def add():
        Job.objects.create(workspace=mine["workspace"], kind="twin", queue="analysis")

    seen = [row["id"] for row in walk(client, bearer, "/api/v1/jobs/?kind=twin&page_size=4", add)]
    assert len(seen) == len(set(seen))
    assert {str(job.pk) for job in twins} <= set(seen)


def test_the_way_back_shows_the_same_pages(client, mine, bearer):
    add_feedback(mine, range(10, 31))
    there, address = [], "/api/v1/feedback/?segment=counted&page_size=5"
    while address:
        page = client.get(address, headers=bearer).json()
        there.append([row["row_number"] for row in page["results"]])
        address, back_from = page["next"], page["previous"]
    back = []
    while back_from:
        page = client.get(back_from, headers=bearer).json()
        back.append([row["row_number"] for row in page["results"]])
        back_from = page["previous"]
    assert [len(rows) for rows in there] == [5, 5, 5, 5, 1]
    assert back[::-1] == there[:-1]


def test_there_are_lists_to_hold_to_this():
    assert len(LISTS) > 12


@pytest.mark.parametrize("path", LISTS)
def test_look_ups_that_are_not_offered_reach_no_query(client, mine, bearer, path):
    offered = {parameter["name"] for parameter in SCHEMA["paths"][path]["get"]["parameters"]}
    address = Route(path.lstrip("/").replace("{", "<").replace("}", ">")).address(mine)
    plain = client.get(address, headers=bearer)
    assert plain.status_code == 200
    for name, value in LOOK_UPS.items():
        if name in offered:
            continue
        with CaptureQueriesContext(
            connection,
        ) as queries:
            seen = client.get(f"{address}?{urlencode({name: value})}", headers=bearer)
        asked = " ".join(query["sql"] for query in queries if '"workspaces_user"' not in query["sql"].split("FROM")[-1])
        assert "LIKE 'md5" not in asked, name
        if seen.status_code == 200:
            assert seen.json()["results"] == plain.json()["results"], name
        else:
            assert seen.status_code == 400 or seen.status_code == 404, name
            assert_is_a_problem(seen)


@pytest.mark.parametrize("path", LISTS)
def test_offered_filters_are_columns_of_the_row_itself(path):
    parameters = {parameter["name"] for parameter in SCHEMA["paths"][path]["get"]["parameters"]}
    assert not {name for name in parameters if "__" in name or "password" in name or "secret" in name}
    assert "workspace" not in parameters


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("position", ["word", "\x00", "9" * 40, "2026-13-45", "-1", ""])
def test_a_cursor_that_somebody_wrote_is_404_or_a_page(client, mine, bearer, path, position):
    address = Route(path.lstrip("/").replace("{", "<").replace("}", ">")).address(mine)
    for written in (
        [0, [position]],
        [1, [position]],
        [0, [position, position]],
        [position],
        position,
        [0, 1],
        [0, [[]]],
    ):
        cursor = base64.urlsafe_b64encode(json.dumps(written).encode()).decode()
        seen = client.get(address, {"cursor": cursor}, headers=bearer)
        assert seen.status_code in (200, 404), seen.content
        if seen.status_code == 404:
            assert_is_a_problem(seen)
