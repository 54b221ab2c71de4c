"""Bodies that broke stock views: each was a 500, or was stored and broke every later list."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

import pytest

from apps.planning.models import Scenario
from apps.research.models import Source
from tests.api.problems import assert_is_a_problem
from tests.routes import routes

DEEP = "[" * 100_000 + "]" * 100_000
HALF = '{"name": "half \\ud800 a sign", "kind": "loop", "columns": {"text": ["\\udfff"]}}'
HOSTILE = {
    "overflow": '{"name": "x", "assumptions": {"a": 1e999}}',
    "not a number": '{"name": "x", "assumptions": {"a": NaN}}',
    "infinity": '{"name": "x", "assumptions": {"a": -Infinity}}',
    "nested deeply": DEEP,
    "nested deeply in an object": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "half a sign": HALF,
    "half a sign as a key": '{"\\ud800": 1}',
    "a NUL": '{"name": "x\\u0000"}',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "a name twice": '{"name": "x", "name": "y"}',
    "a number of 400 digits": '{"name": ' + "9" * 400 + "}",
    "a number of 5,000 digits": '{"name": ' + "9" * 5000 + "}",
    "half a document": '{"name": ',
}
WRITING = [route for route in routes("api/v1/") if route.template not in ("api/v1/schema/", "api/v1/docs/")]


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_route_breaks_on_it_and_none_takes_it(client, mine, bearer, body):
    for route in WRITING:
        for method in ("post", "put", "patch"):
            if route.template == "api/v1/sample/":
                continue
            address = route.address(mine)
            seen = getattr(client, method)(address, data=body, content_type="application/json", headers=bearer)
            where = f"{method} {address}"
            assert seen.status_code < 500, where
            if seen.status_code >= 400:
                assert_is_a_problem(seen, where)
            else:
                # Such a route reads no body at all.
                assert method == "post", where
    kept = json.dumps(list(Scenario.objects.values("name", "assumptions")))
    assert "half" not in kept
    assert "Infinity" not in kept


@pytest.mark.parametrize("value", ["null", "1e999", DEEP, '{"a": "\\ud800"}', '"\\u0000"'], ids=lambda text: text[:20])
def test_a_json_value_in_a_form_field_is_held_to_the_same_rules(client, mine, bearer, value):
    form = {"name": "from a form", "assumptions": value}
    seen = client.post("/api/v1/scenarios/", data=form, headers=bearer)
    assert 400 <= seen.status_code < 500
    assert_is_a_problem(seen)
    assert client.get("/api/v1/scenarios/", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    "name",
    [b"../../../etc/passwd.csv", b"..\\..\\x.csv", b"/etc/cron.d/x", b"a\x01b.csv", b"..", b".", b"\xed\xa0\x80.csv"],
)
def test_an_upload_is_kept_under_a_name_of_ours_whatever_it_is_called(client, mine, bearer, name):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nfeedback\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
        b"Content-Type: text/csv\r\n\r\ntext,customer\r\nslow,c1\r\n\r\n--x--\r\n"
    )
    seen = client.generic(
        "POST", "/api/v1/sources/", data=body, content_type="multipart/form-data; boundary=x", headers=bearer
    )
    if seen.status_code != 201:
        # Where the name is no name, or can't be read, no file has come.
        assert assert_is_a_problem(seen)["errors"][0]["field"] == "file"
        return
    shown = seen.json()["name"]
    assert shown.isprintable()
    assert not {"/", "\\"} & set(shown)
    kept = PurePosixPath(Source.objects.get(pk=seen.json()["id"]).file.name)
    assert re.fullmatch(r"workspace-\d+/sources/[0-9a-f]{32}\.csv", str(kept))
    assert client.get("/api/v1/sources/", headers=bearer).status_code == 200


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/v1/jobs/not-an-id/", "/api/v1/", "/api/v1/sources/1e3/"])
def test_an_address_that_is_none_answers_as_a_problem(client, mine, bearer, address):
    for method in ("get", "post", "delete"):
        seen = getattr(client, method)(address, headers=bearer)
        assert seen.status_code == 404
        assert assert_is_a_problem(seen)["code"] == "not_found"


def test_a_failure_of_ours_is_a_problem_too_and_tells_nothing_of_the_inside(client, mine, bearer, monkeypatch):
    from apps.workspaces import api

    def break_down(*_args):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(api.selectors, "members", break_down)
    client.raise_request_exception = False
    seen = client.get("/api/v1/members/", headers=bearer)
    assert seen.status_code == 500
    assert assert_is_a_problem(seen)["code"] == "server_error"
    assert "secret" not in seen.content.decode()
