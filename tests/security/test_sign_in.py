"""Signing in, as an attacker and as somebody who forgot the password would."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from apps.workspaces import services
from apps.workspaces.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "long-secret-words"


@pytest.fixture
def owner():
    user = User.objects.create_user("owner@example.org", PASSWORD)
    services.create_workspace(name="Northwind", owner=user)
    return user


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def attempt(client, password, email="owner@example.org", **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_after_ten_wrong_passwords_not_even_the_right_one_opens(client, owner, settings):
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        attempt(client, "wrong")
    seen = attempt(client, PASSWORD)
    assert seen.status_code == 429
    assert "_auth_user_id" not in client.session
    User.objects.create_user("other@example.org", PASSWORD)
    assert attempt(Client(), PASSWORD, "other@example.org").status_code == 302, "others are not shut out"


def test_a_wrong_password_and_an_unknown_address_answer_alike(client, owner):
    def said(email):
        text = attempt(client, "wrong", email).content.decode()
        return re.sub(r'value="[^"]*"|content="[^"]*"', "", text)

    assert said("owner@example.org") == said("nobody@example.org")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "\t//x",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(client, owner, target):
    for address in ("/accounts/login/", f"/accounts/login/?next={target}"):
        fresh = Client()
        form = {"login": "owner@example.org", "password": PASSWORD, "next": target}
        seen = fresh.post(address, form)
        assert seen.status_code == 302
        assert seen.headers["Location"].startswith("/")
        assert not seen.headers["Location"].startswith(("//", "/\\"))
    seen = client.post("/i18n/setlang/", {"language": "en", "next": target})
    assert "evil" not in seen.headers.get("Location", "")


def test_the_session_changes_its_key_when_somebody_signs_in(client, owner):
    client.get("/join/none/")
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    attempt(client, PASSWORD)
    assert client.session.session_key != before


def test_sign_up_can_be_closed_but_for_the_invited(client, owner, settings):
    settings.TRIMTAB_OPEN_SIGN_UP = False
    form = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not User.objects.filter(email="new@example.org").exists()

    workspace = owner.memberships.get().workspace
    _invitation, secret = services.invite(workspace=workspace, email="", role=1, actor=owner)
    client.get(f"/join/{secret}/")
    client.post("/accounts/signup/", form)
    assert User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_forgotten_password_is_set_again_by_a_link_that_works_once(client, owner, language):
    client.cookies["django_language"] = language
    seen = client.post("/accounts/password/reset/", {"email": owner.email}, follow=True)
    assert seen.status_code == 200
    (message,) = mail.outbox
    assert message.to == [owner.email]
    link = re.search(r"http://testserver(/\S+)", message.body).group(1)
    form = client.get(link, follow=True)
    address = form.request["PATH_INFO"]
    changed = client.post(
        address, {"password1": "another-long-secret", "password2": "another-long-secret"}, follow=True
    )
    assert changed.status_code == 200
    assert attempt(Client(), PASSWORD).status_code == 200, "the old password is gone"
    assert attempt(Client(), "another-long-secret").status_code == 302
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode(), "the link works once"


def test_asking_for_an_unknown_address_tells_nothing(client, owner):
    known = client.post("/accounts/password/reset/", {"email": owner.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address",
    ["email/", "password/change/", "sessions/", "2fa/", "2fa/totp/activate/", "reauthenticate/", "logout/"],
)
def test_the_pages_of_an_account_open(signed_in, address, language):
    signed_in.cookies["django_language"] = language
    attempt(signed_in, PASSWORD)
    seen = signed_in.get(f"/accounts/{address}", follow=True)
    assert seen.status_code == 200
    assert f'lang="{language}"' in seen.content.decode()


def test_a_session_can_be_ended_from_another_browser(owner):
    here, there = Client(), Client()
    attempt(here, PASSWORD)
    attempt(there, PASSWORD)
    assert there.get("/w/northwind/").status_code == 200
    here.get("/accounts/sessions/")
    here.post("/accounts/sessions/")
    assert there.get("/w/northwind/").status_code == 302
    assert here.get("/w/northwind/").status_code == 200
