"""A link by which anybody reads one scenario, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.jobs.testing import run_now
from apps.planning import services, sharing
from apps.planning.models import ScenarioLink
from apps.workspaces.errors import Refused
from apps.workspaces.models import Membership, Role, User
from tests.planning.worlds import record_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(workspace, owner):
    record_all(workspace, candidates={"better": (0.91, 700, 2.6)})
    job = run_now(services.start(workspace=workspace))
    found = services.rename(scenario=workspace.scenarios.get(pk=job.params["scenario_id"]), name="Plan for the board")
    services.create(workspace=workspace, name="Another plan")
    return found


@pytest.fixture
def stranger():
    return Client()


def shared(link_secret):
    return reverse("shared-scenario", args=[link_secret])


def test_whoever_has_the_link_reads_the_scenario_without_signing_in(stranger, scenario):
    _link, secret = sharing.share(scenario=scenario)
    seen = stranger.get(shared(secret))
    html = seen.content.decode()
    assert seen.status_code == 200
    for words in ("Plan for the board", "80% interval", "Simulated", "Ship", "Assumptions", "<polygon"):
        assert words in html, words


def test_the_page_leads_nowhere_into_the_workspace_and_names_nothing_else_of_it(stranger, scenario, owner):
    _link, secret = sharing.share(scenario=scenario)
    seen = stranger.get(shared(secret))
    html = seen.content.decode()
    for words in (
        f"/w/{scenario.workspace.slug}",
        scenario.workspace.name,
        owner.email,
        "Another plan",
        'method="post"',
        "/accounts/",
    ):
        assert words not in html, words
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert seen.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in seen.headers["Cache-Control"]
    assert 'content="noindex, nofollow"' in html


def test_nothing_is_kept_by_which_the_link_could_be_opened(scenario):
    link, secret = sharing.share(scenario=scenario)
    assert len(link.secret_sha512) == 128
    assert secret not in str(ScenarioLink.objects.values().get())


def test_a_link_that_is_unknown_revoked_expired_or_of_an_archived_scenario_is_the_same_nothing(stranger, scenario):
    link, secret = sharing.share(scenario=scenario)
    unknown = stranger.get(shared("no-such-secret"))
    assert unknown.status_code == 404

    def is_nothing():
        seen = stranger.get(shared(secret))
        return (seen.status_code, _told(seen)) == (404, _told(unknown))

    services.archive(scenario=scenario)
    assert is_nothing()
    services.restore(scenario=scenario)
    assert stranger.get(shared(secret)).status_code == 200
    sharing.revoke(link=link)
    assert is_nothing()
    ScenarioLink.objects.update(revoked_at=None, expires_at=timezone.now() - timedelta(seconds=1))
    assert is_nothing()
    ScenarioLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert stranger.get(shared(secret)).status_code == 200
    services.delete(scenario=scenario)
    assert is_nothing()


def _told(seen):
    """The page but for what differs between any two requests: their own address, and the tokens of its forms."""
    apart = ("csrf-token", "csrfmiddlewaretoken", 'name="next"')
    return [line for line in seen.content.decode().splitlines() if not any(word in line for word in apart)]


def test_openings_are_counted(stranger, scenario):
    link, secret = sharing.share(scenario=scenario)
    for _time in range(3):
        stranger.get(shared(secret))
    link.refresh_from_db()
    assert link.opened == 3
    assert link.last_opened_at is not None


def test_an_editor_makes_a_link_on_the_page_sees_it_once_and_revokes_it(browser, stranger, scenario):
    address = reverse("planning:links", args=[scenario.workspace.slug, scenario.pk])
    told = browser.post(address, {"days": "7"}).context["address"]
    assert stranger.get(told).status_code == 200
    html = browser.get(address).content.decode()
    assert told not in html
    assert "Opens" in html
    (link,) = sharing.links(scenario)
    assert timedelta(days=6) < link.expires_at - timezone.now() <= timedelta(days=7)
    browser.post(reverse("planning:revoke-link", args=[scenario.workspace.slug, scenario.pk, link.pk]))
    assert "Revoked" in browser.get(address).content.decode()
    assert stranger.get(told).status_code == 404


@pytest.mark.parametrize("days", ["0", "366", "-1", "x", "²"])
def test_a_lifetime_that_is_none_is_refused(browser, scenario, days):
    seen = browser.post(reverse("planning:links", args=[scenario.workspace.slug, scenario.pk]), {"days": days})
    assert seen.status_code == 422
    assert not ScenarioLink.objects.exists()


def test_a_viewer_neither_shares_nor_sees_the_links(client, scenario):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=scenario.workspace, user=viewer, role=Role.VIEWER)
    client.force_login(viewer)
    address = reverse("planning:links", args=[scenario.workspace.slug, scenario.pk])
    assert client.get(address).status_code == client.post(address).status_code == 403
    assert client.get(reverse("api-scenario-links", args=[scenario.pk])).status_code == 403


def test_the_example_and_an_archived_scenario_are_not_shared(scenario):
    with pytest.raises(Refused):
        sharing.share(scenario=services.open_example(workspace=scenario.workspace))
    with pytest.raises(Refused):
        sharing.share(scenario=services.archive(scenario=scenario))


def test_the_interface_makes_lists_and_revokes_links(browser, stranger, scenario):
    listed = reverse("api-scenario-links", args=[scenario.pk])
    made = browser.post(listed, {"days": 90}, content_type="application/json").json()
    assert stranger.get(made["address"]).status_code == 200
    (row,) = browser.get(listed).json()["results"]
    assert row["opened"] == 1
    assert made["address"].rstrip("/").rsplit("/", 1)[1] not in str(row)
    gone = browser.delete(reverse("api-scenario-link", args=[scenario.pk, made["id"]]))
    assert gone.status_code == 204
    assert stranger.get(made["address"]).status_code == 404


def test_one_address_may_not_ask_for_ever(stranger, scenario, monkeypatch):
    monkeypatch.setattr(settings, "TRIMTAB_SHARED_PAGES_A_MINUTE", 2)
    cache.clear()
    _link, secret = sharing.share(scenario=scenario)
    statuses = [stranger.get(shared(secret)).status_code for _time in range(4)]
    # The count begins anew with each minute: at least one of four in a row is too many.
    assert 429 in statuses
    cache.clear()
