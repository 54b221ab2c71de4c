"""The link that `make run` prints: one person, once, for a day."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.onboarding import greeting, selectors, services
from apps.onboarding.models import SignInLink
from apps.workspaces.models import AuditEntry, User

pytestmark = pytest.mark.django_db

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def owner():
    return services.first_owner()


def printed(address=ADDRESS):
    """The path of the one link in the greeting."""
    (line,) = greeting.lines(address)
    return line.split(address)[1]


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_the_printed_link_signs_the_first_owner_in_and_asks_for_a_password(client, owner):
    answer = client.get(printed())
    assert answer.url == "/welcome/"
    assert signed_in(client) == str(owner.pk)
    assert "Not now" in client.get("/welcome/").content.decode()


def test_a_link_works_once(client, owner):
    path = printed()
    client.get(path)
    client.logout()
    again = client.get(path)
    assert again.status_code == 404
    assert "was used already" in again.content.decode()
    assert signed_in(client) is None


def test_a_link_ceases_to_work_after_a_day(client, owner):
    path = printed()
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 404
    assert signed_in(client) is None


def test_a_newer_link_replaces_the_older_one(client, owner):
    older, newer = printed(), printed()
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 302


def test_a_changed_secret_or_number_opens_nothing(client, owner):
    path = printed()
    number, secret = path.split("/")[2:4]
    for wrong in (f"/sign-in/{number}/{secret[:-1]}/", f"/sign-in/{int(number) + 1}/{secret}/", "/sign-in/0/x/"):
        assert client.get(wrong).status_code == 404
    assert signed_in(client) is None
    assert client.get(path).status_code == 302


def test_a_browser_that_looks_ahead_does_not_use_the_link_up(client, owner):
    path = printed()
    client.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    assert signed_in(client) is None
    assert client.get(path).status_code == 302


def test_someone_who_was_shut_out_is_not_let_in_by_an_old_link(client, owner):
    path = printed()
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get(path).status_code == 404


def test_only_a_hash_of_the_secret_is_kept_and_the_trail_holds_none_of_it(client, owner):
    path = printed()
    secret = path.split("/")[3]
    client.get(path)
    assert secret not in str(list(SignInLink.objects.values()))
    trail = list(AuditEntry.objects.order_by("at").values_list("action", flat=True))
    assert trail == ["sign_in_link.made", "sign_in_link.used"]
    assert secret not in str(list(AuditEntry.objects.values()))


def test_an_account_with_a_password_of_its_own_gets_no_link_printed(client, owner):
    client.get(printed())
    saved = client.post("/welcome/", {"email": "Ada@Example.org", "password": "long-secret-words"})
    assert saved.url == "/"
    assert signed_in(client) == str(owner.pk), "still signed in with the new password"
    assert greeting.lines(ADDRESS) == []
    assert selectors.first_owner() is None
    client.logout()
    client.post("/accounts/login/", {"login": "ada@example.org", "password": "long-secret-words"})
    assert signed_in(client) == str(owner.pk)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"email": "taken@example.org", "password": "long-secret-words"}, "Another account has this address."),
        ({"email": "ada@example.org", "password": "password"}, "too common"),
        ({"email": "no address", "password": "long-secret-words"}, "valid email"),
    ],
)
def test_an_address_or_password_that_will_not_do_is_refused_with_its_reason(client, owner, values, told):
    User.objects.create_user("taken@example.org", "long-secret-words")
    client.force_login(owner)
    refused = client.post("/welcome/", values)
    assert refused.status_code == 422
    assert told in refused.content.decode()
    owner.refresh_from_db()
    assert not owner.has_usable_password()


def test_the_welcome_page_cannot_replace_a_password(client):
    user = User.objects.create_user("bo@example.org", "long-secret-words")
    client.force_login(user)
    assert client.post("/welcome/", {"email": "x@example.org", "password": "other-secret-words"}).url == "/"
    user.refresh_from_db()
    assert user.check_password("long-secret-words")


def test_where_nothing_was_loaded_nothing_is_printed_and_no_account_is_made():
    assert greeting.lines(ADDRESS) == []
    assert User.objects.count() == 0


def test_the_operator_prints_a_link_for_anybody(client):
    user = User.objects.create_user("bo@example.org", "long-secret-words")
    out = StringIO()
    call_command("sign_in_link", "Bo@example.org", address="http://localhost:9000", stdout=out)
    path = out.getvalue().strip().removeprefix("http://localhost:9000")
    client.get(path)
    assert signed_in(client) == str(user.pk)
    with pytest.raises(CommandError, match=r"Nobody here has the address no@example\.org"):
        call_command("sign_in_link", "no@example.org")
