"""The policy, the cookies and the frame rules on every answer, errors included."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.furnished import furnish
from tests.routes import routes

pytestmark = pytest.mark.django_db

ALL = [route for route in routes("") if not route.template.startswith("static/")]
INLINE = re.compile(
    r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|javascript:", re.IGNORECASE
)


def values(mine):
    return mine | {"key": "none", "uidb36": "1", "pk": "1", "provider": "x"}


def signed_in(mine):
    client = Client()
    client.force_login(mine["owner"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_answer_carries_the_whole_policy():
    mine = furnish("mine")
    for client in (Client(), signed_in(mine)):
        for route in ALL:
            seen = client.get(route.address(values(mine)))
            policy = seen.headers.get("Content-Security-Policy", "")
            for directive in ("default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'"):
                assert re.search(rf"{directive}(;|$)", policy), (route.template, policy)
            assert "unsafe" not in policy, route.template
            assert seen.headers["X-Frame-Options"] == "DENY", route.template
            # A page that is opened by a secret in its address tells nobody where it was.
            told = "no-referrer" if route.template.startswith("shared/") else "same-origin"
            assert seen.headers["Referrer-Policy"] == told, route.template


def test_no_page_holds_what_the_policy_would_stop():
    mine = furnish("mine")
    for client in (Client(), signed_in(mine)):
        for route in ALL:
            seen = client.get(route.address(values(mine)))
            if seen.headers.get("Content-Type", "").startswith("text/html"):
                found = INLINE.search(seen.content.decode())
                assert not found, (route.template, found and found.group())


@pytest.mark.parametrize("address", ["/no/such/page/", "/w/mine/settings/rename/", "/w/foreign/"])
def test_errors_carry_it_too(address):
    seen = signed_in(furnish("mine")).get(address)
    assert seen.status_code >= 400
    assert "script-src 'self'" in seen.headers["Content-Security-Policy"]


def test_a_failure_of_ours_carries_it_and_shows_no_trace(monkeypatch):
    client = signed_in(furnish("mine"))
    client.raise_request_exception = False

    def break_down(*_args, **_kwargs):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("apps.workspaces.views.selectors.home_workspace", break_down)
    seen = client.get("/")
    assert seen.status_code == 500
    assert "script-src 'self'" in seen.headers["Content-Security-Policy"]
    assert "secret of the inside" not in seen.content.decode()


def test_forms_without_their_token_are_refused_and_the_refusal_is_a_page():
    mine = furnish("mine")
    client = Client(enforce_csrf_checks=True)
    client.force_login(mine["owner"], backend="django.contrib.auth.backends.ModelBackend")
    for route in routes("w/"):
        seen = client.post(route.address(mine))
        assert seen.status_code in (403, 405), (route.template, seen.status_code)
    assert client.post("/api/v1/overview/").status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts():
    mine = furnish("mine")
    client = Client()
    form = {"login": mine["owner"].email, "password": "long-secret-words"}
    assert client.post("/accounts/login/", form).status_code == 302
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
