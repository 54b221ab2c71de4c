"""From a job to the results that it made."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from apps.estimates import services
from apps.jobs.models import Job
from apps.workspaces.models import User
from apps.workspaces.services import create_workspace
from trimtab.economics.draws import summarise


@pytest.fixture
def owner(db):
    return User.objects.create_user("owner@example.org", "long-secret-words")


@pytest.fixture
def workspace(owner):
    return create_workspace(name="Northwind", owner=owner)


@pytest.fixture
def job(workspace):
    return Job.objects.create(workspace=workspace, kind="pricing.study", queue="analysis", state="succeeded")


@pytest.fixture
def record(workspace):
    draws = np.linspace(0, 1, 101)
    figures = [summarise(draws, name="x")]
    return lambda kind, **more: services.record(
        workspace=workspace, kind=kind, grade="observed", draws={"x": draws}, figures=figures, inputs=[], **more
    )


@pytest.fixture
def page(client, owner, workspace, job):
    client.force_login(owner)
    return lambda: client.get(reverse("jobs:detail", args=[workspace.slug, job.pk])).content.decode()


def evidence(estimate):
    return reverse("estimates:detail", args=[estimate.workspace.slug, estimate.pk])


def test_a_job_shows_what_it_found_and_what_has_been_found_since(page, record, job):
    assert "What it found" not in page()
    made, other = record("pricing.demand", job_id=job.pk), record("retention.link")
    shown = page()
    assert "What it found" in shown
    assert evidence(made) in shown
    assert evidence(other) not in shown
    assert "There is a newer version." not in shown
    record("pricing.demand")
    assert "There is a newer version." in page()


def test_the_api_lists_what_a_job_made(client, page, record, job):
    made = record("pricing.demand", job_id=job.pk)
    record("retention.link")
    page()
    found = client.get(reverse("api-estimate-list"), {"job_id": str(job.pk)}).json()["results"]
    assert [row["id"] for row in found] == [str(made.pk)]
    assert client.get(reverse("api-estimate-list"), {"job_id": "seven"}).status_code == 422


def test_another_workspaces_results_are_not_listed_even_under_the_same_job(page, record, job, owner):
    elsewhere = create_workspace(name="Elsewhere", owner=owner)
    made = record("pricing.demand", job_id=job.pk)
    type(made).objects.filter(pk=made.pk).update(workspace=elsewhere)
    assert "What it found" not in page()
