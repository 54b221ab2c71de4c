"""The same over REST as on the pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.jobs.testing import run_waiting
from apps.workspaces import services as workspaces
from apps.workspaces.models import Role, User

pytestmark = pytest.mark.django_db


def client_of(workspace, user, role=Role.EDITOR):
    _token, text = workspaces.create_token(workspace=workspace, user=user, name="test", role=role)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def api(workspace, owner):
    return client_of(workspace, owner)


def send(api, kind, text, name="rows.csv"):
    return api.post("/api/v1/sources/", {"kind": kind, "file": SimpleUploadedFile(name, text.encode())})


def test_a_program_uploads_sets_columns_imports_and_mends_a_row(api, workspace):
    sent = send(api, "subscriptions", "who,start,end\nAcme,2026-01-05,\nBirch,2026-02-01,2026-01-01\n")
    assert sent.status_code == 201
    source = sent.json()
    url = f"/api/v1/sources/{source['id']}/"
    columns = source["columns"] | {"customer": ["who"]}
    changed = api.patch(url, {"columns": columns, "expires_on": "2027-01-01"}, format="json")
    assert changed.status_code == 200
    assert changed.json()["expires_on"] == "2027-01-01"
    looked = api.get(f"{url}preview/").json()
    assert (looked["good"], looked["looked_at"]) == (1, 2)
    started = api.post(f"{url}import/")
    assert started.status_code == 202
    run_waiting(workspace)
    assert api.get(url).json()["rows_refused"] == 1
    refused = api.get("/api/v1/quarantine/", {"open": "true"}).json()["results"]
    assert [(row["row_number"], row["field"], row["reason_code"]) for row in refused] == [
        (3, "ended_on", "ended_before_start")
    ]
    mend = f"/api/v1/quarantine/{refused[0]['id']}/correct/"
    wrong = api.post(mend, {"values": {"customer": "Birch", "started_on": "soon"}}, format="json")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "started_on"
    assert wrong.json()["errors"][0]["row"] == 3
    right = api.post(mend, {"values": {"customer": "Birch", "started_on": "2026-02-01"}}, format="json")
    assert right.json() == {"added": True, "rows": 1, "waiting": ""}
    rows = api.get("/api/v1/subscriptions/").json()["results"]
    assert {row["customer"] for row in rows} == {"Acme", "Birch"}
    assert api.get(f"{url}figures/").json() == []


def test_the_same_file_again_is_answered_by_the_first(api):
    first = send(api, "feedback", "text\nHello\n")
    again = send(api, "feedback", "text\nHello\n", name="other.csv")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_columns_that_do_not_exist_are_a_problem_with_its_field(api):
    source = send(api, "feedback", "text\nHello\n").json()
    answer = api.patch(f"/api/v1/sources/{source['id']}/", {"columns": {"text": ["nowhere"]}}, format="json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "column_unknown"
    assert answer.json()["errors"][0]["field"] == "text"


def test_feedback_is_filtered_by_allowed_fields_only(api, workspace):
    source = send(api, "feedback", "text,segment\nSlow search,Retail\nFine,Finance\n").json()
    api.post(f"/api/v1/sources/{source['id']}/import/")
    run_waiting(workspace)
    assert len(api.get("/api/v1/feedback/", {"search": "SEARCH"}).json()["results"]) == 1
    assert len(api.get("/api/v1/feedback/", {"segment": "Finance"}).json()["results"]) == 1
    unknown = api.get("/api/v1/feedback/", {"source__uploaded_by__password__startswith": "x"}).json()["results"]
    assert len(unknown) == 2


def test_another_workspaces_source_and_rows_are_not_there(api, workspace):
    source = send(api, "feedback", "text,date\nHello,2026-01-01\nBye,2026-01-02\nOops,never\n").json()
    api.post(f"/api/v1/sources/{source['id']}/import/")
    run_waiting(workspace)
    refused = api.get("/api/v1/quarantine/").json()["results"][0]["id"]
    stranger = User.objects.create_user("stranger@example.org", "long-secret-words")
    foreign = client_of(workspaces.create_workspace(name="Other", owner=stranger), stranger)
    for path in ("", "preview/", "figures/"):
        assert foreign.get(f"/api/v1/sources/{source['id']}/{path}").status_code == 404
    assert foreign.delete(f"/api/v1/sources/{source['id']}/").status_code == 404
    assert foreign.post(f"/api/v1/quarantine/{refused}/discard/").status_code == 404
    assert foreign.get("/api/v1/feedback/").json()["results"] == []


def test_a_viewer_may_not_upload(workspace, owner):
    assert send(client_of(workspace, owner, Role.VIEWER), "feedback", "text\nHello\n").status_code == 403


def test_the_schema_describes_upload_and_correction(client, owner):
    client.force_login(owner)
    schema = client.get("/api/v1/schema/?format=json").json()
    upload = schema["paths"]["/api/v1/sources/"]["post"]["requestBody"]["content"]
    assert list(upload) == ["multipart/form-data"]
    assert "/api/v1/quarantine/{refused_id}/correct/" in schema["paths"]
    filters = {item["name"] for item in schema["paths"]["/api/v1/feedback/"]["get"]["parameters"]}
    assert {"search", "segment", "since", "until"} <= filters
