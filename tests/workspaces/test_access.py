"""Who gets in, by page and by token."""

import pytest
from django.urls import reverse

from apps.workspaces import services
from apps.workspaces.models import Membership, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def stranger():
    return User.objects.create_user("stranger@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return services.create_workspace(name="Northwind", owner=owner)


def member(workspace, email, role):
    user = User.objects.create_user(email, "long-secret-words")
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def settings_url(workspace):
    return reverse("workspaces:settings", args=[workspace.slug])


def test_a_stranger_gets_404_and_a_visitor_is_asked_to_sign_in(client, workspace, stranger):
    assert client.get(settings_url(workspace)).status_code == 302
    client.force_login(stranger)
    assert client.get(settings_url(workspace)).status_code == 404


def test_a_viewer_reads_but_may_not_invite(client, workspace):
    client.force_login(member(workspace, "viewer@example.org", Role.VIEWER))
    assert client.get(settings_url(workspace)).status_code == 200
    refused = client.post(reverse("workspaces:invite", args=[workspace.slug]), {"role": Role.OWNER})
    assert refused.status_code == 403
    assert not workspace.invitations.exists()


def test_an_invitation_link_works_once_and_gives_its_role(client, workspace, owner, stranger):
    client.force_login(owner)
    page = client.post(reverse("workspaces:invite", args=[workspace.slug]), {"email": "", "role": Role.EDITOR})
    link = page.context["invitation_link"]
    client.force_login(stranger)
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert workspace.memberships.get(user=stranger).role == Role.EDITOR
    client.force_login(User.objects.create_user("third@example.org", "long-secret-words"))
    assert client.post(link).status_code == 404


def test_an_invitation_for_one_address_refuses_another(client, workspace, owner, stranger):
    _invitation, secret = services.invite(workspace=workspace, email="a@example.org", role=Role.EDITOR, actor=owner)
    client.force_login(stranger)
    client.post(reverse("workspace-join", args=[secret]))
    assert not workspace.memberships.filter(user=stranger).exists()


def test_the_last_owner_can_neither_step_down_nor_be_removed(client, workspace, owner):
    client.force_login(owner)
    mine = workspace.memberships.get(user=owner)
    client.post(reverse("workspaces:change-role", args=[workspace.slug, mine.pk]), {"role": Role.VIEWER})
    client.post(reverse("workspaces:remove-member", args=[workspace.slug, mine.pk]))
    assert workspace.memberships.get(user=owner).role == Role.OWNER


def test_a_removed_member_loses_tokens_too(client, workspace, owner):
    editor = member(workspace, "editor@example.org", Role.EDITOR)
    _token, text = services.create_token(workspace=workspace, user=editor, name="ci", role=Role.EDITOR)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get(reverse("api-workspace"), headers=headers).status_code == 200
    services.remove_member(membership=workspace.memberships.get(user=editor), actor=owner)
    assert client.get(reverse("api-workspace"), headers=headers).status_code == 401


def test_a_token_opens_its_own_workspace_whatever_the_header_says(client, workspace, owner, stranger):
    other = services.create_workspace(name="Other", owner=owner)
    _token, text = services.create_token(workspace=workspace, user=owner, name="ci", role=Role.VIEWER)
    headers = {"Authorization": f"Bearer {text}", "Trimtab-Workspace": other.slug}
    assert client.get(reverse("api-workspace"), headers=headers).json()["slug"] == workspace.slug


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-1], lambda t: t.replace("tt_", "xx_"), lambda t: "tt__", lambda t: ""]
)
def test_a_damaged_token_is_401_with_a_problem(client, workspace, owner, damage):
    _token, text = services.create_token(workspace=workspace, user=owner, name="ci", role=Role.VIEWER)
    answer = client.get(reverse("api-workspace"), headers={"Authorization": f"Bearer {damage(text)}"})
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_token_secret_is_kept_only_as_a_hash(workspace, owner):
    token, text = services.create_token(workspace=workspace, user=owner, name="ci", role=Role.VIEWER)
    secret = text.split("_", 2)[2]
    assert secret not in str(vars(token))


def test_a_viewer_can_not_make_an_owner_token(client, workspace):
    viewer = member(workspace, "viewer@example.org", Role.VIEWER)
    client.force_login(viewer)
    client.post(reverse("workspaces:create-token", args=[workspace.slug]), {"name": "x", "role": Role.OWNER})
    assert not viewer.tokens.exists()


def test_what_people_do_is_in_the_audit_trail_without_secrets(client, workspace, owner):
    client.force_login(owner)
    page = client.post(reverse("workspaces:create-token", args=[workspace.slug]), {"name": "ci", "role": Role.VIEWER})
    secret = page.context["new_token"]
    trail = client.get(reverse("workspaces:audit", args=[workspace.slug])).content.decode()
    assert "token.created" in trail
    assert secret not in trail
