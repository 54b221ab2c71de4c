"""Nothing of one workspace is reachable from another: every route x role x foreign workspace."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.jobs.models import Job
from apps.modellab.models import Deployment
from apps.planning.models import Scenario
from apps.research.models import Need, Source
from apps.workspaces import services
from apps.workspaces.models import Membership, Role, User
from tests.furnished import furnish
from tests.routes import routes

pytestmark = pytest.mark.django_db

PAGES = routes("w/")
RESOURCES = [route for route in routes("api/v1/") if not route.template.startswith(("api/v1/schema", "api/v1/docs"))]
ROLES = [Role.OWNER, Role.EDITOR, Role.VIEWER]
METHODS = ["get", "post", "put", "patch", "delete"]


# Places of an address that hold a word of the product, the same in every workspace, and no row.
WORDS = {"kind", "format", "changed"}


@pytest.fixture
def mine():
    return furnish("mine")


@pytest.fixture
def theirs():
    return furnish("theirs")


def visitor(mine, role):
    user = User.objects.create_user(f"{role.name}@example.org", "long-secret-words")
    Membership.objects.create(workspace=mine["workspace"], user=user, role=role)
    return user


def answers(client, address, **more):
    """The status of each method; bodies are empty JSON for the API and empty forms for pages."""
    json = {"content_type": "application/json", "data": "{}"} if address.startswith("/api/") else {}
    return {
        method: getattr(client, method)(address, **more, **({} if method == "get" else json)).status_code
        for method in METHODS
    }


def hidden(seen):
    """Whether every method was refused and one of them as if there were nothing (405 tells nothing of the row)."""
    return set(seen.values()) <= {404, 405} and 404 in seen.values()


def test_the_walk_sees_every_app():
    assert len(PAGES) > 40
    assert len(RESOURCES) > 30


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_page_of_a_foreign_workspace_answers(client, mine, theirs, role):
    client.force_login(visitor(mine, role))
    for route in PAGES:
        seen = answers(client, route.address(theirs))
        assert hidden(seen), (route.template, seen)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_foreign_row_answers_under_ones_own_workspace(client, mine, theirs, role):
    client.force_login(visitor(mine, role))
    for route in PAGES:
        if set(route.places) <= {"slug", *WORDS}:
            continue
        seen = answers(client, route.address(theirs | {"slug": mine["slug"]}))
        assert set(seen.values()) <= {403, 404, 405}, (route.template, seen)
        if role == Role.OWNER:
            assert 404 in seen.values(), (route.template, seen)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_foreign_row_answers_to_a_token(client, mine, theirs, role):
    user = visitor(mine, role)
    _token, text = services.create_token(workspace=mine["workspace"], user=user, name="t", role=role)
    for route in RESOURCES:
        if set(route.places) <= WORDS:
            continue
        headers = {"Authorization": f"Bearer {text}"}
        seen = answers(client, route.address(theirs), headers=headers)
        assert set(seen.values()) <= {403, 404, 405}, (route.template, seen)
        if role == Role.OWNER:
            assert 404 in seen.values(), (route.template, seen)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_naming_a_foreign_workspace_in_the_header_is_404(client, mine, theirs, role):
    client.force_login(visitor(mine, role))
    for route in RESOURCES:
        address = route.address(theirs)
        seen = answers(client, address, headers={"Trimtab-Workspace": theirs["slug"]})
        assert hidden(seen), (route.template, seen)


def test_after_all_that_the_foreign_workspace_is_as_it_was(client, mine, theirs):
    client.force_login(mine["owner"])
    for route in PAGES:
        answers(client, route.address(theirs | {"slug": mine["slug"]}))
    assert Source.objects.filter(pk=theirs["source_id"]).exists()
    assert Need.objects.get(pk=theirs["need_id"]).name == "speed"
    assert Deployment.objects.filter(pk=theirs["deployment_id"]).exists()
    assert Scenario.objects.filter(pk=theirs["scenario_id"]).exists()
    assert Job.objects.get(pk=theirs["job_id"]).cancel_requested_at is None


def test_an_expired_invitation_does_not_open(client, theirs):
    workspace = theirs["workspace"]
    invitation, secret = services.invite(workspace=workspace, email="", role=Role.OWNER, actor=theirs["owner"])
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    invitation.save()
    assert client.get(f"/join/{secret}/").status_code == 404
