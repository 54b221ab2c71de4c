"""Experiments through the page, the API and the study of the link."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.estimates import selectors as estimates
from apps.retention.models import Experiment
from apps.workspaces.models import Membership, Role, User

pytestmark = pytest.mark.django_db

SHARP = {
    "name": "Faster answers",
    "tried": 1,
    "satisfaction_lift": 0.1,
    "satisfaction_error": 0.005,
    "control_customers": 20000,
    "control_left": 3000,
    "treated_customers": 20000,
    "treated_left": 2050,
}


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def test_a_test_that_moved_both_makes_the_link_tested(signed_in, workspace, sample, study):
    page = reverse("retention:experiments", args=[workspace.slug])
    assert "No experiment yet" in signed_in.get(page).content.decode()
    answer = signed_in.post(reverse("retention:experiment-add", args=[workspace.slug]), SHARP, follow=True)
    assert "Run the retention study to take it in" in answer.content.decode()
    study()
    link = estimates.current(workspace, "retention.link")
    # ln(-ln .85 / -ln .8975) = .408 for a lift of .1: a slope of 4.1.
    assert link.figures["slope"]["low"] < 4.1 < link.figures["slope"]["high"]
    assert link.diagnostics["before_experiments"] == "observed"
    assert (link.grade, link.diagnostics["experiments"]["used"]) == ("tested", 1)
    assert link.diagnostics["experiments"]["weight"] > 0.5
    shown = signed_in.get(page).content.decode()
    assert "The link therefore counts as tested" in shown
    assert (
        "One experiment moved satisfaction"
        in signed_in.get(reverse("retention:home", args=[workspace.slug])).content.decode()
    )
    assert not estimates.staleness(link).stale
    experiment = Experiment.objects.get()
    signed_in.post(reverse("retention:experiment-remove", args=[workspace.slug, experiment.pk]))
    assert estimates.staleness(link).stale


def test_the_best_of_many_is_shown_smaller_than_it_was_measured(signed_in, workspace):
    values = {"name": "Best banner", "satisfaction_lift": 0.04, "satisfaction_error": 0.02}
    for tried in (1, 30):
        made = signed_in.post(reverse("api-experiments"), values | {"tried": tried}, content_type="application/json")
        assert made.status_code == 201
        Experiment.objects.exclude(pk=made.json()["id"]).delete()
        told = signed_in.get(reverse("api-experiments")).json()["results"][0]
        lift = told["satisfaction"]
        assert (lift["raw"], told["tells_the_link"]) == (0.04, False)
        values["believed"] = lift["believed"]["median"]
        if tried == 1:
            alone = lift["believed"]["median"]
    assert 0 < lift["believed"]["median"] < alone < 0.04


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("nothing_measured", {"name": "Empty"}),
        ("lift_incomplete", {"name": "Half", "satisfaction_lift": 0.1}),
        ("error_not_positive", {"name": "Exact", "satisfaction_lift": 0.1, "satisfaction_error": 0}),
        ("arm_not_usable", SHARP | {"control_left": 0}),
        ("staying_twice", SHARP | {"retained_control": 0.8, "retained_lift": 0.05, "retained_error": 0.01}),
    ],
)
def test_what_cannot_be_used_is_refused_by_page_and_twin(signed_in, workspace, code, wrong):
    twin = signed_in.post(reverse("api-experiments"), wrong, content_type="application/json")
    assert (twin.status_code, twin.json()["code"]) == (422, code)
    page = signed_in.post(reverse("retention:experiment-add", args=[workspace.slug]), {"tried": 1} | wrong)
    assert page.status_code == 422
    assert not Experiment.objects.exists()


def test_a_viewer_reads_but_neither_adds_nor_deletes(client, workspace):
    viewer = User.objects.create_user("viewer@example.org", "long-secret-words")
    Membership.objects.create(workspace=workspace, user=viewer, role=Role.VIEWER)
    experiment = Experiment.objects.create(
        workspace=workspace, name="Kept", satisfaction_lift=0.1, satisfaction_error=0.1
    )
    client.force_login(viewer)
    shown = client.get(reverse("retention:experiments", args=[workspace.slug])).content.decode()
    assert "Kept" in shown
    assert "Add an experiment" not in shown
    assert client.post(reverse("retention:experiment-add", args=[workspace.slug]), SHARP).status_code == 403
    address = reverse("api-experiment", args=[experiment.pk])
    assert client.get(address).json()["name"] == "Kept"
    assert client.delete(address).status_code == 403
